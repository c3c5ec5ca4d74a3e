/** The Add-ons page lists the installs that were refused, also those that nobody made on it. */
import { afterAll, beforeAll, expect, test } from "vitest";

import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { logIn } from "../support/page-session.ts";

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost();
});
afterAll(() => host.stop());

const install = (site: string, descriptorUrl: string) =>
  host.call("POST", `/api/v1/sites/${site}/addons`, { descriptorUrl });

async function listedFor(token: string): Promise<string> {
  const page = await (await logIn({ url: host.url, token })).get("/admin/addons");
  const [, listed = ""] = (await page.text()).split('id="refused"');
  return listed;
}
const tokenWith = async (wish: object) =>
  (await host.call("POST", "/api/v1/tokens", { name: "other", scopes: ["admin"], ...wish })).body
    .token as string;

test("nothing was refused: there is no such list", async () => {
  expect(await listedFor(host.token)).toBe("");
});

test("a refused install stands there with time, URL, site, code, sentence and actor", async () => {
  expect((await install("jira", "http://files:3000/atlassian-connect.json")).status).toBe(422);

  const listed = await listedFor(host.token);

  expect(listed.match(/<tr>/g)).toHaveLength(2);
  for (const part of [
    "<time ",
    "files:3000",
    ">jira<",
    "HOST_DENIED",
    "CALLBOARD_ALLOW_NETWORKS=files",
    "token:first",
    "127.0.0.1",
  ]) {
    expect(listed.replaceAll("<wbr>", "")).toContain(part);
  }
});

test("the same again and again is one row, with how often", async () => {
  for (let time = 0; time < 3; time += 1) await install("confluence", "http://127.0.0.1:4/<b>x");

  const listed = await listedFor(host.token);

  expect(listed.match(/DESCRIPTOR_FETCH/g)).toHaveLength(1);
  expect(listed).toContain("3 times");
  expect(listed).not.toContain("<b>");
});

test("only administrators of a site see it", async () => {
  expect(await listedFor(await tokenWith({ scopes: ["read"] }))).toBe("");
  const ofJira = await listedFor(await tokenWith({ site: "jira" }));
  expect([ofJira.includes("HOST_DENIED"), ofJira.includes("DESCRIPTOR_FETCH")]).toEqual([true, false]);
});
