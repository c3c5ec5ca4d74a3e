/** A product with 10,000 event types: every list is in pages, about as large as those of a product with 50. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestHost } from "../../../../support/host.ts";
import type { TestHost } from "../../../../support/host.ts";
import { logIn } from "../../../../support/page-session.ts";
import type { PageSession } from "../../../../support/page-session.ts";

const formatName = (index: number) => `crane.${String(index).padStart(5, "0")}`;
const createDocument = (product: string, count: number) => ({
  product,
  name: `Port ${product}`,
  description: "Port operations",
  events: Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      formatName(index),
      { description: `A crane has stopped at berth ${index}.`, group: `Cranes ${index % 40}`, sample: {} },
    ]),
  ),
});

let host: TestHost;
let session: PageSession;
beforeAll(async () => {
  host = await startTestHost();
  for (const [key, count] of [
    ["small", 50],
    ["large", 10_000],
  ] as const) {
    expect((await host.call("PUT", `/api/v1/products/${key}`, createDocument(key, count))).status).toBe(200);
    await host.call("POST", "/api/v1/sites", { key, product: key, name: key });
    await host.call("PUT", `/api/v1/products/${key}/catalogue`, { public: true });
  }
  session = await logIn(host);
});
afterAll(() => host.stop());

const readText = async (path: string) => (await session.get(path)).text();
const hrefsIn = (html: string) =>
  [...html.matchAll(/href="([^"]+)"/g)].map(([, href]) => href!.replaceAll("&amp;", "&"));
const eventsIn = (html: string) => new Set(html.match(/\bcrane\.\d{5}\b/g));

test.each([
  "/admin/catalogue?product=KEY",
  "/admin/settings/products/product/KEY",
  "/admin/webhooks/KEY/new",
  "/catalogue/KEY",
  "/catalogue/KEY.json",
  "/catalogue/KEY/crane.00042",
  "/api/v1/catalogue/KEY",
])("%s is about as large with 10,000 event types as with 50", async (path) => {
  const [small, large] = await Promise.all(
    ["small", "large"].map(async (key) => {
      const address = path.replace("KEY", key);
      const { status, text } = address.startsWith("/api")
        ? await host.call("GET", address)
        : await session
            .get(address)
            .then(async (response) => ({ status: response.status, text: await response.text() }));
      expect(status).toBe(200);
      return text.length;
    }),
  );
  expect(large! / small!).toBeLessThan(1.15);
});

test.each([
  ["the catalogue", "/admin/catalogue?product=large", "Next"],
  ["the product's page", "/admin/settings/products/product/large", "Next"],
  ["the public catalogue", "/catalogue/large", "Next"],
])("%s leads to the next page and back", async (_what, path) => {
  const first = await readText(path);
  expect(eventsIn(first).size).toBe(50);
  const next = hrefsIn(first).find((href) => href.includes("cursor=")) ?? "";
  const second = await readText(next);
  expect([...eventsIn(second)].filter((event) => eventsIn(first).has(event))).toEqual([]);
  expect(hrefsIn(second)).toContain(path);
  expect(second).toContain("10,000 event types, 50 on this page");
});

test("a search finds an event type wherever it is", async () => {
  for (const path of [
    "/admin/catalogue?product=large&q=crane.09876",
    "/admin/settings/products/product/large?q=crane.09876",
    "/catalogue/large?q=crane.09876",
  ])
    expect([...eventsIn(await readText(path))]).toEqual(["crane.09876"]);
});

test("the API gives every event type once, page after page", async () => {
  const seen = new Set<string>();
  let cursor = "";
  let pages = 0;
  do {
    const { body } = await host.call("GET", `/api/v1/catalogue/large?limit=500${cursor}`);
    for (const { event } of body.items as { event: string }[]) seen.add(event);
    cursor = body.next === null ? "" : `&cursor=${body.next as string}`;
    pages += 1;
  } while (cursor !== "");
  expect([seen.size, pages]).toEqual([10_000, 20]);
  const { body } = await host.call("GET", "/api/v1/catalogue/large?q=AT+crane.00777");
  expect(body.items.map((item: { event: string }) => item.event)).toEqual(["crane.00777"]);
  expect((await host.call("GET", "/api/v1/catalogue?cursor=x")).body.code).toBe("QUERY_INVALID");
});

describe("the form of a webhook", () => {
  const fields = (change: Readonly<Record<string, string>>) => ({
    csrf: session.csrf,
    name: "Quay",
    url: "http://localhost:3999/hook",
    format: "large",
    secretChoice: "none",
    active: "on",
    ...change,
  });

  test("finds event types, keeps what was entered and chosen, and saves nothing yet", async () => {
    const response = await session.post(
      "/admin/webhooks/large/new",
      fields({ do: "find-events", eventSearch: "crane.0987", event: "crane.00001" }),
    );
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(html).toContain('value="http://localhost:3999/hook"');
    expect(html).toMatch(/value="crane\.00001" checked/);
    expect(html).toMatch(/value="crane\.09876"(?! checked)/);
    expect(eventsIn(html).size).toBe(11);
    expect((await host.call("GET", "/api/v1/sites/large/webhooks")).body.items).toEqual([]);
  });

  test("searches by Enter in a field after the words have changed, and saves otherwise", async () => {
    const path = "/admin/webhooks/large/new";
    const entered = fields({ do: "enter", eventSearch: "crane.00002", searched: "", event: "crane.00001" });
    expect((await session.post(path, entered)).status).toBe(200);
    expect((await host.call("GET", "/api/v1/sites/large/webhooks")).body.items).toEqual([]);
    expect((await session.post(path, { ...entered, searched: "crane.00002" })).status).toBe(303);
    const { body } = await host.call("GET", "/api/v1/sites/large/webhooks");
    expect(body.items.map((item: { events: string[] }) => item.events)).toEqual([["crane.00001"]]);
  });
});
