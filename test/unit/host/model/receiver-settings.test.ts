import { expect, test } from "vitest";
import type { Endpoint } from "../../../../src/host/model/endpoint.ts";
import { findReceiverSettings } from "../../../../src/host/model/receiver-settings.ts";
import type { Webhook } from "../../../../src/host/model/webhook.ts";

const onEndpoint = { pace: { slots: 1 } };
const onWebhook = { pace: { slots: 2 } };
const site = {
  endpoints: new Map([[3, onEndpoint as Endpoint]]),
  webhooks: new Map([[3, onWebhook as Webhook]]),
};

test("an add-on has the settings of the endpoint of its subscription", () => {
  const receiver = { kind: "addon", addonKey: "bell" } as const;
  expect(findReceiverSettings(site, { receiver, endpointNo: 3 })).toBe(onEndpoint);
  expect(findReceiverSettings(site, { receiver, endpointNo: 4 })).toEqual({});
});

test("an outgoing webhook has its own settings, whatever its endpoint has", () => {
  expect(findReceiverSettings(site, { receiver: { kind: "webhook", webhookNo: 3 }, endpointNo: 4 })).toBe(
    onWebhook,
  );
  expect(findReceiverSettings(site, { receiver: { kind: "webhook", webhookNo: 4 }, endpointNo: 3 })).toEqual(
    {},
  );
});
