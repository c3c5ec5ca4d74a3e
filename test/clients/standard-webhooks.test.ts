/**
 * Signatures of outgoing webhooks, verified by the libraries of Standard Webhooks. None of them knows v1a, which each language
 * verifies with its own Ed25519.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startReceiver } from "../support/http-receiver.ts";
import type { Received, Receiver } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { isInstalled } from "./languages.ts";
import type { Command, Language } from "./languages.ts";

const run = promisify(execFile);

interface Verifier {
  readonly prepare: readonly Command[];
  readonly verify: Command;
}

const VERIFIERS: Readonly<Record<Language, Verifier>> = {
  javascript: { prepare: [], verify: ["node", "verify.mjs"] },
  python: {
    prepare: [
      ["python3", "-m", "venv", ".venv"],
      [".venv/bin/pip", "install", "--quiet", "--disable-pip-version-check", "-r", "requirements.txt"],
    ],
    verify: [".venv/bin/python", "verify.py"],
  },
  go: {
    prepare: [["go", "build", "-mod=readonly", "-o", "target/verify", "."]],
    verify: ["target/verify"],
  },
  rust: {
    prepare: [["cargo", "build", "--quiet", "--locked"]],
    verify: ["target/debug/verify"],
  },
  java: {
    prepare: [
      ["mvn", "--quiet", "--batch-mode", "compile"],
      ["mvn", "--quiet", "--batch-mode", "dependency:copy-dependencies", "-DoutputDirectory=target/lib"],
    ],
    verify: ["java", "-cp", "target/classes:target/lib/*", "Verify"],
  },
};

const PREPARE_MS = 300_000;
const folder = mkdtempSync(join(tmpdir(), "callboard-signatures-"));
/** One `name=value` on each line. */
const requestsFile = join(folder, "requests");
let host: TestHost;
let receiver: Receiver;

/** Adds a webhook, rotates what it signs with, so that there are two signatures, and returns the request of a test. */
async function receive(values: object): Promise<{ readonly request: Received; readonly body: any }> {
  const made = await host.call("POST", "/api/v1/sites/board/webhooks", {
    name: "Signed",
    url: `${receiver.url}/hook`,
    ...values,
  });
  const path = `/api/v1/sites/board/webhooks/${made.body.id as string}`;
  const { body } = await host.call("POST", `${path}/rotate-secret`, {});
  receiver.received.length = 0;
  await host.call("POST", `${path}/execute`, { event: "issue_created" });
  return { request: receiver.received[0]!, body };
}

function toLines(name: string, { headers, body }: Received): readonly string[] {
  return [
    ...["id", "timestamp", "signature"].map((each) => `${name}.${each}=${String(headers[`webhook-${each}`])}`),
    `${name}.body=${body.toString("base64")}`,
  ];
}

beforeAll(async () => {
  host = await startTestHost();
  receiver = await startReceiver();
  await host.call("POST", "/api/v1/sites", { key: "board", product: "backlog", name: "Board" });
  const hmac = await receive({ generateSecret: true });
  const ed25519 = await receive({ signature: "ed25519" });
  expect(hmac.request.headers["webhook-signature"]).toMatch(/^v1,\S+ v1,\S+$/);
  expect(ed25519.request.headers["webhook-signature"]).toMatch(/^v1a,\S+ v1a,\S+$/);
  const lines = [
    `secret=${hmac.body.secret as string}`,
    `public=${ed25519.body.publicKeys[0].key as string}`,
    ...toLines("hmac", hmac.request),
    ...toLines("ed25519", ed25519.request),
  ];
  writeFileSync(requestsFile, `${lines.join("\n")}\n`);
});
afterAll(async () => {
  await receiver.close();
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(Object.keys(VERIFIERS) as Language[])("the library for %s", (name) => {
  const { prepare, verify } = VERIFIERS[name];
  test.skipIf(!isInstalled(name, "its library of Standard Webhooks"))(
    "verifies the signatures of a secret and of a key pair, and refuses them for another body",
    async () => {
      const cwd = join(import.meta.dirname, "standard-webhooks", name);
      for (const [program, ...args] of prepare) await run(program, args, { cwd });
      const [program, ...args] = verify;
      expect((await run(program, [...args, requestsFile], { cwd })).stdout).toBe("verified\n");
    },
    PREPARE_MS,
  );
});
