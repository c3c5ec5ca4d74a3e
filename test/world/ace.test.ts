/** An add-on on atlassian-connect-express with that library's own defaults, on the laptop where Callboard runs. */
import { cpSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { PERSON, startCallboard } from "./callboard.ts";
import type { Callboard } from "./callboard.ts";
import { PROJECT, newFolder } from "./places.ts";
import { startProgram } from "./program.ts";
import type { Program } from "./program.ts";
import { publish, waitForState } from "./stories.ts";
import { LAPTOP } from "./worlds.ts";

let callboard: Callboard;
let addon: Program | undefined;
beforeEach(async () => {
  callboard = await startCallboard(LAPTOP);
});
afterEach(async () => {
  await addon?.stop();
  addon = undefined;
  await callboard.stop();
});

/** The two lines that the start of Callboard prints for such an add-on. */
function printedLines(): { readonly hosts: readonly string[]; readonly keysUrl: string } {
  const printed = callboard.output();
  const hosts = /^\s*"hosts": (\[.*\])/m.exec(printed)?.[1];
  const keysUrl = /^\s*CONNECT_KEYS_CDN_URL=(\S+)/m.exec(printed)?.[1];
  if (hosts === undefined || keysUrl === undefined) throw new Error(`the lines are missing in:\n${printed}`);
  return { hosts: JSON.parse(hosts) as readonly string[], keysUrl };
}

/** After `npm install`: a folder with the sample and its packages. */
function newProject(hosts: readonly string[]): string {
  const folder = newFolder("my-addon");
  cpSync(join(import.meta.dirname, "ace"), folder, { recursive: true });
  symlinkSync(join(PROJECT, "test/clients/ace/node_modules"), join(folder, "node_modules"));
  const development = { port: 3000, errorTemplate: true, hosts };
  writeFileSync(join(folder, "config.json"), JSON.stringify({ development }));
  return folder;
}

const npmStart = (hosts: readonly string[], keysUrl: string): Program =>
  startProgram("npm", ["start"], {
    cwd: newProject(hosts),
    env: { ...PERSON, CONNECT_KEYS_CDN_URL: keysUrl },
  });

test("an ACE add-on registers itself with the two printed lines and receives its event", async () => {
  const { hosts, keysUrl } = printedLines();
  addon = npmStart(hosts, keysUrl);
  await addon.printed(/Registered with host at/, 20_000);

  const id = await publish(callboard, "DEMO-1");
  await waitForState(callboard, id, { state: "delivered", attempts: [{ number: 1 }] });
  await addon.printed(/^received jira:issue_created of DEMO-1$/m, 10_000);

  // Ctrl-C: the add-on takes its leave.
  await addon.stop("SIGINT");
  const { body } = await callboard.call("GET", "/api/v1/sites/jira/addons");
  expect(body.items).toEqual([]);
});
