/**
 * Inputs made by schemathesis from the OpenAPI document of a real host: no response of 500 and above, no stack trace, and
 * no response after more than a second where nobody else is waited for.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { createLogger } from "../../src/logger.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { startReceiver } from "../support/http-receiver.ts";

const FOLDER = import.meta.dirname;
const MAX_EXAMPLES = Number(process.env["FUZZ_EXAMPLES"] ?? 50);
/** The same inputs each time, so that a change is told from luck; another number looks further. */
const SEED = process.env["FUZZ_SEED"] ?? "1";
const MAX_MS = 1_500_000;
const KEY = "org.example.fuzz";

const inVenv = join(FOLDER, ".venv/bin/schemathesis");
const program = [
  inVenv,
  ...(process.env["PATH"] ?? "").split(delimiter).map((dir) => join(dir, "schemathesis")),
].find((file) => existsSync(file));

if (program === undefined) {
  const how =
    "python3 -m venv test/fuzz/.venv && test/fuzz/.venv/bin/pip install -r test/fuzz/requirements.txt";
  test(`schemathesis is missing, so the API gets no generated inputs; install it: ${how}`, () => {
    expect(process.env["CI"], "CI has to have it").toBeUndefined();
  });
} else {
  test("no generated input gets 5xx, a stack trace, or a slow response", async () => {
    const lines: string[] = [];
    const host = await startTestHost(
      // Names resolve to nothing, so that nothing leaves this machine.
      { CALLBOARD_DNS_SERVERS: "127.0.0.1:9", CALLBOARD_RETRY_SCHEDULE: "1h" },
      createLogger("error", (line) => void lines.push(line)),
    );
    const receiver = await startFuzzReceiver();
    try {
      const known = await fill(host, receiver.url);
      const { code, output } = await run(program, host, known);
      const told = /FUZZ (\{.*\})/.exec(output)?.[1];
      console.log(`schemathesis: ${told ?? "no count"}, at most ${MAX_EXAMPLES} examples for each operation`);
      if (code !== 0) console.log(output.slice(-60_000));
      expect(code).toBe(0);
      expect(JSON.parse(told ?? "{}")).toMatchObject({ "2xx": expect.any(Number) as number });
      expect(lines.filter((line) => line.includes("request.failed"))).toEqual([]);
    } finally {
      await host.stop();
      await receiver.close();
    }
  });
}

/** Answers everything at once: lifecycle callbacks, deliveries, and requests for its descriptor. */
async function startFuzzReceiver() {
  const receiver = await startReceiver((request, response) => {
    if (request.method !== "GET") return void response.writeHead(204).end();
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(descriptorAt(receiver.url)));
  });
  return receiver;
}

const descriptorAt = (baseUrl: string) => ({
  key: KEY,
  name: "Fuzz",
  baseUrl,
  authentication: { type: "jwt" },
  lifecycle: { installed: "/installed" },
  scopes: ["READ"],
  modules: { webhooks: [{ event: "jira:issue_created", url: "/created" }] },
});

/** Puts one of each thing there, for the inputs that name something that exists. */
async function fill(host: TestHost, receiver: string): Promise<object> {
  const site = "/api/v1/sites/jira";
  const done = async (method: string, path: string, body?: unknown) => {
    const reply = await host.call(method, path, body);
    expect([path, reply.status]).toEqual([path, expect.toBeOneOf([200, 201, 202])]);
    return reply.body as { id: string; deliveries: readonly { id: string }[] };
  };
  await done("POST", `${site}/addons`, { descriptorUrl: `${receiver}/atlassian-connect.json` });
  const webhook = await done("POST", `${site}/webhooks`, { name: "w", url: receiver, format: "jira" });
  const event = await done("POST", `${site}/events`, { event: "jira:issue_created", payload: { issue: {} } });
  return {
    path: {
      site: "jira",
      key: KEY,
      product: "jira",
      event: "jira:issue_created",
      "webhooks.id": webhook.id,
      "events.id": event.id,
      "deliveries.id": event.deliveries[0]?.id,
    },
    urls: { url: receiver, baseUrl: receiver, descriptorUrl: `${receiver}/atlassian-connect.json` },
  };
}

function run(
  schemathesis: string,
  host: TestHost,
  known: object,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const checks = "all";
  const child = spawn(
    schemathesis,
    [
      ...["--config-file", join(FOLDER, "schemathesis.toml")],
      ...["run", `${host.url}/api/openapi.json`, "--header", `Authorization: Bearer ${host.token}`],
      ...[
        "--phases",
        "examples,coverage,fuzzing",
        "--checks",
        checks,
        "--max-examples",
        String(MAX_EXAMPLES),
        "--seed",
        SEED,
      ],
      ...["--continue-on-failure", "--request-timeout", "20", "--warnings", "off", "--no-color"],
    ],
    {
      cwd: host.dataDir,
      env: {
        ...process.env,
        SCHEMATHESIS_HOOKS: join(FOLDER, "hooks.py"),
        FUZZ_KNOWN: JSON.stringify(known),
      },
      timeout: MAX_MS,
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (part: Buffer) => (output += part.toString()));
  return new Promise((resolve, reject) => {
    child.once("error", reject).once("close", (code) => resolve({ code, output }));
  });
}
