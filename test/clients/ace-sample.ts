/**
 * An app as the documentation of atlassian-connect-express makes one, with nothing of its own: the library's default store,
 * its default address (the machine's host name), no `localBaseUrl`.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { freePort } from "../support/free-port.ts";

const APP = `
const express = require("express");
const ace = require("atlassian-connect-express");

const app = express();
const addon = ace(app);
app.set("port", addon.config.port());
app.use(express.json());
app.use(addon.middleware());
addon.on("jira:issue_created", (event, body) => console.log("RECEIVED " + event + " " + body.issue.key));
app.listen(app.get("port"), () => {
  console.log("App server running at " + addon.config.localBaseUrl());
  addon.register();
});
`;

const DESCRIPTOR = {
  key: "org.example.sample",
  name: "Sample",
  baseUrl: "{{localBaseUrl}}",
  authentication: { type: "jwt" },
  lifecycle: { installed: "/installed" },
  scopes: ["READ"],
  apiMigrations: { "signed-install": true },
  modules: { webhooks: [{ event: "jira:issue_created", url: "/issue-created" }] },
};

export interface AceSample {
  readonly key: string;
  readonly output: () => string;
  readonly stop: () => Promise<void>;
}

/** `npm start` in a new folder. `hosts` stands in config.json; `env` is what was set before. */
export async function startAceSample(
  hosts: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<AceSample> {
  const folder = mkdtempSync(join(tmpdir(), "callboard-ace-sample-"));
  const write = (name: string, value: object) =>
    writeFileSync(join(folder, name), JSON.stringify(value, null, 2));
  write("package.json", { name: "sample", private: true, scripts: { start: "node app.js" } });
  write("atlassian-connect.json", DESCRIPTOR);
  write("config.json", { development: { hosts } });
  writeFileSync(join(folder, "app.js"), APP);
  mkdirSync(join(folder, "views"));
  symlinkSync(join(import.meta.dirname, "ace/node_modules"), join(folder, "node_modules"));

  // Tests run side by side, so this one gives the port. Nothing else is set.
  const port = String(await freePort());
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn("npm", ["start"], {
    cwd: folder,
    env: { PATH, HOME, PORT: port, ...env },
    detached: true,
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
  }
  const ended = new Promise((resolve) => child.once("close", resolve));
  return {
    key: DESCRIPTOR.key,
    output: () => printed,
    stop: async () => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
        process.kill(-child.pid, "SIGTERM");
      }
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
