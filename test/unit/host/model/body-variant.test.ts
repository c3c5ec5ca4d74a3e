import { describe, expect, test } from "vitest";
import { bodyVariant, deliveryBody } from "../../../../src/host/model/body-variant.ts";
import { createSite, standingSubscription } from "../../../support/delivery.ts";
import { dynamicWebhookId } from "../../../../src/host/model/subscription.ts";

const BODY = Buffer.from('{ "issue": {"key":"A-1"} }');
const dynamic = (no: number) =>
  standingSubscription({ no, source: "dynamic", dynamic: { kind: "webhook", jqlFilter: "" } });
const toWebhookId = (no: number) => dynamicWebhookId(dynamic(no)) ?? 0;

describe("the body of a delivery", () => {
  test("is the very buffer of the event, the same for all receivers", () => {
    expect(bodyVariant(BODY, [standingSubscription()])).toBe(BODY);
    expect(bodyVariant(BODY, [])).toBe(BODY);
  });

  test("of a dynamic module is that of the event too", () => {
    const subscription = standingSubscription({ dynamic: { kind: "module", key: "m", module: {} } });

    expect(bodyVariant(BODY, [subscription])).toBe(BODY);
  });

  test("is empty where the subscription leaves it out", () => {
    expect(bodyVariant(BODY, [standingSubscription({ excludeBody: true })])).toHaveLength(0);
    expect(bodyVariant(BODY, [{ ...dynamic(1), excludeBody: true }])).toHaveLength(0);
  });

  test("stays empty where the event had none", () => {
    expect(bodyVariant(Buffer.alloc(0), [dynamic(1)])).toHaveLength(0);
  });

  test("names the dynamic webhooks that it is for, each once, in front of the rest", () => {
    expect(bodyVariant(BODY, [dynamic(3), dynamic(4), dynamic(3)]).toString()).toBe(
      `{"matchedWebhookIds":[${toWebhookId(3)},${toWebhookId(4)}], "issue": {"key":"A-1"} }`,
    );
    expect(toWebhookId(3)).not.toBe(toWebhookId(4));
  });

  test("names them instead of those of another host", () => {
    const relayed = Buffer.from('{"a":1,"matchedWebhookIds":[99]}');

    expect(bodyVariant(relayed, [dynamic(3)]).toString()).toBe(
      `{"a":1,"matchedWebhookIds":[${toWebhookId(3)}]}`,
    );
  });

  test("names no subscription that is no dynamic webhook", () => {
    expect(bodyVariant(BODY, [dynamic(3), standingSubscription()]).toString()).toContain(
      `"matchedWebhookIds":[${toWebhookId(3)}],`,
    );
  });
});

describe("the body of a delivery that was planned before", () => {
  const site = createSite({ subscriptions: [dynamic(1), dynamic(2)] });
  const makeBody = (matched: readonly number[]) =>
    deliveryBody({ body: BODY, matched }, dynamic(3), site).toString();

  test.each([
    ["names those that matched and still stand", [1, 2], [1, 2]],
    ["names none that is gone", [2, 9], [2]],
    ["names its own where all are gone", [9], [3]],
    ["names its own where none matched", [], [3]],
  ])("%s", (_fact, matched, named) => {
    expect(makeBody(matched)).toContain(`"matchedWebhookIds":[${named.map(toWebhookId).join(",")}]`);
  });
});
