/** Fields for a site on a server with more of them than a list can show. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestHost } from "../../../../support/host.ts";
import type { TestHost } from "../../../../support/host.ts";
import { logIn } from "../../../../support/page-session.ts";
import type { PageSession } from "../../../../support/page-session.ts";

let host: TestHost;
let session: PageSession;
beforeAll(async () => {
  host = await startTestHost();
  for (let no = 1; no <= 100; no += 1)
    await host.call("POST", "/api/v1/sites", { key: `quay-${no}`, product: "jira", name: `Quay ${no}` });
  session = await logIn(host);
});
afterAll(() => host.stop());

const readText = async (path: string) => (await session.get(path)).text();

test.each([
  ["/admin/deliveries?site=quay-77", "quay-77", false],
  ["/admin/events?site=quay-77", "quay-77", false],
  ["/admin/endpoints?site=quay-77", "quay-77", false],
  ["/admin/addons", "", true],
  ["/admin/settings/tokens", "", false],
  ["/admin/settings/portals", "", false],
])("the key of a site is typed on %s", async (path, value, isRequired) => {
  const page = await readText(path);
  const [field = ""] = /<input id="site"[^>]*>/.exec(page) ?? [];
  expect(field).toContain(`value="${value}"`);
  expect(field.includes(" required")).toBe(isRequired);
  expect(page).not.toContain("<option>quay-77</option>");
});

test("a key that no site has is a site that was not found", async () => {
  const page = await session.get("/admin/deliveries?site=quay-1000");
  expect([page.status, await page.text()]).toEqual([404, expect.stringContaining("quay-1000")]);
});
