/** An add-on for an own product: the check knows the event types of its product file, and sends their samples. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import express from "express";
import { expect, test } from "vitest";
import { createAddon } from "../../src/addon/index.ts";
import { freePort } from "../support/free-port.ts";
import { listen } from "../support/listen.ts";
import { findingsIn, runCheckOn } from "./run-check.ts";

const FILE = join(import.meta.dirname, "../../examples/own-product/products/harbor.yaml");
const harbor = { file: "harbor.yaml", text: readFileSync(FILE, "utf8") };

interface HarborEvents {
  readonly "crane.stopped": { readonly crane: { readonly id: number } };
  readonly "jira:issue_created": { readonly issue: { readonly key: string } };
}

/** Starts an add-on that subscribes to an event type of the own product and, on its second site, of Jira. */
async function startCraneWatch(port: number, seen: Set<string>) {
  const app = express();
  const { url, close } = await listen(app);
  const addon = createAddon<HarborEvents>({
    descriptor: {
      key: "crane-watch",
      name: "Crane watch",
      baseUrl: "{{baseUrl}}",
      authentication: { type: "jwt" },
      scopes: ["READ"],
      lifecycle: { installed: "/installed" },
      modules: {
        webhooks: [
          { event: "crane.stopped", url: "/crane-stopped?crane={crane.id}" },
          { event: "jira:issue_created", url: "/issue-created" },
        ],
      },
    },
    baseUrl: url,
    keyServer: `http://127.0.0.1:${port}/keys`,
    report: () => undefined,
  });
  addon.on("crane.stopped", ({ body, query, tenant }) => {
    seen.add(`${tenant.productType}: crane ${body?.crane.id} of ${query.get("crane")}`);
  });
  addon.on("jira:issue_created", ({ body, tenant }) => {
    seen.add(`${tenant.productType}: ${body?.issue.key}`);
  });
  app.use(addon.router);
  return { url, stop: close };
}

test("its events are delivered with their samples, and everything else is checked as well", async () => {
  const port = await freePort();
  const seen = new Set<string>();
  const run = await runCheckOn(() => startCraneWatch(port, seen), {
    port,
    products: [harbor],
    limitMs: 20_000,
  });

  expect(findingsIn(run)).toEqual([]);
  expect(run.results.find(({ id }) => id === "webhook.events")?.outcome).toEqual({
    state: "passed",
    remarks: [],
  });
  expect([...seen]).toEqual(expect.arrayContaining(["harbor: crane 4 of 4", "jira: PIER-17"]));
}, 90_000);

test("without the product file, the event type is unknown and nothing of it is sent", async () => {
  const port = await freePort();
  const seen = new Set<string>();
  const run = await runCheckOn(() => startCraneWatch(port, seen), {
    port,
    checks: ["descriptor.warnings", "webhook.events"],
    limitMs: 20_000,
  });

  expect(findingsIn(run)).toEqual([expect.stringContaining("crane.stopped")]);
  expect(run.results.find(({ id }) => id === "webhook.events")?.outcome).toEqual({
    state: "passed",
    remarks: ["not sent, because no sample is known: crane.stopped"],
  });
  expect([...seen]).toEqual(["jira: PIER-17"]);
}, 60_000);

test.each([
  { what: "no YAML", text: "product: [" },
  { what: "no product", text: "{}" },
  { what: "of a built-in product", text: harbor.text.replace("product: harbor", "product: jira") },
  { what: "of a sample that is off its schema", text: harbor.text.replace("id: 4", "id: four") },
])("a product file that is $what ends the run with the name of the file", async ({ text }) => {
  const port = await freePort();
  const run = runCheckOn(() => startCraneWatch(port, new Set()), {
    port,
    products: [{ file: "other.yaml", text }],
    checks: ["descriptor.valid"],
  });
  await expect(run).rejects.toMatchObject({
    code: "PRODUCT_INVALID",
    message: expect.stringContaining("other.yaml: "),
  });
});

test("the same product twice is refused", async () => {
  const port = await freePort();
  const run = runCheckOn(() => startCraneWatch(port, new Set()), {
    port,
    products: [harbor, harbor],
    checks: ["descriptor.valid"],
  });
  await expect(run).rejects.toMatchObject({ code: "CONFLICT" });
});
