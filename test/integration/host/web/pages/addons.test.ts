import { startReceiver } from "../../../../support/http-receiver.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startCallingAddon } from "../../../../support/calling-addon.ts";
import { startTestHost } from "../../../../support/host.ts";
import type { TestHost } from "../../../../support/host.ts";
import { logIn } from "../../../../support/page-session.ts";
import type { PageSession } from "../../../../support/page-session.ts";

let host: TestHost;
let session: PageSession;
beforeAll(async () => {
  host = await startTestHost();
  for (const product of ["confluence", "backlog", "tracker", "projectrak"]) {
    await host.call("POST", "/api/v1/sites", { key: `a-${product}`, product, name: product });
  }
  session = await logIn(host);
});
afterAll(() => host.stop());

const readText = async (path: string) => (await session.get(path)).text();

test("an add-on can be installed on the sites of products that have add-ons, and no other is offered", async () => {
  const [, sites = ""] =
    /<select id="site"[^>]*>(.*?)<\/select>/s.exec(await readText("/admin/addons")) ?? [];
  const options = [...sites.matchAll(/<option[^>]*>([^<]*)/g)].map(([, text]) => text);
  expect(options.toSorted()).toEqual(["a-confluence", "a-projectrak", "confluence", "jira", "projectrak"]);
});

test("one whose base URL is on another origin is installed after a confirmation, and called not before", async () => {
  const calls: string[] = [];
  const addon = await startReceiver((request, response) => {
    calls.push(request.url);
    response.writeHead(204).end();
  });
  const descriptors = await startReceiver((_request, response) => {
    response.setHeader("content-type", "application/json").end(
      JSON.stringify({
        key: "com.example.elsewhere",
        name: "Elsewhere",
        baseUrl: addon.url,
        authentication: { type: "jwt" },
        lifecycle: { installed: "/installed" },
      }),
    );
  });
  const form = { csrf: session.csrf, site: "jira", url: `${descriptors.url}/atlassian-connect.json` };
  const asked = await session.post("/admin/addons", form);
  expect(asked.status).toBe(200);
  const page = await asked.text();
  expect(page).toContain("Nothing was installed yet");
  expect(page).toContain(`name="confirmBaseUrl" value="${addon.url}"`);
  expect(calls).toEqual([]);
  // A confirmation is for one base URL: that of a descriptor read earlier confirms nothing.
  const other = await session.post("/admin/addons", { ...form, confirmBaseUrl: "http://127.0.0.1:1" });
  expect(other.status).toBe(200);
  expect(calls).toEqual([]);
  const installed = await session.post("/admin/addons", { ...form, confirmBaseUrl: addon.url });
  expect(installed.status).toBe(303);
  expect(calls).toEqual(["/installed"]);
  await addon.close();
  await descriptors.close();
});

test("one for a site without add-ons is refused with what to do instead", async () => {
  const { csrf } = session;
  const url = "http://127.0.0.1:1/atlassian-connect.json";
  const refused = await session.post("/admin/addons", { csrf, site: "a-backlog", url });
  expect(refused.status).toBe(422);
  expect(await refused.text()).toContain("add an outgoing webhook");
});

test("an event type that is not in the catalogue is marked, and one with a wildcard that fits is not", async () => {
  const addon = await startCallingAddon(host, "jira", "org.example.marked", {
    webhooks: [{ event: "jira:issue_*", url: "/a" }],
  });
  const path = `/admin/addons/jira/${addon.key}`;
  expect(await readText(path)).not.toContain("no event type");
  await addon.stop();
  const other = await startCallingAddon(host, "jira", "org.example.unknown", {
    webhooks: [
      { event: "issue_created", url: "/a" },
      { event: "page_*", url: "/b" },
    ],
  });
  const marks = (await readText(`/admin/addons/jira/${other.key}`)).match(/(?:has|matches) no event type/g);
  expect(marks).toHaveLength(2);
  await other.stop();
});
