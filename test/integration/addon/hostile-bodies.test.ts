/** Callbacks and webhooks with any body, from a host whose token is good: taken or refused with a code, and never a failure. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DESCRIPTOR, startAddon } from "../../support/addon-under-test.ts";
import type { AddonUnderTest } from "../../support/addon-under-test.ts";
import { startHostKeys } from "../../support/host-keys.ts";
import type { HostKeys } from "../../support/host-keys.ts";
import { lifecyclePost, post, webhookPost } from "../../support/site-under-test.ts";
import type { Site } from "../../support/site-under-test.ts";
import { anyCharacter } from "../../support/properties.ts";

let keys: HostKeys;
let under: AddonUnderTest;
beforeAll(async () => {
  keys = await startHostKeys();
  under = await startAddon({ keyServer: `${keys.url}/keys`, descriptor: DESCRIPTOR, dynamicUrl: "/dynamic" });
});
afterAll(async () => {
  await under.close();
  await keys.close();
});

let count = 0;
/** A site of its own for each run, so that no callback is older than another. */
const newSite = (): Site => ({
  clientKey: `site-${(count += 1)}`,
  sharedSecret: "the secret of the site",
  port: under.port,
  privateKey: keys.goodKey,
});

const lastReport = () => under.reports.at(-1);
const value = fc.oneof(
  fc.constantFrom(undefined, null, "", "inspector", "https://one.host.example", {}, [], 0, "__proto__"),
  fc.jsonValue({ maxDepth: 2 }),
);
const name = fc.constantFrom(
  "key",
  "clientKey",
  "sharedSecret",
  "baseUrl",
  "displayUrl",
  "productType",
  "eventType",
  "constructor",
);
/** Mostly one mistake, so that it is not another one that is found first. */
const fields = fc.oneof(
  fc.tuple(name, value).map(([one, of]) => ({ [one]: of })),
  fc.constantFrom("sharedSecret", "baseUrl").chain((one) => value.map((of) => ({ [one]: of }))),
  fc.dictionary(name, value),
);
const event = fc.constantFrom(
  "installed" as const,
  "enabled" as const,
  "disabled" as const,
  "uninstalled" as const,
);

test("a callback", async () => {
  await fc.assert(
    fc.asyncProperty(
      event,
      fields,
      fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.string() }),
      async (kind, body, text) => {
        const site = newSite();
        if (kind !== "installed") await post(site, lifecyclePost(site, "installed", { ageSeconds: 2 }));
        const signed = lifecyclePost(site, kind, { body });
        const { status } = await post(site, text === null ? signed : { ...signed, body: text });

        expect([204, 400, 401]).toContain(status);
        expect(lastReport()?.kind).toBe(status === 204 ? "accepted" : "refused");
        const tenant = await under.addon.tenants.find(site.clientKey);
        if (status !== 204 && kind === "installed") expect(tenant).toBeUndefined();
        if (tenant === undefined) return;
        // What is kept is a tenant that the next callback can be judged by.
        expect(tenant.clientKey).toBe(site.clientKey);
        const { baseUrl, productType, displayUrl } = tenant as unknown as Record<string, unknown>;
        expect([typeof baseUrl, typeof productType]).toEqual(["string", "string"]);
        expect(["string", "undefined"]).toContain(typeof displayUrl);
        if (tenant.state !== "uninstalled") {
          expect(tenant.sharedSecret).not.toBe("");
          // Word for word what was sent, not a text that was made of something else.
          const sent =
            status === 204 && kind === "installed" ? signed.body : `{"sharedSecret":"${site.sharedSecret}"}`;
          expect(JSON.parse(sent)).toMatchObject({ sharedSecret: tenant.sharedSecret });
        }
      },
    ),
    { numRuns: 120, endOnFailure: true },
  );
  expect(Object.keys(Object.prototype)).toEqual([]);
}, 60_000);

test("a webhook, of a module and of a registration by REST", async () => {
  const site = newSite();
  await post(site, lifecyclePost(site, "installed"));
  const body = fc.oneof(
    fc.json(),
    fc.string({ unit: anyCharacter }),
    fc.constantFrom(
      "",
      "null",
      "[]",
      '{"webhookEvent":{}}',
      '{"webhookEvent":"jira:issue_created"}',
      "[".repeat(50_000),
    ),
  );
  const path = fc.constantFrom(
    "/webhooks/issue-created",
    "/comments",
    "/dynamic",
    "/confluence?event=page_created&space=X",
  );
  await fc.assert(
    fc.asyncProperty(path, body, fc.boolean(), async (target, text, isSigned) => {
      const signed = isSigned ? { bodySignedWith: site.sharedSecret } : {};
      const headers = {
        "x-atlassian-webhook-identifier": `dlv_${(count += 1)}`,
        "x-atlassian-webhook-retry": text.slice(0, 9).replaceAll(/[^\x21-\x7e]/g, ""),
      };
      const { status } = await post(site, webhookPost(site, target, text, isSigned ? signed : { headers }));
      // Once it has signed a body, this host signs every one.
      expect([204, 401, 422, 503]).toContain(status);
      expect(lastReport()?.kind).toMatch(/^(?:accepted|duplicate|unnamed|refused)$/);
      if (status === 401) expect(lastReport()).toMatchObject({ refusal: { code: "BODY_SIGNATURE_MISSING" } });
    }),
    { numRuns: 120, endOnFailure: true },
  );
}, 60_000);
