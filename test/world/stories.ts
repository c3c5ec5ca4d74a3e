/** What people do with Callboard, step by step. Each story stands on what the ones before it left. */
import { expect } from "vitest";
import { waitFor } from "../support/wait-for.ts";
import type { WorldAddon } from "./addon.ts";
import type { Callboard } from "./callboard.ts";
import type { World } from "./worlds.ts";

export const SITE = "jira";
/** Above the first pause of the retry schedules that people choose, with its jitter. */
const RETRIED_WITHIN_MS = 20_000;

/** In dev the sites are there; in prod the first thing to do is to add one. */
export async function addSite({ profile }: World, callboard: Callboard): Promise<void> {
  if (profile === "dev") return;
  const site = { key: SITE, product: "jira", name: "The tracker of Acme", retryProfile: "standard" };
  const reply = await callboard.call("POST", "/api/v1/sites", site);
  expect(reply).toMatchObject({ status: 201 });
}

export async function install(callboard: Callboard, addon: WorldAddon): Promise<void> {
  const { descriptorUrl } = addon;
  const reply = await callboard.call("POST", `/api/v1/sites/${SITE}/addons`, { descriptorUrl });
  expect([reply, addon.refusals]).toMatchObject([{ status: 201, body: { state: "enabled" } }, []]);
  expect(addon.lifecycle).toEqual(["installed", "enabled"]);
}

export async function publish(callboard: Callboard, key: string): Promise<string> {
  const reply = await callboard.call("POST", `/api/v1/sites/${SITE}/events`, {
    event: "jira:issue_created",
    payload: { issue: { id: "1", key } },
  });
  expect(reply).toMatchObject({
    status: 202,
    body: { deliveries: [{ id: expect.stringMatching(/^dlv_/) }] },
  });
  return reply.body.deliveries[0].id as string;
}

export async function waitForState(
  callboard: Callboard,
  deliveryId: string,
  expected: object,
  withinMs = 10_000,
): Promise<void> {
  await waitFor(async () => {
    expect((await callboard.call("GET", `/api/v1/deliveries/${deliveryId}`)).body).toMatchObject(expected);
  }, withinMs);
}

export const listReceived = (addon: WorldAddon, deliveryId: string) =>
  addon.events.filter((event) => event.deliveryId === deliveryId);

const VERIFIED = expect.arrayContaining(["signature", "issuer", "time", "qsh"]);

export async function deliver(callboard: Callboard, addon: WorldAddon): Promise<void> {
  const id = await publish(callboard, "DEMO-1");
  await waitForState(callboard, id, { state: "delivered", attempts: [{ number: 1 }] });
  expect([listReceived(addon, id), addon.refusals]).toMatchObject([
    [{ name: "jira:issue_created", retry: 0, verified: VERIFIED }],
    [],
  ]);
}

export async function retry(callboard: Callboard, addon: WorldAddon): Promise<void> {
  addon.answerWith(503);
  const id = await publish(callboard, "DEMO-2");
  const attempts = [{ number: 1 }, { number: 2 }];
  await waitForState(callboard, id, { state: "delivered", attempts }, RETRIED_WITHIN_MS);
  expect([listReceived(addon, id), addon.refusals]).toMatchObject([
    [
      { retry: 0, verified: VERIFIED },
      { retry: 1, verified: VERIFIED },
    ],
    [],
  ]);
}

/** A product that knows nothing of Callboard but a URL. Its bytes arrive as they are. */
export async function relay(callboard: Callboard, addon: WorldAddon): Promise<void> {
  const token = await callboard.call("POST", "/api/v1/tokens", {
    name: "relay",
    scopes: ["ingest"],
    site: SITE,
  });
  expect(token).toMatchObject({ status: 201 });
  const body =
    '{ "webhookEvent":"jira:issue_created",  "issue": {"key":"DEMO-3","fields":{"summary":"Gr\\u00fc\u00dfe \u2013 \u65e5\u672c"}} }';
  const before = addon.events.length;
  const response = await fetch(`${callboard.url}/${SITE}/ingest/${token.body.token as string}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
    redirect: "error",
  });
  expect([response.status, await response.text()]).toEqual([202, expect.any(String)]);
  await waitFor(() => {
    expect(addon.events.slice(before)).toMatchObject([
      { name: "jira:issue_created", body, retry: 0, verified: VERIFIED },
    ]);
  });
  expect(addon.refusals).toEqual([]);
}
