/** `callboard export`: one JSON object a line, all of them, without secrets. */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startAlteringProxy } from "../../support/altering-proxy.ts";
import { runCommand } from "../../support/command-line.ts";
import { startTestHost } from "../../support/host.ts";
import type { TestHost } from "../../support/host.ts";
import { startReceiver } from "../../support/http-receiver.ts";
import type { Receiver } from "../../support/http-receiver.ts";
import { waitFor } from "../../support/wait-for.ts";

const SITE = "/api/v1/sites/jira";
const SECRET = `secret-${randomBytes(18).toString("hex")}`;
/** More than two pages of the export. */
const EVENTS = 230;

let host: TestHost;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
  host = await startTestHost();
  const webhook = { name: "w", url: `${receiver.url}/w`, events: ["jira:issue_created"], secret: SECRET };
  expect((await host.call("POST", `${SITE}/webhooks`, webhook)).status).toBe(201);
  const events = Array.from({ length: EVENTS }, (_, n) => ({
    event: "jira:issue_created",
    payload: { issue: { key: `BURN-${n}`, summary: "Zoë 🚀\n" } },
  }));
  expect((await host.call("POST", `${SITE}/events/batch`, { events })).status).toBe(202);
  await host.call("POST", `${SITE}/events`, { event: "jira:issue_deleted", payload: {} });
  await waitFor(() => expect(receiver.received).toHaveLength(EVENTS));
});
afterAll(async () => {
  await host.stop();
  await receiver.close();
});

async function readExport(...args: readonly string[]) {
  const { code, out, notes } = await runCommand(host, ["export", ...args]);
  expect({ code, notes }).toEqual({ code: 0, notes: "" });
  return {
    out,
    records: out
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, string>),
  };
}

test("events come with their bodies, each once, newest first", async () => {
  const { out, records } = await readExport("events", "--event", "jira:issue_created");
  expect(records).toHaveLength(EVENTS);
  const keys = records.map(({ body = "" }) => (JSON.parse(body) as { issue: { key: string } }).issue.key);
  expect(new Set(keys)).toEqual(new Set(Array.from({ length: EVENTS }, (_, n) => `BURN-${n}`)));
  expect(records.map(({ id }) => id)).toEqual(
    records
      .map(({ id }) => id)
      .toSorted()
      .toReversed(),
  );
  expect(out).not.toContain(SECRET);
});

test("deliveries come as the API shows them, without secrets", async () => {
  const { out, records } = await readExport("deliveries");
  expect(records).toHaveLength(EVENTS);
  const { body } = await host.call("GET", "/api/v1/deliveries?limit=1");
  const [newest] = (body as { items: object[] }).items;
  expect(records[0]).toEqual(newest);
  expect(out).not.toContain(SECRET);
});

test("a time and an event type limit the export, and nothing is an empty output", async () => {
  expect((await readExport("events", "--since", "1h")).records).toHaveLength(EVENTS + 1);
  expect((await readExport("events", "--event", "jira:issue_deleted")).records).toHaveLength(1);
  expect((await readExport("deliveries", "--since", "1h")).records).toHaveLength(EVENTS);
  for (const what of ["events", "deliveries"])
    expect((await readExport(what, "--until", "2020-01-01T00:00:00Z")).out).toBe("");
  expect((await readExport("deliveries", "--event", "jira:issue_deleted")).out).toBe("");
});

test("characters that arrive in two parts are whole", async () => {
  const proxy = await startAlteringProxy(host.url, async function* (_path, chunks) {
    for await (const chunk of chunks) {
      const middle = chunk.indexOf("Zoë") + 3;
      yield chunk.subarray(0, middle);
      yield chunk.subarray(middle);
    }
  });
  const exporting = ["export", "events", "--event", "jira:issue_created"];
  const { out } = await runCommand({ url: proxy.url, token: host.token }, exporting);
  await proxy.close();
  expect(out).toBe((await readExport(...exporting.slice(1))).out);
  expect(out).not.toContain("\ufffd");
});

test("an export that is cut off fails, and says so", async () => {
  const proxy = await startAlteringProxy(host.url, async function* (_path, chunks) {
    for await (const chunk of chunks) {
      yield chunk.subarray(0, 300);
      throw new Error("cut off");
    }
  });
  const { code, out, notes } = await runCommand({ url: proxy.url, token: host.token }, ["export", "events"]);
  await proxy.close();
  expect({ code, notes }).toEqual({
    code: 1,
    notes: expect.stringContaining("error[EXPORT_CUT_OFF]") as string,
  });
  expect(out).toHaveLength(300);
});

test("what can't be exported is refused before the first line", async () => {
  for (const args of [
    ["--site", "nowhere"],
    ["--since", "yesterday"],
  ]) {
    const { code, out } = await runCommand(host, ["export", "events", ...args]);
    expect(code).not.toBe(0);
    expect(out).toBe("");
  }
});
