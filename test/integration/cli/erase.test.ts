/** `callboard erase`: a text is found wherever it was sent or recorded, erased, and not found again. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCommand } from "../../support/command-line.ts";
import { describeOnEach } from "../../support/databases.ts";
import { environmentOfSeveral, startTestHost } from "../../support/host.ts";
import type { TestHost } from "../../support/host.ts";
import { startReceiver } from "../../support/http-receiver.ts";
import type { Receiver } from "../../support/http-receiver.ts";
import { executeOn } from "../../support/sqlite-statement.ts";
import { waitFor } from "../../support/wait-for.ts";

const SITE = "/api/v1/sites/jira";
const SUBJECT = "Zoë.Kim@example.com";

interface Result {
  readonly found: Readonly<Record<string, number>>;
  readonly left: Readonly<Record<string, number>>;
  readonly canceled: number;
  readonly remaining?: number;
}

describeOnEach((newUrl) => {
  let host: TestHost;
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await startReceiver(({ url }, response) => {
      if (url.startsWith("/down")) response.writeHead(503).end(`unknown person ${SUBJECT}`);
      else response.writeHead(200, { "x-person": encodeURIComponent(SUBJECT) }).end("thanks");
    });
    host = await startTestHost(environmentOfSeveral(await newUrl()));
  });
  afterEach(async () => {
    await host.stop();
    await receiver.close();
  });

  async function publish(payload: object | string): Promise<string> {
    const body =
      typeof payload === "string"
        ? `{"event":"jira:issue_created","payload":${payload}}`
        : { event: "jira:issue_created", payload };
    const headers = { "content-type": "application/json" };
    return ((await host.call("POST", `${SITE}/events`, body, headers)).body as { readonly id: string }).id;
  }
  const listStates = async () => {
    const { body } = await host.call("GET", "/api/v1/deliveries?limit=100");
    return (body as { items: { state: string; reason: string | null }[] }).items
      .map(({ state, reason }) => `${state} ${reason ?? ""}`.trim())
      .toSorted();
  };
  async function erase(...flags: readonly string[]): Promise<Result> {
    const { code, out, notes } = await runCommand(host, ["erase", "--subject", SUBJECT, "--json", ...flags]);
    expect({ code, out }).toMatchObject({ code: 0 });
    expect(notes.replace(/^\d+ values?[^]*undo this\.\n$/, "")).toBe("");
    return JSON.parse(out) as Result;
  }

  test("what was sent and recorded is erased, other things stay, and the audit log verifies", async () => {
    const webhook = { events: ["jira:issue_created"], retryProfile: "jira" };
    await host.call("POST", `${SITE}/webhooks`, {
      ...webhook,
      name: "up",
      url: `${receiver.url}/up/{issue.who}`,
    });
    await host.call("POST", `${SITE}/webhooks`, { ...webhook, name: "down", url: `${receiver.url}/down` });
    // The name of a webhook is in the audit log, too.
    const named = { ...webhook, name: `for ${SUBJECT}`, url: `${receiver.url}/other`, active: false };
    await host.call("POST", `${SITE}/webhooks`, named);
    const { body: site } = await host.call("GET", "/api/v1/audit/verify");
    const { checkpoint } = site as { readonly checkpoint: string };
    await publish({ issue: { key: "OTHER-1", who: "Zoë.Kim" } });
    await publish({ issue: { key: "HERE-1", who: SUBJECT } });
    await publish(`{"issue":{"key":"HERE-2","who":"Zo\\u00eb.Kim\\u0040example.com"}}`);
    await publish({ issue: { key: "OTHER-2", who: SUBJECT.toLowerCase() } });
    await waitFor(async () =>
      expect((await listStates()).filter((state) => state === "delivered")).toHaveLength(4),
    );
    await waitFor(() => expect(receiver.received.filter(({ url }) => url === "/down")).toHaveLength(4));

    const counted = await erase();
    expect(counted.found).toMatchObject({ "event.body": 2, "audit.detail": expect.any(Number) as number });
    expect(counted.found["attempt.url"]).toBe(2);
    // The header of /up, and the bodies of /down.
    expect(counted.found["attempt.answer_headers"]).toBe(4);
    expect(counted.found["attempt.answer"]).toBe(4);
    expect(counted.left).toEqual({ "webhook.name": 1 });
    expect(await listStates()).not.toContain("failed cancelled");

    const erased = await erase("--confirm");
    expect(erased).toMatchObject({ remaining: 0, canceled: 2, left: { "webhook.name": 1 } });
    expect(erased.found["event.body"]).toBe(2);
    expect((await erase()).found).toEqual({});
    const states = await listStates();
    expect(states.filter((state) => state === "failed cancelled")).toHaveLength(2);
    expect(states.filter((state) => state.startsWith("waiting"))).toHaveLength(2);

    const { body: audit } = await host.call("GET", "/api/v1/audit?limit=200");
    expect(JSON.stringify(audit)).not.toContain(SUBJECT);
    expect((audit as { items: { action: string }[] }).items.map(({ action }) => action)).toContain(
      "data.erased",
    );
    const verified = await host.call("GET", `/api/v1/audit/verify?checkpoint=${checkpoint}`);
    expect(verified.body).toMatchObject({ verified: true, problem: null });
  });

  test("a delivery that waits for a slot is not sent after its event was erased", async () => {
    const answers: (() => void)[] = [];
    const slow = await startReceiver((_request, response) => {
      answers.push(() => response.writeHead(204).end());
    });
    const webhook = { name: "slow", url: slow.url, events: ["jira:issue_created"], pace: { slots: 1 } };
    await host.call("POST", `${SITE}/webhooks`, webhook);
    await publish({ issue: { key: "OTHER-1" } });
    await waitFor(() => expect(answers).toHaveLength(1));
    await publish({ issue: { key: "HERE-1", who: SUBJECT } });
    await publish({ issue: { key: "HERE-2", who: SUBJECT } });
    await publish({ issue: { key: "OTHER-2" } });

    expect(await erase("--confirm")).toMatchObject({ remaining: 0, canceled: 2 });
    answers.shift()?.();
    await waitFor(() => expect(answers).toHaveLength(1));
    answers.shift()?.();
    await waitFor(async () =>
      expect(await listStates()).toEqual(["delivered", "delivered", "failed cancelled", "failed cancelled"]),
    );
    expect(slow.received.map(({ body }) => /[A-Z]+-\d/.exec(body.toString())?.[0])).toEqual([
      "OTHER-1",
      "OTHER-2",
    ]);
    await slow.close();
  });

  test("the next delivery of a key goes once the one before it was erased", async () => {
    const down = await startReceiver(({ body }, response) => {
      if (body.includes(SUBJECT)) response.writeHead(503).end(`unknown person ${SUBJECT}`);
      else response.writeHead(204).end();
    });
    await host.call("POST", `${SITE}/webhooks`, {
      name: "in order",
      url: down.url,
      events: ["jira:issue_created"],
      orderBy: "/issue/key",
      pace: { retryDelaysMs: [3_600_000] },
    });
    await publish({ issue: { key: "A-1", who: SUBJECT } });
    await waitFor(() => expect(down.received).toHaveLength(1));
    await publish({ issue: { key: "A-1", who: "somebody else" } });

    expect(await erase("--confirm")).toMatchObject({ remaining: 0, canceled: 1 });
    await waitFor(async () => expect(await listStates()).toEqual(["delivered", "failed cancelled"]));
    await down.close();
  });

  test("keys of deliveries in order, and what was deleted, are erased as well", async () => {
    const webhook = { url: `${receiver.url}/up`, events: ["jira:issue_created"] };
    const byPerson = { ...webhook, name: "in order", orderBy: "/issue/who" };
    await host.call("POST", `${SITE}/webhooks`, byPerson);
    const gone = { ...webhook, name: `of ${SUBJECT}`, url: `${receiver.url}/${SUBJECT}`, active: false };
    const made = await host.call("POST", `${SITE}/webhooks`, gone);
    const { id } = made.body as { readonly id: string };
    await host.call("DELETE", `${SITE}/webhooks/${id}`);
    for (const who of [SUBJECT, "somebody else", SUBJECT]) await publish({ issue: { key: "A-1", who } });
    await waitFor(async () => expect(await listStates()).toEqual(["delivered", "delivered", "delivered"]));

    const counted = await erase();
    expect(counted.found).toMatchObject({ "delivery.order_key": 2, "order_key.key": 1, "webhook.name": 1 });
    expect(counted.left).toEqual({});
    expect(await erase("--confirm")).toMatchObject({ remaining: 0, left: {} });
    const { body } = await host.call("GET", "/api/v1/deliveries");
    const keys = (body as { items: { order: { key: string } | null }[] }).items.map(
      ({ order }) => order?.key,
    );
    expect(keys.filter((key) => key !== undefined)).toEqual(["somebody else"]);
    // The key goes on: from its first number.
    await publish({ issue: { key: "A-1", who: SUBJECT } });
    await waitFor(async () => expect(await listStates()).toHaveLength(4));
    await waitFor(() => expect(receiver.received).toHaveLength(4));
  });

  test("on a terminal nothing is erased without a yes", async () => {
    await publish({ who: SUBJECT });
    const erasing = ["erase", "--subject", SUBJECT, "--confirm"];
    const { code, notes } = await runCommand(host, erasing, "n");
    expect({ code, notes }).toEqual({
      code: 1,
      notes: expect.stringContaining("error[NOT_CONFIRMED]") as string,
    });
    expect((await erase()).found).toMatchObject({ "event.body": 1 });
    expect((await runCommand(host, erasing, "y")).code).toBe(0);
    expect((await erase()).found).toEqual({});
  });

  test("a cursor of something else is refused, and a subject must be long enough", async () => {
    const call = async (body: object) => (await host.call("POST", "/api/v1/erasures", body)).body as object;
    const encode = (place: readonly unknown[]) => Buffer.from(JSON.stringify(place)).toString("base64url");
    const ofOthers = [["callboard_nothing", null], ["callboard_event", [1]], []].map(encode);
    for (const cursor of ["no", ...ofOthers])
      expect(await call({ subject: SUBJECT, cursor })).toMatchObject({
        code: "BODY_SCHEMA",
        errors: [{ pointer: "/cursor" }],
      });
    expect(await call({ subject: "ab" })).toMatchObject({ code: "BODY_SCHEMA" });
  });
});

test("what is there after all fails the command, and is counted", async () => {
  const folder = mkdtempSync(join(tmpdir(), "callboard-erase-"));
  const env = { CALLBOARD_DATA_DIR: folder, CALLBOARD_MASTER_KEY: randomBytes(32).toString("hex") };
  const before = await startTestHost(env);
  await before.call("POST", `${SITE}/events`, { event: "jira:issue_created", payload: { who: SUBJECT } });
  await before.host.stop();
  // The body comes back, as it would by a receiver that echoes it again and again.
  await executeOn(
    join(folder, "callboard.sqlite"),
    `CREATE TRIGGER comes_back AFTER UPDATE OF body ON callboard_event WHEN NEW.body IS NULL
     BEGIN UPDATE callboard_event SET body = OLD.body WHERE site_no = NEW.site_no AND id = NEW.id; END`,
  );
  const host = await startTestHost(env);
  const erasing = ["erase", "--subject", SUBJECT, "--confirm"];
  const { code, out } = await runCommand(host, erasing);
  const json = await runCommand(host, [...erasing, "--json"]);
  await host.host.stop();
  rmSync(folder, { recursive: true, force: true });
  expect({ code, out }).toEqual({
    code: 1,
    out: expect.stringContaining("A second scan found 1 value: repeat the command.") as string,
  });
  expect(json.code).toBe(1);
  expect(JSON.parse(json.out)).toMatchObject({ remaining: 1 });
});
