/** Too large, too many, no room: refused with a name and when to come again, and what was accepted is all there. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, onTestFinished, test } from "vitest";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { expectProblem } from "../support/problem.ts";
import { readTables } from "../support/tables.ts";
import { waitFor } from "../support/wait-for.ts";

const EVENTS = "/api/v1/sites/jira/events";
const LIMIT = 25 * 1024 * 1024;

const open: { stop: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.stop();
});

async function startHost(env: Readonly<Record<string, string>> = {}): Promise<TestHost> {
  const host = await startTestHost(env);
  open.push(host);
  return host;
}

/** An installed add-on that answers webhooks as told. */
async function startAddon(host: TestHost, answer: (response: ServerResponse) => void): Promise<Receiver> {
  const addon = await startReceiver(({ url }, response) => {
    if (url === "/hook") return answer(response);
    response.end(
      JSON.stringify({
        key: "org.example.bell",
        name: "Bell",
        baseUrl: addon.url,
        authentication: { type: "none" },
        modules: { webhooks: [{ event: "jira:issue_created", url: "/hook" }] },
      }),
    );
  });
  open.push({ stop: addon.close });
  const { status } = await host.call("POST", "/api/v1/sites/jira/addons", {
    descriptorUrl: `${addon.url}/atlassian-connect.json`,
  });
  expect(status).toBe(201);
  addon.received.length = 0;
  return addon;
}

const committed = async (host: TestHost, directory = host.dataDir) =>
  ((await readTables(join(directory, "callboard.sqlite")))["event"] ?? []).filter(
    ({ name }) => name === "jira:issue_created",
  ).length;

test("a body of exactly 25 MiB arrives byte for byte, one byte more is refused", async () => {
  const host = await startHost();
  const addon = await startAddon(host, (response) => void response.writeHead(204).end());
  const envelope =
    '{"event":"jira:issue_created","payload":{"timestamp":1,"webhookEvent":"jira:issue_created",  "z":1,"a":""}}';
  const full = envelope.replace('"a":""', `"a":"${"x".repeat(LIMIT - envelope.length)}"`);
  expect(full).toHaveLength(LIMIT);

  expectProblem(await host.call("POST", EVENTS, `${full} `), 413, "BODY_TOO_LARGE");
  expect((await host.call("POST", EVENTS, full)).status).toBe(202);

  const [{ body }] = await waitFor(() => {
    expect(addon.received).toHaveLength(1);
    return addon.received as [(typeof addon.received)[number]];
  }, 20_000);
  expect(body.equals(Buffer.from(full.slice(full.indexOf('{"timestamp"'), -1)))).toBe(true);
});

test("a body that does not say how long it is, is cut off at the limit", async () => {
  const host = await startHost({ CALLBOARD_BODY_LIMIT: "1KiB" });
  const { hostname, port } = new URL(host.url);
  const answer = await new Promise<string>((resolve, reject) => {
    const headers = { authorization: `Bearer ${host.token}`, "content-type": "application/json" };
    const sent = request({ hostname, port, path: EVENTS, method: "POST", headers }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () => resolve(text));
    });
    sent.on("error", reject);
    sent.write("{".padEnd(1024, " "));
    // Not ended: the refusal must not wait for the rest.
    sent.write(" ");
  });
  expect(JSON.parse(answer)).toMatchObject({ status: 413, code: "BODY_TOO_LARGE" });
});

test("however many deliveries wait, events are accepted", async () => {
  const host = await startHost({ CALLBOARD_QUEUE_LIMIT: "3", CALLBOARD_ENDPOINT_CONCURRENCY: "1,1" });
  const held: ServerResponse[] = [];
  await startAddon(host, (response) => void held.push(response));
  const replies = await Promise.all(
    Array.from({ length: 30 }, () => host.call("POST", EVENTS, { event: "jira:issue_created" })),
  );
  expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 202));
  expect(await committed(host)).toBe(30);
  for (const response of held) response.destroy();
});

/** A disk of 8 MiB; undefined where mounting one is not allowed, which takes root. */
function mountSmallDisk(): string | undefined {
  const directory = mkdtempSync(join(tmpdir(), "callboard-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=8m,mode=0700", "tmpfs", directory], {
      stdio: "ignore",
    });
    return directory;
  } catch {
    rmSync(directory, { recursive: true });
    return undefined;
  }
}

const disk = process.platform === "linux" && process.getuid?.() === 0 ? mountSmallDisk() : undefined;
const needs = disk === undefined ? " (not shown here: it takes root, to mount a small disk)" : "";

test.runIf(disk !== undefined)(
  `on a full disk events are refused, and taken again when there is space${needs}`,
  async () => {
    const directory = disk ?? "";
    onTestFinished(() => {
      execFileSync("umount", ["-l", directory]);
      rmSync(directory, { recursive: true });
    });
    const host = await startHost({ CALLBOARD_DATABASE_URL: `sqlite:${join(directory, "callboard.sqlite")}` });
    const payload = { text: "x".repeat(200_000) };
    const post = () => host.call("POST", EVENTS, { event: "jira:issue_created", payload });
    expect((await post()).status).toBe(202);
    let accepted = 1;

    // More than there is: the disk is full at once, before anybody has looked.
    const ballast = join(directory, "ballast");
    expect(() => writeFileSync(ballast, Buffer.alloc(16 * 1024 * 1024))).toThrow("ENOSPC");
    for (let tries = 0; tries < 20; tries += 1) {
      const reply = await post();
      if (reply.status === 202) accepted += 1;
      else expectProblem(reply, 503, "STORAGE");
    }
    expect((await post()).headers.get("retry-after")).toMatch(/^\d+$/);
    expect((await host.call("GET", "/api/v1/sites/jira/events")).status).toBe(200);
    expect(await committed(host, directory)).toBe(accepted);

    rmSync(ballast);
    await waitFor(async () => expect((await post()).status).toBe(202), 15_000);
    expect(await committed(host, directory)).toBe(accepted + 1);
  },
);
