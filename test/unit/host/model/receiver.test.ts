import { describe, expect, test } from "vitest";
import type { Receiver } from "../../../../src/host/model/endpoint.ts";
import {
  describeEndpoint,
  describeEndpointAt,
  formatReceiverId,
  isSameReceiver,
  receiverFields,
  receiverName,
} from "../../../../src/host/model/receiver.ts";
import type { SiteSnapshot } from "../../../../src/host/model/site-snapshot.ts";

const bell: Receiver = { kind: "addon", addonKey: "bell" };
const board: Receiver = { kind: "webhook", webhookNo: 3 };
const snapshot = (state = "enabled") =>
  ({
    site: { no: 2, key: "harbor" },
    installations: new Map([["bell", { state, descriptor: { name: "Harbor bell" } }]]),
    webhooks: new Map([[3, { name: "Board" }]]),
    endpoints: new Map([[5, { receiver: bell, origin: "https://app.example" }]]),
  }) as unknown as SiteSnapshot;

test.each<[Receiver, Receiver, boolean]>([
  [bell, { ...bell }, true],
  [bell, { kind: "addon", addonKey: "horn" }, false],
  [bell, board, false],
  [board, bell, false],
  [board, { ...board }, true],
  [board, { kind: "webhook", webhookNo: 4 }, false],
])("%j and %j are the same: %s", (one, other, isSame) => {
  expect(isSameReceiver(one, other)).toBe(isSame);
});

test("an add-on is named by its key, a webhook by its ID", () => {
  expect([formatReceiverId(2, bell), formatReceiverId(2, board)]).toEqual(["bell", "whk_2_3"]);
});

test.each<[Receiver | undefined, string | null, string | null]>([
  [bell, "bell", null],
  [board, null, "whk_2_3"],
  [undefined, null, null],
])("a response names the receiver %j by addonKey %j and webhookId %j", (receiver, addonKey, webhookId) => {
  expect(receiverFields(2, receiver)).toEqual({ addonKey, webhookId });
});

describe("the name of a receiver", () => {
  test.each<[string, SiteSnapshot | undefined, Receiver, string | undefined]>([
    ["an add-on", snapshot(), bell, "Harbor bell"],
    ["a disabled add-on", snapshot("disabled"), bell, "Harbor bell"],
    ["an uninstalled add-on", snapshot("uninstalled"), bell, undefined],
    ["an unknown add-on", snapshot(), { kind: "addon", addonKey: "horn" }, undefined],
    ["a webhook", snapshot(), board, "Board"],
    ["a deleted webhook", snapshot(), { kind: "webhook", webhookNo: 4 }, undefined],
    ["an add-on of a deleted site", undefined, bell, undefined],
    ["a webhook of a deleted site", undefined, board, undefined],
  ])("of %s", (_name, site, receiver, name) => {
    expect(receiverName(site, receiver)).toBe(name);
  });
});

test("a log line names site, receiver and origin", () => {
  const origin = "https://app.example";
  expect(describeEndpoint(snapshot(), { receiver: bell, origin })).toEqual({
    site: "harbor",
    addon: "bell",
    receiver: "Harbor bell",
    origin,
  });
  expect(describeEndpoint(snapshot(), { receiver: { kind: "webhook", webhookNo: 4 }, origin })).toEqual({
    site: "harbor",
    webhook: "whk_2_4",
    receiver: "removed",
    origin,
  });
});

test("a log line about an endpoint has internal numbers only for what is deleted", () => {
  const at = (site: SiteSnapshot | undefined, endpointNo: number) =>
    describeEndpointAt(site, { siteNo: 2, endpointNo });
  expect(at(snapshot(), 5)).toEqual({
    site: "harbor",
    addon: "bell",
    receiver: "Harbor bell",
    origin: "https://app.example",
  });
  expect(at(snapshot(), 6)).toEqual({ site: "harbor", receiver: "removed (6)" });
  expect(at(undefined, 5)).toEqual({ site: "removed (2)", receiver: "removed (5)" });
});
