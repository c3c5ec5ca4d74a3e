/** The search over everything: what is found, and that nobody finds what belongs to others. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EVENT, startPortalStage } from "../../../../support/portal-stage.ts";
import type { PortalSession, PortalStage } from "../../../../support/portal-stage.ts";
import { logIn } from "../../../../support/page-session.ts";

let stage: PortalStage;
let admin: Pick<PortalSession, "get">;
let reader: Pick<PortalSession, "get">;
let vendor: PortalSession;
let tenant: PortalSession;
beforeAll(async () => {
  stage = await startPortalStage();
  const open = async (token: string): Promise<Pick<PortalSession, "get">> => {
    const session = await logIn({ url: stage.host.url, token });
    return {
      get: async (path) => {
        const response = await session.get(path);
        return {
          status: response.status,
          headers: response.headers,
          body: undefined,
          text: await response.text(),
        };
      },
    };
  };
  admin = await open(stage.host.token);
  const made = await stage.host.call("POST", "/api/v1/tokens", { name: "r", scopes: ["read"], site: "jira" });
  reader = await open(made.body.token as string);
  vendor = await stage.logIn({ addon: "vendor.own" });
  tenant = await stage.logIn({ owner: "tenant own" });
}, 120_000);
afterAll(() => stage.stop());

/** The paths of the results, in their order. */
async function find(
  session: Pick<PortalSession, "get">,
  search: string,
  kind = "",
): Promise<readonly string[]> {
  const words = new URLSearchParams({ q: search, ...(kind === "" ? {} : { kind }) });
  const { status, text } = await session.get(`/admin/search?${words.toString()}`);
  expect(status).toBe(200);
  const found = /<div id="found"[^]*$/.exec(text)?.[0] ?? "";
  return [...found.matchAll(/<li><a href="([^"]*)"/g)].map(([, path]) =>
    (path ?? "").replaceAll("&amp;", "&"),
  );
}

describe("an administrator", () => {
  test("finds a site, an add-on, a webhook, an endpoint, an event type and a page by name", async () => {
    expect(await find(admin, "harbor")).toContain("/admin?site=harbor");
    expect(await find(admin, "vendor.other", "addon")).toEqual([
      "/admin/addons/harbor/vendor.other",
      "/admin/addons/jira/vendor.other",
    ]);
    expect(await find(admin, "Hook tenant own", "webhook")).toEqual(["/admin/webhooks/jira/1"]);
    expect(await find(admin, "Hook tenant own", "endpoint")).toEqual([
      expect.stringMatching(/^\/admin\/endpoints\/jira\/\d+$/),
    ]);
    expect((await find(admin, EVENT, "event-type"))[0]).toBe("/admin/catalogue/jira/jira%3Aissue_created");
    expect(await find(admin, "audit", "page")).toEqual(["/admin/audit"]);
  });

  test("finds a delivery, an event, a replay and a webhook by the whole ID", async () => {
    const { own, event } = stage;
    expect(await find(admin, own.deliveryOfAddon)).toEqual([`/admin/deliveries/${own.deliveryOfAddon}`]);
    expect(await find(admin, ` ${event} `)).toEqual([`/admin/events/${event}`]);
    expect(await find(admin, own.replayOfAddon, "exact")).toEqual([
      `/admin/replays/jira/${own.replayOfAddon}`,
    ]);
    expect(await find(admin, own.webhook)).toContain("/admin/webhooks/jira/1");
    expect(await find(admin, own.deliveryOfAddon.slice(0, -1))).toEqual([]);
  });

  test.each([
    "",
    " ",
    "dlv_1_",
    "dlv_9_00000000000000000000000000000000",
    "evt_x",
    "%",
    "'\"<script>",
    "x".repeat(5_000),
  ])("gets a page for %j", async (search) => {
    expect(await find(admin, search, "exact")).toEqual([]);
  });

  test("an unknown kind finds everything", async () => {
    expect(await find(admin, "harbor", "nothing")).toContain("/admin?site=harbor");
  });
});

describe("others find only what they may open", () => {
  const SEARCHES = ["harbor", "vendor", "tenant", "Hook", "audit", "settings", "endpoint", "http", "jira"];

  test.each([
    ["a token of one site", () => reader],
    ["a vendor", () => vendor],
    ["a tenant", () => tenant],
  ])(
    "%s",
    async (_who, session) => {
      const { own, others, elsewhere, event } = stage;
      const ids = [own, others, elsewhere].flatMap((each) => [
        each.webhook,
        each.deliveryOfAddon,
        each.deliveryOfWebhook,
        each.replayOfAddon,
        each.replayOfWebhook,
      ]);
      let opened = 0;
      for (const search of [...SEARCHES, ...ids, event]) {
        for (const path of await find(session(), search)) {
          if (path.startsWith("/docs")) continue;
          const { status } = await session().get(path);
          expect([path, status]).toEqual([
            path,
            expect.toSatisfy((code: number) => code === 200 || code === 303),
          ]);
          opened += 1;
        }
      }
      expect(opened).toBeGreaterThan(3);
    },
    60_000,
  );

  test("a vendor finds its own delivery, and neither that of a tenant nor one of another site", async () => {
    const { own, others, elsewhere, event } = stage;
    expect(await find(vendor, own.deliveryOfAddon)).toEqual([`/admin/deliveries/${own.deliveryOfAddon}`]);
    for (const id of [others.deliveryOfAddon, own.deliveryOfWebhook, elsewhere.deliveryOfAddon, event])
      expect(await find(vendor, id)).toEqual([]);
    expect(await find(vendor, "vendor", "addon")).toEqual(["/admin/addons/jira/vendor.own"]);
    expect(await find(tenant, "Hook", "webhook")).toEqual(["/admin/webhooks/jira/1"]);
    expect(await find(reader, "harbor", "site")).toEqual([]);
  });
});
