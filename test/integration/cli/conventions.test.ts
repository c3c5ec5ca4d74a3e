/** What all commands have in common: errors for programs, slips, lists with limits, older names, the browser. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../../src/cli/index.ts";
import { startReceiver } from "../../support/http-receiver.ts";
import type { Receiver } from "../../support/http-receiver.ts";
import { startTestHost } from "../../support/host.ts";
import type { TestHost } from "../../support/host.ts";
import { waitFor } from "../../support/wait-for.ts";

let host: TestHost;
let receiver: Receiver;
beforeAll(async () => {
  host = await startTestHost({ CALLBOARD_RETRY_SCHEDULE: "1ms" });
  receiver = await startReceiver((_request, response) => void response.writeHead(500).end("TypeError: boom"));
});
afterAll(async () => {
  await host.stop();
  await receiver.close();
});

interface Terminal {
  readonly width?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

async function callboard(args: readonly string[], { width, env = {}, input = "" }: Terminal = {}) {
  let [out, notes] = ["", ""];
  const code = await run(args, {
    out: (text) => void (out += text),
    note: (text) => void (notes += text),
    env: { CALLBOARD_URL: host.url, CALLBOARD_TOKEN: host.token, ...env },
    readInput: () => Promise.resolve(input),
    ...(width === undefined ? {} : { width }),
  });
  return { code, out, notes };
}

describe("with --json, an error of the server", () => {
  test("is its problem document, with every problem in errors, and the exit code", async () => {
    const { code, out, notes } = await callboard([
      "sites",
      "create",
      "x",
      "--product",
      "nothing",
      "--name",
      "",
      "--json",
    ]);
    expect([code, out]).toEqual([1, ""]);
    const document = JSON.parse(notes) as { readonly errors: readonly { readonly pointer: string }[] };
    expect(document).toMatchObject({ code: "BODY_SCHEMA", status: 422, exitCode: 1 });
    expect(document.errors.map(({ pointer }) => pointer)).toEqual(["/product", "/name"]);
  });

  test("has its advice apart from what happened", async () => {
    const { notes } = await callboard(["sites", "show", "nowhere", "--json"]);
    const document = JSON.parse(notes) as { readonly detail: string; readonly hint: string };
    expect(document).toMatchObject({
      code: "SITE_NOT_FOUND",
      exitCode: 4,
      hint: "List the sites: callboard sites list",
    });
    expect(document.detail).not.toContain("callboard sites list");
  });
});

test("without it, each problem has a line, and the options are named", async () => {
  const { notes } = await callboard(["sites", "create", "x", "--product", "nothing", "--name", ""]);
  expect(notes).toMatch(
    /^error\[BODY_SCHEMA\]: .*\n {2}\/product {2}.*\n {2}\/name {2}.*\n {2}Correct --product, --name\n$/,
  );
});

test.each([
  [
    "a verb",
    ["sites", "shwo", "jira"],
    "unknown command 'shwo' of 'sites'",
    "Did you mean: callboard sites show?",
  ],
  [
    "another verb",
    ["deliveries", "blub"],
    "unknown command 'blub' of 'deliveries'",
    "callboard deliveries --help",
  ],
  ["a thing", ["endpoint"], "unknown command 'endpoint'", "(Did you mean endpoints?)"],
  ["an option", ["sites", "list", "--limt", "5"], "unknown option '--limt'", "(Did you mean --limit?)"],
])("a slip in %s is answered with what may be meant", async (_what, args, error, advice) => {
  const { code, notes } = await callboard(args);
  expect([code, notes]).toEqual([2, expect.stringContaining(error)]);
  expect(notes).toContain(advice);
});

describe("lists", () => {
  test("end at --limit, say so, and keep the cursor for programs", async () => {
    const { out, notes } = await callboard(["catalogue", "list", "--limit", "2", "--json"]);
    const { items, next } = JSON.parse(out) as {
      readonly items: readonly unknown[];
      readonly next: string | null;
    };
    expect([items.length, next]).toEqual([2, expect.any(String)]);
    expect(notes).toBe("Only the first 2 items. List more with --limit NUMBER or --all\n");
    const one = await callboard(["catalogue", "list", "--limit", "1"]);
    expect(one.notes).toBe("Only the first 1 item. List more with --limit NUMBER or --all\n");
  });

  test("of logs have 50 items, and --all has everything", async () => {
    const lines = Array.from({ length: 130 }, (_, index) =>
      JSON.stringify({ event: "jira:issue_created", payload: { n: index } }),
    );
    const published = await callboard(["events", "publish", "-", "--site", "jira"], {
      input: lines.join("\n"),
    });
    expect(published).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^published: 130 events, /) as string,
    });
    expect(published.notes).toBe("100 of 130 events published\n130 of 130 events published\n");
    const count = async (...flags: readonly string[]) => {
      const { out } = await callboard(["events", "list", "--json", ...flags]);
      return (JSON.parse(out) as { readonly items: readonly unknown[] }).items.length;
    };
    expect([await count(), await count("--limit", "60"), await count("--all")]).toEqual([50, 60, 130]);
    expect((await callboard(["events", "list", "--all", "--limit", "3"])).code).toBe(2);
  });

  test("fit a terminal of 80 columns, and are whole in a pipe", async () => {
    const wide = (text: string) => Math.max(...text.split("\n").map((line) => line.length));
    expect(
      wide((await callboard(["catalogue", "list", "--product", "jira"], { width: 80 })).out),
    ).toBeLessThanOrEqual(80);
    expect((await callboard(["events", "list", "--limit", "1"])).out).toMatch(/evt_\d+_[0-9a-f]{32}/);
  });
});

test("older names do what they did", async () => {
  expect((await callboard(["token"])).out).toContain("first");
  expect((await callboard(["token", "create", "old", "--scope", "read"])).out).toMatch(/^cb_/);
  expect((await callboard(["replay", "list"])).notes).toBe("No replays on site jira\n");
  expect((await callboard(["events", "received", "--limit", "1"])).code).toBe(0);
  expect(JSON.parse((await callboard(["events", "sample", "jira:issue_created"])).out)).toHaveProperty(
    "issue",
  );
  const renamed = await callboard(["events", "show", "jira:issue_created"]);
  expect(renamed).toMatchObject({
    code: 4,
    notes: expect.stringContaining("callboard catalogue show") as string,
  });
  const help = (await callboard(["replay", "--help"])).out;
  expect(help).not.toMatch(/^ {2}list/m);
});

test("a delivery with several attempts shows its headers once, and its body indented", async () => {
  const made = await callboard([
    "webhooks",
    "create",
    `${receiver.url}/hook`,
    "--event",
    "jira:issue_deleted",
    "--json",
  ]);
  const { id } = JSON.parse(made.out) as { readonly id: string };
  const fired = await callboard(["trigger", "jira:issue_deleted", "--wait", "--until-done", "--json"]);
  const { deliveries } = JSON.parse(fired.out) as { readonly deliveries: readonly [{ readonly id: string }] };
  const { out } = await callboard(["deliveries", "show", deliveries[0].id]);
  expect(out.match(/^ {2}#\d/gm)).toHaveLength(2);
  expect(out.match(/content-type: application\/json/gi)).toHaveLength(1);
  expect(out).toMatch(/^\{\n {2}"timestamp"/m);
  const whole = await callboard(["deliveries", "show", deliveries[0].id, "--headers"]);
  expect(whole.out.match(/content-type: application\/json/gi)).toHaveLength(2);
  await callboard(["webhooks", "delete", id, "--yes"]);
});

describe("open", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "callboard-open-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("starts the browser on a terminal, with the link that it prints", async () => {
    const seen = join(folder, "seen");
    const browser = join(folder, "browser");
    writeFileSync(browser, `#!/bin/sh\nprintf %s "$1" > '${seen}.part' && mv '${seen}.part' '${seen}'\n`);
    chmodSync(browser, 0o755);
    const { code, out, notes } = await callboard(["open"], { width: 80, env: { BROWSER: browser } });
    expect([code, notes]).toEqual([0, "Opened in the browser; the link works once\n"]);
    await waitFor(() => {
      expect(existsSync(seen)).toBe(true);
      return Promise.resolve();
    });
    expect(`${readFileSync(seen, "utf8")}\n`).toBe(out);
  });

  test("only prints in a pipe, with --print, and where there is no browser", async () => {
    const env = { BROWSER: join(folder, "none") };
    expect((await callboard(["open"], { env })).notes).toBe("");
    expect((await callboard(["open", "--print"], { width: 80, env })).notes).toBe("");
    expect((await callboard(["open"], { width: 80, env })).notes).toContain("Open this link in a browser");
  });
});

test("a site is deleted without a terminal only with --yes, and what ends with it is said", async () => {
  await callboard(["sites", "create", "old", "--product", "jira", "--retry-profile", "standard"]);
  const refused = await callboard(["sites", "delete", "old"]);
  expect(refused.code).toBe(2);
  expect(refused.notes).toMatch(
    /^Deleting the site old ends 0 add-ons, 0 outgoing webhooks, 0 waiting deliveries\.\n/,
  );
  expect((await callboard(["sites", "edit", "old"])).code).toBe(2);
  const edited = await callboard([
    "sites",
    "edit",
    "old",
    "--retry-profile",
    "",
    "--user-parameters",
    "--json",
  ]);
  expect(JSON.parse(edited.out)).toMatchObject({ retryProfile: null, options: { userParameters: true } });
  const renamed = await callboard(["sites", "edit", "old", "--name", "Older", "--json"]);
  expect(JSON.parse(renamed.out)).toMatchObject({ name: "Older", options: { userParameters: true } });
  expect((await callboard(["sites", "delete", "old", "--yes"])).out).toBe("deleted: old\n");
});

test("a shorter retention says what it deletes, and asks", async () => {
  const { notes, code } = await callboard(["settings", "edit", "--body-retention", "1d"]);
  expect([code, notes]).toEqual([0, "This deletes bodies older than 1d.\n"]);
  expect((await callboard(["settings"])).out).toMatch(/^body retention +1d$/m);
  expect((await callboard(["settings", "edit", "--retention", "soon"])).code).toBe(2);
});
