import { expect, test } from "vitest";
import { draftSubscription, withDraft } from "../../../../src/host/model/draft.ts";
import { siteOf, standingSubscription } from "../../../support/delivery.ts";
import { newWebhook } from "../../../support/rows.ts";

test("a draft has a subscription to every event, at the endpoint of the saved one", () => {
  const webhook = newWebhook(1, 4, { url: "https://hooks.example/{issue.key}", excludeBody: true });
  const saved = standingSubscription({ no: 9, endpointNo: 5 });
  expect(draftSubscription(webhook, saved)).toMatchObject({
    no: 9,
    endpointNo: 5,
    source: "webhook",
    receiver: { kind: "webhook", webhookNo: 4 },
    event: undefined,
    url: webhook.url,
    excludeBody: true,
  });
  expect(draftSubscription(webhook, undefined)).toMatchObject({ no: 0, endpointNo: 0 });
});

test("a site with a draft has no other webhook or subscription", () => {
  const site = siteOf({ webhooks: [{}, {}] });
  const webhook = newWebhook(1, 4);
  const subscription = draftSubscription(webhook, undefined);
  const changed = withDraft(site, webhook, subscription);
  expect([...changed.webhooks]).toEqual([[4, webhook]]);
  expect([...changed.subscriptions]).toEqual([[0, subscription]]);
  expect(changed.installations).toBe(site.installations);
});
