/** The Inspector on a host with a product of its own: it learns the event types from the host. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { isGood } from "../../src/inspector/generate.ts";
import { startInspector } from "../support/inspector-under-test.ts";
import type { InspectorUnderTest } from "../support/inspector-under-test.ts";

const event = (sample: object) => ({ description: "d", group: "Cranes", sample });
const HARBOR = {
  product: "harbor",
  name: "Harbor",
  description: "Port operations",
  scopes: { "cranes.read": { description: "Read cranes" } },
  events: { "crane.stopped": event({ crane: 4 }), "crane.started": event({ crane: 5 }) },
};

let under: InspectorUnderTest;
beforeAll(async () => {
  under = await startInspector();
  const { host } = under;
  await host.call("PUT", "/api/v1/products/harbor", HARBOR);
  await host.call("POST", "/api/v1/sites", { key: "quay", product: "harbor", name: "Quay" });
});
afterAll(() => under.stop());

const generated = async (events: readonly string[]) =>
  (await under.inspector.generate(events)).map(({ site, event: name, outcome }) => [
    site.key,
    name,
    isGood(outcome),
  ]);

test("it is installed as an add-on on a site of a product that was created after it started", async () => {
  const installed = await under.inspector.install();
  expect(installed.find(({ site }) => site.key === "quay")).toMatchObject({
    as: "add-on",
    problem: undefined,
  });
  expect(await generated(["crane.stopped", "crane.started"])).toEqual([
    ["quay", "crane.stopped", true],
    ["quay", "crane.started", true],
  ]);
  expect(under.captures.at(-1)).toMatchObject({
    event: "crane.started",
    product: "harbor",
    verification: { state: "ok" },
  });
});

test("it serves a descriptor with exactly the events of the product, and none for an unknown product", async () => {
  const served = await fetch(`${under.inspector.url()}/harbor/atlassian-connect.json`);
  const { modules } = (await served.json()) as { modules: { webhooks: { event: string }[] } };
  expect(modules.webhooks.map((webhook) => webhook.event)).toEqual(["crane.stopped", "crane.started"]);
  expect((await fetch(`${under.inspector.url()}/quay/atlassian-connect.json`)).status).toBe(404);
});

test("a new event type is received after the next install, and named among the known ones", async () => {
  expect(await under.inspector.unknownNames(["berth.freed"])).toEqual([{ event: "berth.freed", near: [] }]);
  await under.host.call("PATCH", "/api/v1/products/harbor/events/berth.freed", event({ berth: 1 }));
  expect(await under.inspector.unknownNames(["berth.freed", "crane.stoped"])).toEqual([
    { event: "crane.stoped", near: ["crane.stopped"] },
  ]);
  await under.inspector.install();
  expect(await generated(["berth.freed"])).toEqual([["quay", "berth.freed", true]]);
});
