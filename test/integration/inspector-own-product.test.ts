/** The Inspector on a host with a product of its own: it learns the event types from the host. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { isGood } from "../../src/inspector/generate.ts";
import type { HostCall } from "../../src/inspector/host-api.ts";
import { createInspector } from "../../src/inspector/index.ts";
import { startInspector } from "../support/inspector-under-test.ts";
import type { InspectorUnderTest } from "../support/inspector-under-test.ts";
import { listEvents } from "../support/products.ts";

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

const manyEvents = () =>
  Object.fromEntries(
    Array.from({ length: 10_000 }, (_, index) => [`crane.${String(index).padStart(5, "0")}`, event({})]),
  );

test("its page lists 50 of 10,000 event types, and finds the others", async () => {
  await under.host.call("PUT", "/api/v1/products/large", {
    ...HARBOR,
    product: "large",
    events: manyEvents(),
  });
  await under.host.call("POST", "/api/v1/sites", { key: "large", product: "large", name: "Large" });
  await under.inspector.unknownNames(["crane.00000"]);
  const open = async (path: string) => (await fetch(under.inspector.url() + path)).text();
  const listed = async (path: string) => new Set((await open(path)).match(/crane\.\d{5}/g)).size;
  expect(await listed("/generate")).toBe(50);
  expect(await open("/generate")).toContain("50 of 10,000 listed");
  expect(await listed("/generate?q=crane.0987")).toBe(10);
  expect(await open("/generate?q=nothing")).toContain("No matching events.");
});

test("10,000 event types are received by one webhook if bodies name them; otherwise the install says what is left out", async () => {
  const named = { ...HARBOR, product: "named", envelope: { event: "type" }, events: manyEvents() };
  await under.host.call("PUT", "/api/v1/products/named", named);
  await under.host.call("POST", "/api/v1/sites", { key: "named", product: "named", name: "Named" });

  const installed = await under.inspector.install();
  const on = (key: string) => installed.find(({ site }) => site.key === key);
  expect(on("named")).toMatchObject({ as: "add-on", problem: undefined, note: undefined });
  expect(on("quay")).toMatchObject({ problem: undefined, note: undefined });
  expect(on("large")).toMatchObject({
    problem: undefined,
    note: expect.stringContaining("9,500 of 10,000 event types are left out: a descriptor has at most 500"),
  });
  expect(await generated(["crane.00000", "crane.09999"])).toEqual([
    ["large", "crane.00000", true],
    ["large", "crane.09999", false],
    ["named", "crane.00000", true],
    ["named", "crane.09999", true],
  ]);
  const names = under.captures
    .filter(({ product, kind }) => product === "named" && kind === "webhook")
    .map((capture) => capture.event);
  expect(names.toSorted()).toEqual(["crane.00000", "crane.09999"]);
}, 120_000);

test("the results of a run are in pages of 100", async () => {
  const call: HostCall = (_method, path) =>
    path === "/sites"
      ? Promise.resolve({ items: ["jira", "confluence"].map((key) => ({ key, product: key })), next: null })
      : Promise.reject(new Error("nothing is sent"));
  const inspector = createInspector({
    host: { url: "http://localhost:9", call },
    port: 0,
    onCapture: () => undefined,
  });
  const url = await inspector.start();
  try {
    const started = await fetch(`${url}/generate`, { method: "POST", redirect: "manual" });
    const run = started.headers.get("location") ?? "";
    const countRows = async (path: string) =>
      (await (await fetch(url + path)).text()).split('<th scope="row"').length - 1;
    const all = ["jira", "confluence"].reduce((sum, key) => sum + listEvents(key).length, 0);
    expect(await countRows(run)).toBe(100);
    expect(await (await fetch(url + run)).text()).toContain(`href="${run}?from=100"`);
    expect(await countRows(`${run}?from=100`)).toBe(all - 100);
    for (const from of ["999999", "x", "-1"]) expect(await countRows(`${run}?from=${from}`)).toBe(100);
  } finally {
    await inspector.stop();
  }
});
