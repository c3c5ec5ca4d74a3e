import { expect, test } from "vitest";
import { draftSubscription, withDraft } from "../../../../src/host/model/draft-webhook.ts";
import type { SiteSnapshot } from "../../../../src/host/model/site-snapshot.ts";
import { newWebhook } from "../../../support/rows.ts";

const webhook = newWebhook(1, 7, { url: "https://receiver.example/hook", excludeBody: true });

test("the subscription of a draft sends what the webhook's would, to every event", () => {
  expect(draftSubscription(webhook)).toMatchObject({
    no: 0,
    receiver: { kind: "webhook", webhookNo: 7 },
    event: undefined,
    url: "https://receiver.example/hook",
    excludeBody: true,
    endpointNo: 0,
  });
  const saved = { ...draftSubscription(webhook), no: 3, endpointNo: 5 };
  expect(draftSubscription(webhook, saved)).toMatchObject({ no: 3, endpointNo: 5 });
});

test("a site with a draft has no other webhook", () => {
  const site = { webhooks: new Map([[1, webhook]]), subscriptions: new Map() } as unknown as SiteSnapshot;
  const subscription = draftSubscription(webhook);
  const drafted = withDraft(site, webhook, subscription);
  expect([...drafted.webhooks.keys(), ...drafted.subscriptions.keys()]).toEqual([7, 0]);
});
