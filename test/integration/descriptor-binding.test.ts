/** An install is bound to the descriptor that somebody saw: one that changes in between is not installed unseen. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { run } from "../../src/cli/index.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { logIn } from "../support/page-session.ts";
import type { PageSession } from "../support/page-session.ts";

let host: TestHost;
let receiver: Receiver;
let session: PageSession;
/** URLs of the webhook in the descriptors that are served one after another; the last one goes on. */
let served: string[] = [];
let installed: string[] = [];

beforeAll(async () => {
  host = await startTestHost();
  session = await logIn(host);
  receiver = await startReceiver((request, response) => {
    if (request.url !== "/atlassian-connect.json") {
      if (request.url === "/installed") installed.push(request.url);
      return void response.writeHead(204).end();
    }
    const url = served.length > 1 ? served.shift() : served[0];
    response.end(
      JSON.stringify({
        key: "org.example.turncoat",
        name: "Turncoat",
        baseUrl: receiver.url,
        authentication: { type: "jwt" },
        lifecycle: { installed: "/installed" },
        modules: { webhooks: [{ event: "jira:issue_created", url }] },
      }),
    );
  });
});
beforeEach(async () => {
  await host.call("DELETE", "/api/v1/sites/jira/addons/org.example.turncoat");
  installed = [];
});
afterAll(async () => {
  await host.stop();
  await receiver.close();
});

const descriptorUrl = () => `${receiver.url}/atlassian-connect.json`;
const webhookNow = async () =>
  (await host.call("GET", "/api/v1/sites/jira/addons/org.example.turncoat")).body.webhooks?.[0]?.url;

function hidden(page: string, name: string): string {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? "";
}

async function send(path: string, fields: Readonly<Record<string, string>>) {
  const answer = await session.post(path, { csrf: session.csrf, ...fields });
  return { status: answer.status, page: await answer.text() };
}

test("the page installs what its preview showed, and shows it again when it changed", async () => {
  const fields = { site: "jira", url: descriptorUrl() };
  served = ["/seen"];
  const preview = await send("/admin/addons", { ...fields, only: "validate" });
  const shown = (page: string) => ({ digest: hidden(page, "digest"), digestOf: hidden(page, "digestOf") });
  served = ["/unseen"];
  const refused = await send("/admin/addons", { ...fields, ...shown(preview.page) });
  expect([refused.status, refused.page]).toEqual([
    422,
    expect.stringContaining("changed since it was shown"),
  ]);
  expect(refused.page).toContain("/unseen");
  expect([installed, await webhookNow()]).toEqual([[], undefined]);
  expect((await send("/admin/addons", { ...fields, ...shown(refused.page) })).status).toBe(303);
  expect(await webhookNow()).toBe("/unseen");
});

test("the page installs what it checked the base URL of", async () => {
  served = ["/checked", "/swapped"];
  const refused = await send("/admin/addons", { site: "jira", url: descriptorUrl() });
  expect([refused.status, installed]).toEqual([422, []]);
});

test("the page of an upgrade", async () => {
  served = ["/old"];
  await host.call("POST", "/api/v1/sites/jira/addons", { descriptorUrl: descriptorUrl() });
  const path = "/admin/addons/jira/org.example.turncoat/upgrade";
  served = ["/seen"];
  const digest = hidden(await (await session.get(path)).text(), "digest");
  served = ["/unseen"];
  expect((await send(path, { digest })).page).toContain("changed since it was shown");
  expect(await webhookNow()).toBe("/old");
  served = ["/seen"];
  expect([(await send(path, { digest })).status, await webhookNow()]).toEqual([303, "/seen"]);
});

test("the API takes the digest of a check or a dry run", async () => {
  served = ["/seen"];
  const checked = await host.call("POST", "/api/v1/descriptors/validate", { descriptorUrl: descriptorUrl() });
  const { digest } = checked.body as { digest: string };
  served = ["/unseen"];
  const install = () =>
    host.call("POST", "/api/v1/sites/jira/addons", { descriptorUrl: descriptorUrl(), digest });
  expect(await install()).toMatchObject({ status: 409, body: { code: "DESCRIPTOR_CHANGED" } });
  served = ["/seen"];
  expect((await install()).status).toBe(201);
  const upgrade = "/api/v1/sites/jira/addons/org.example.turncoat/upgrade";
  const dryRun = await host.call("POST", `${upgrade}?dryRun=true`);
  expect((dryRun.body as { digest: string }).digest).toBe(digest);
  served = ["/unseen"];
  expect((await host.call("POST", `${upgrade}?digest=${digest}`)).status).toBe(409);
});

test("the command line installs what it warned of", async () => {
  served = ["/warned", "/swapped"];
  let notes = "";
  const code = await run(["install", descriptorUrl()], {
    out: () => undefined,
    note: (text) => void (notes += text),
    env: { CALLBOARD_URL: host.url, CALLBOARD_TOKEN: host.token },
    readInput: () => Promise.resolve(""),
  });
  expect([code, notes, installed]).toEqual([1, expect.stringContaining("DESCRIPTOR_CHANGED"), []]);
});
