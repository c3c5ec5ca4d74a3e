import { expect, test } from "vitest";
import { dynamicWebhookId } from "../../../../src/host/model/subscription.ts";
import type { DynamicFacts } from "../../../../src/host/model/subscription.ts";

test.each<[string, DynamicFacts | undefined, number | undefined]>([
  ["of a descriptor", undefined, undefined],
  ["of a module registered at run time", { kind: "module", key: "k", module: {} }, undefined],
  ["of a dynamic webhook of one event", { kind: "webhook", jqlFilter: "" }, 7],
  ["of a further event of a dynamic webhook", { kind: "webhook", jqlFilter: "", of: 5 }, 5],
])("a subscription %s belongs to the dynamic webhook %s", (_what, dynamic, id) => {
  expect(dynamicWebhookId({ dynamic, no: 7 })).toBe(id);
});
