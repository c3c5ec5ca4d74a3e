/** Retention of a site, as its page and the API set it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { logIn } from "../support/page-session.ts";

const DAY_MS = 86_400_000;
const SITE = "/api/v1/sites/jira";

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost();
});
afterAll(() => host.stop());

const readOptions = async (): Promise<object> =>
  ((await host.call("GET", SITE)).body as { readonly options: object }).options;

test("the page of a site sets its periods and takes them back, and keeps the rules of event types", async () => {
  const rules = { "jira:issue_created": 90 * DAY_MS };
  expect((await host.call("PATCH", SITE, { options: { eventRetentionMs: rules } })).status).toBe(200);
  const session = await logIn(host);
  const path = "/admin/settings/sites/jira";
  const form = { csrf: session.csrf, name: "Jira", retryProfile: "", installSigning: "signed" };
  await session.post(path, { ...form, retention: "60d", bodyRetention: "12h" });
  expect(await readOptions()).toMatchObject({
    retentionMs: 60 * DAY_MS,
    bodyRetentionMs: DAY_MS / 2,
    eventRetentionMs: rules,
  });
  expect(await (await session.get(path)).text()).toContain('value="60d"');
  await session.post(path, { ...form, retention: "", bodyRetention: "12h" });
  expect(await readOptions()).not.toHaveProperty("retentionMs");
  expect(await readOptions()).toMatchObject({ bodyRetentionMs: DAY_MS / 2, eventRetentionMs: rules });

  const refused = await (await session.post(path, { ...form, retention: "5m", bodyRetention: "" })).text();
  expect(refused).toContain("must be a duration of at least an hour");
  expect(await readOptions()).toMatchObject({ bodyRetentionMs: DAY_MS / 2 });
});

test.each([
  { retentionMs: 1 },
  { bodyRetentionMs: 3651 * DAY_MS },
  { eventRetentionMs: { a: 0 } },
  { eventRetentionMs: [] },
])("%j is refused", async (options) => {
  const reply = await host.call("PATCH", SITE, { options });
  expect({ status: reply.status, body: reply.body as object }).toMatchObject({
    status: 422,
    body: { code: "BODY_SCHEMA" },
  });
});
