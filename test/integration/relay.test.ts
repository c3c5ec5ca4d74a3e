/** A product's own webhook as the source: its events fan out to the add-ons and outgoing webhooks of a site, signed. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findEventType } from "../support/products.ts";
import type { Fields, Logger } from "../../src/logger.ts";
import { toBodyKey, checkBody } from "../../src/protocol/body-signature.ts";
import { parseToken } from "../../src/protocol/parsed-token.ts";
import { createHmacKey, verifyToken } from "../../src/protocol/token.ts";
import { startCallingAddon } from "../support/calling-addon.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Received } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { waitFor } from "../support/wait-for.ts";

const EVENTS = {
  jira: "jira:issue_created",
  backlog: "issue_created",
  tracker: "story_update_activity",
  projectrak: "updated",
} as const satisfies Record<string, string>;

const written: string[] = [];
const note = (event: string, fields?: Fields) =>
  void written.push(
    JSON.stringify([event, fields], (_key, value: unknown) =>
      value instanceof Error ? `${value.message} ${value.stack ?? ""}` : value,
    ),
  );
const logger: Logger = { debug: note, info: note, warn: note, error: note };

/** The product that has the events, and the host that relays them. */
let source: TestHost;
let relay: TestHost;
beforeAll(async () => {
  source = await startTestHost();
  relay = await startTestHost({}, logger);
  for (const product of Object.keys(EVENTS)) {
    for (const host of [source, relay]) {
      if (product === "jira") continue;
      await host.call("POST", "/api/v1/sites", { key: product, product, name: product });
    }
  }
});
afterAll(async () => {
  await source.stop();
  await relay.stop();
});

async function ingestToken(site: string): Promise<{ readonly id: string; readonly token: string }> {
  const { body } = await relay.call("POST", "/api/v1/tokens", { name: "relay", scopes: ["ingest"], site });
  return body;
}

interface Target {
  readonly received: () => readonly Received[];
  readonly isSigned: (request: Received) => boolean;
  readonly stop: () => Promise<void>;
}

async function startAddonTarget(site: string, event: string): Promise<Target> {
  const addon = await startCallingAddon(relay, site, `org.example.${site}`, {
    webhooks: [{ event, url: "/relayed" }],
  });
  return {
    received: () => addon.webhooks,
    stop: addon.stop,
    isSigned: ({ headers, method, url }) => {
      const token = parseToken((headers.authorization ?? "").replace("JWT ", ""));
      if (!token.ok) return false;
      return verifyToken(token, {
        keys: [createHmacKey(addon.secret)],
        request: { method, rawUrl: url, basePath: "" },
        nowSeconds: Math.floor(Date.now() / 1000),
      }).ok;
    },
  };
}

/** A product without add-ons has outgoing webhooks. */
async function startWebhookTarget(site: string): Promise<Target> {
  const receiver = await startReceiver();
  const { body } = await relay.call("POST", `/api/v1/sites/${site}/webhooks`, {
    name: "relayed",
    url: `${receiver.url}/relayed`,
    generateSecret: true,
  });
  return {
    received: () => receiver.received,
    stop: receiver.close,
    isSigned: ({ headers, body: bytes }) =>
      checkBody({
        id: headers["webhook-id"] as string,
        timestamp: headers["webhook-timestamp"] as string,
        signature: headers["webhook-signature"] as string,
        body: bytes,
        keys: [toBodyKey(body.secret as string)],
        nowSeconds: Math.floor(Date.now() / 1000),
      }).state === "ok",
  };
}

/** Sites of products that have add-ons. */
const ADDON_SITES = ["jira", "confluence", "projectrak"];

describe.each(Object.entries(EVENTS))("a webhook of %s that is pointed at the ingest URL", (site, event) => {
  let target: Target;
  beforeAll(async () => {
    target = ADDON_SITES.includes(site)
      ? await startAddonTarget(site, event)
      : await startWebhookTarget(site);
  });
  afterAll(() => target.stop());

  test("reaches its receiver, signed, with the product's own body", async () => {
    const { token } = await ingestToken(site);
    const url = `${relay.url}/${site}/ingest/${token}`;
    const payload = findEventType(site, event)?.sample();
    if (site === "projectrak") {
      // Projectrak sends to https only; what it would send is posted as it is.
      const headers = { authorization: "" };
      const posted = await relay.call("POST", `/${site}/ingest/${token}`, payload, headers);
      expect(posted.status).toBe(202);
    } else {
      await source.call("POST", `/api/v1/sites/${site}/webhooks`, { name: "relay", url });
      await source.call("POST", `/api/v1/sites/${site}/events`, { event, payload });
    }

    await waitFor(() => expect(target.received()).toHaveLength(1));
    const [request] = target.received();
    expect(target.isSigned(request!)).toBe(true);
    expect(JSON.parse(request!.body.toString())).toMatchObject(payload as object);
    expect(written.join("\n")).not.toContain(token);
  });

  test("is refused once the token is revoked, and the token is in no line that was written", async () => {
    const { id, token } = await ingestToken(site);
    await relay.call("DELETE", `/api/v1/tokens/${id}`);
    const refused = await relay.call("POST", `/${site}/ingest/${token}`, {}, { authorization: "" });
    expect([refused.status, refused.body.code]).toEqual([401, "AUTH_INVALID"]);
    expect(refused.text).not.toContain(token);
    expect(written.join("\n")).not.toContain(token);
  });
});

/** As products might send them: with spaces, without members that are filled in elsewhere, and with big numbers. */
const BARE: readonly (readonly [site: string, event: string, text: string])[] = [
  ["jira", "jira:issue_created", '{ "issue": {"id": 12345678901234567890, "fields": {}} }'],
  ["backlog", "issue_created", '{ "type": 1, "content": {"id": 1.0},"project":{"id":1,"projectKey":"A"} }'],
  ["backlog", "99", '{"type": 99,  "content": "text"}'],
];

test.each(BARE)("a body of %s is sent as it came: %s %s", async (site, event, text) => {
  const target = ADDON_SITES.includes(site)
    ? await startAddonTarget(site, event)
    : await startWebhookTarget(site);
  const { token } = await ingestToken(site);
  const posted = await fetch(`${relay.url}/${site}/ingest/${token}?event=${event}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: text,
  });

  expect(posted.status).toBe(202);
  await waitFor(() => expect(target.received().map(({ body }) => body.toString())).toEqual([text]));
  await target.stop();
});

test("the ingest token of one site is good for no other, and for nothing but ingest", async () => {
  const { token } = await ingestToken("backlog");
  const other = await relay.call("POST", `/tracker/ingest/${token}`, {}, { authorization: "" });
  expect([other.status, other.body.code]).toEqual([403, "SCOPE"]);
  const api = await relay.call("GET", "/api/v1/sites/backlog/webhooks", undefined, {
    authorization: `Bearer ${token}`,
  });
  expect([api.status, api.body.code]).toEqual([403, "SCOPE"]);
});

test("the body of another product is refused, with the way to name its event", async () => {
  const { token } = await ingestToken("backlog");
  const payload = findEventType("tracker", EVENTS.tracker)?.sample();
  const refused = await relay.call("POST", `/backlog/ingest/${token}`, payload, { authorization: "" });
  expect([refused.status, refused.body.code]).toEqual([422, "EVENT_SCHEMA"]);
  expect(refused.body.detail).toContain("?event=");
  expect(refused.body.detail).toContain("It looks like a body of tracker, of story_update_activity.");
});
