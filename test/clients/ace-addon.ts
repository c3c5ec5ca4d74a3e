/** Runs the atlassian-connect-express add-on as a process of its own, in a folder of its own. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { freePort } from "../support/free-port.ts";
import { waitFor } from "../support/wait-for.ts";

/** One line that the add-on printed. */
export interface AceRecord {
  readonly kind: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- looked at freely in assertions
  readonly [fact: string]: any;
}

export interface AceAddon {
  readonly key: string;
  readonly baseUrl: string;
  readonly descriptorUrl: string;
  readonly records: AceRecord[];
  /** What the library printed. */
  readonly output: () => string;
  readonly ofKind: (kind: string) => readonly AceRecord[];
  /** The next webhooks are answered with these statuses before the library answers again. */
  readonly answerWith: (...statuses: number[]) => Promise<void>;
  readonly describe: (descriptor: object) => void;
  /** Sends the signal and waits for the end of the process. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<void>;
}

export interface AceOptions {
  /** Where the add-on is mounted, "" for the root. */
  readonly contextPath: string;
  /** What the add-on registers itself with; none when it is installed by hand. */
  readonly hosts: readonly string[];
  readonly keyServerUrl: string;
  readonly schemaUrl: string;
  readonly webhooks: readonly object[];
}

const KEY = "org.example.ace-client";

export function aceDescriptor(webhooks: readonly object[]): object {
  return {
    key: KEY,
    name: "ACE client",
    baseUrl: "{{localBaseUrl}}",
    authentication: { type: "jwt" },
    lifecycle: {
      installed: "/installed",
      enabled: "/enabled",
      disabled: "/disabled",
      uninstalled: "/uninstalled",
    },
    scopes: ["READ"],
    apiMigrations: { "signed-install": true, gdpr: true },
    modules: { webhooks },
  };
}

export async function startAceAddon(options: AceOptions): Promise<AceAddon> {
  const folder = mkdtempSync(join(tmpdir(), "callboard-ace-"));
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}${options.contextPath}`;
  // Renamed into place: the library reads the file as soon as it changes.
  const describe = (descriptor: object) => {
    writeFileSync(join(folder, "next.json"), JSON.stringify(descriptor));
    renameSync(join(folder, "next.json"), join(folder, "atlassian-connect.json"));
  };
  describe(aceDescriptor(options.webhooks));
  const development = { store: { adapter: "memory" }, hosts: options.hosts, validateDescriptor: true };
  writeFileSync(join(folder, "config.json"), JSON.stringify({ product: "jira", development }));

  const process = spawn(globalThis.process.execPath, [join(import.meta.dirname, "ace/app.js")], {
    cwd: folder,
    env: {
      PATH: globalThis.process.env["PATH"],
      PORT: String(port),
      AC_LOCAL_BASE_URL: baseUrl,
      CONNECT_KEYS_CDN_URL: options.keyServerUrl,
      SCHEMA_HOST: options.schemaUrl,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const records: AceRecord[] = [];
  const output = collect(process, records);
  const ofKind = (kind: string) => records.filter((record) => record.kind === kind);
  await waitFor(() => {
    if (ofKind("listening").length === 0) throw new Error(`the add-on does not listen:\n${output()}`);
  });

  return {
    key: KEY,
    baseUrl,
    descriptorUrl: `${baseUrl}/atlassian-connect.json`,
    records,
    output,
    ofKind,
    answerWith: async (...statuses) => {
      await fetch(`http://127.0.0.1:${port}/script`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ statuses }),
      });
    },
    describe,
    stop: async (signal = "SIGKILL") => {
      const ended = new Promise((resolve) => process.once("close", resolve));
      if (process.exitCode === null && process.signalCode === null) {
        process.kill(signal);
        await ended;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function collect(process: ChildProcess, records: AceRecord[]): () => string {
  let printed = "";
  let rest = "";
  process.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line.startsWith("RECORD ")) records.push(JSON.parse(line.slice("RECORD ".length)) as AceRecord);
      else printed += `${line}\n`;
    }
  });
  process.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    printed += chunk;
  });
  return () => printed;
}

