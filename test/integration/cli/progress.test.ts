/** Long commands of data care show on a terminal how far they are, and nowhere else. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../../../src/cli/index.ts";
import { startTestHost } from "../../support/host.ts";
import type { TestHost } from "../../support/host.ts";
import { executeOn } from "../../support/sqlite-statement.ts";

const SUBJECT = "zoe@example.com";
const EVENTS = 1_200;

let folder: string;
let host: TestHost;
let environment: Readonly<Record<string, string>>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "callboard-progress-"));
  environment = {
    CALLBOARD_DATA_DIR: join(folder, "data"),
    CALLBOARD_MASTER_KEY: randomBytes(32).toString("hex"),
    CALLBOARD_ADMIN_TOKEN: randomBytes(18).toString("hex"),
  };
  const made = await startTestHost(environment);
  await made.host.stop();
  await executeOn(
    join(folder, "data", "callboard.sqlite"),
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${EVENTS})
     INSERT INTO callboard_event (site_no, id, name, lane, body, body_size)
     SELECT 1, printf('019a0000000070008%011x0000', i), 'jira:issue_created', 0, '{"who":"${SUBJECT}"}', 25 FROM n`,
  );
  host = await startTestHost(environment);
});
afterAll(async () => {
  await host.host.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Ways {
  readonly isTerminal: boolean;
  /** Settings of a command that needs no server. */
  readonly env?: Readonly<Record<string, string>>;
}

async function callboard(args: readonly string[], { isTerminal, env }: Ways) {
  let notes = "";
  const code = await run(args, {
    out: () => undefined,
    note: (text) => void (notes += text),
    env: env ?? { CALLBOARD_URL: host.url, CALLBOARD_TOKEN: host.token },
    readInput: () => Promise.resolve(""),
    isTerminal,
  });
  expect(code, notes).toBe(0);
  return notes;
}

const onTerminal = (...args: readonly string[]) => callboard(args, { isTerminal: true });

test("an export counts its lines", async () => {
  expect(await onTerminal("export", "events", "--site", "jira")).toMatch(/^Exporting: 1,\d{3} events\n$/);
});

test("an erasure counts rows in its first pass, and has shares in the others", async () => {
  expect(await onTerminal("erase", "--subject", SUBJECT)).toMatch(/^Looking: 1,\d{3} rows\n$/);
  const notes = await onTerminal("erase", "--subject", SUBJECT, "--confirm");
  expect(notes).toMatch(/^Looking: 1,\d{3} rows\n/);
  expect(notes).toMatch(/^Erasing: 100%$/m);
  expect(notes).toMatch(/^Looking again: 100%$/m);
});

test("a backup and its restore have shares of each step, and a check names its steps", async () => {
  const file = join(folder, "backup.sqlite");
  expect(await onTerminal("backup", file)).toMatch(/^Downloading: 100%$/m);
  const env = { ...environment, CALLBOARD_DATA_DIR: join(folder, "restored") };
  const restored = await callboard(["restore", file], { isTerminal: true, env });
  expect(restored).toMatch(/Copying the backup: 100%\nChecking the copy: 0%\nChecking the copy: 100%\n$/);
  expect(await callboard(["db", "check"], { isTerminal: true, env })).toBe(
    "Checking: 0%, the file\nChecking: 20%, the rows\nChecking: 40%, the relations between tables\n" +
      "Checking: 60%, the secrets\nChecking: 80%, the audit log\n",
  );
});

test.each([
  ["without a terminal", false, []],
  ["with --json", true, ["--json"]],
])("%s there is no line of progress", async (name, isTerminal, flags) => {
  const file = join(folder, `${name}.sqlite`);
  const env = { ...environment, CALLBOARD_DATA_DIR: join(folder, name) };
  const noted = [
    await callboard(["backup", file, ...flags], { isTerminal }),
    await callboard(["restore", file, ...flags], { isTerminal, env }),
    await callboard(["db", "check", ...flags], { isTerminal, env }),
    await callboard(["erase", "--subject", SUBJECT, ...flags], { isTerminal }),
  ];
  expect(noted).toEqual(["", "", "", ""]);
});
