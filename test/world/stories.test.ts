/** The seven stories, wherever people run Callboard on its own file. */
import { get } from "node:http";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { watch } from "../browser/support/browser.ts";
import { startAddon } from "./addon.ts";
import type { WorldAddon } from "./addon.ts";
import { openBrowser } from "./browser.ts";
import { runCallboard, startCallboard } from "./callboard.ts";
import type { Callboard } from "./callboard.ts";
import { stopAfterAll } from "./ending.ts";
import { HOSTS } from "./names.ts";
import { SITE, addSite, deliver, install, publish, listReceived, relay, retry } from "./stories.ts";
import { AT_ROOT, BELOW_PATH, LAPTOP, PATH_PASSED_ON, named } from "./worlds.ts";

const ADDON = "addon.partner.example";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

async function visit(page: Page, url: string): Promise<number | "a download"> {
  try {
    return (await page.goto(url))?.status() ?? 0;
  } catch (error) {
    if (String(error).includes("Download is starting")) return "a download";
    throw error;
  }
}

/** As Kubernetes and load balancers ask, past the proxy. */
const statusByAddress = (path: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    const headers = { host: "10.20.1.2:2990" };
    get({ host: "127.0.0.1", port: 2990, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).once("error", reject);
  });

test("a command line finds the server that was started in its folder on another port", async () => {
  const callboard = await startCallboard({ ...LAPTOP, env: { CALLBOARD_PORT: "3680" } });
  try {
    const sites = await runCallboard(["sites", "--json"], {}, callboard.folder);
    expect(sites).toMatchObject({ code: 0, errors: "", out: expect.stringContaining(`"${SITE}"`) });
  } finally {
    await callboard.stop();
  }
});

describe.each(named(LAPTOP, AT_ROOT, BELOW_PATH, PATH_PASSED_ON))("%s", (_name, world) => {
  let callboard: Callboard;
  let addon: WorldAddon;
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];
  const ending = stopAfterAll();
  beforeAll(async () => {
    callboard = await startCallboard(world);
    ending.add(callboard.stop);
    addon = await startAddon({ name: ADDON, address: HOSTS[ADDON], keyServer: `${world.url}/keys` });
    ending.add(addon.close);
    await addSite(world, callboard);
    context = await browser.newContext();
    ending.add(() => context.close());
    context.on("page", (opened) => watch(opened, complaints));
    context.setDefaultTimeout(10_000);
    page = await context.newPage();
  });

  test("installs an add-on by its https name", () => install(callboard, addon));

  test("delivers an event that verifies", () => deliver(callboard, addon));

  test("tries again after a failure, and succeeds", () => retry(callboard, addon));

  test("relays a product's own webhook, signed", () => relay(callboard, addon));

  test("logs a person in with the form", async () => {
    await page.goto(world.url);
    await page.getByLabel("API token").fill("cb_not-the-token");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("alert").waitFor();
    await page.getByLabel("API token").fill(callboard.token);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("link", { name: "Add-ons" }).first().click();
    await page.getByText("An add-on of a partner").first().waitFor();

    expect(page.url()).toMatch(new RegExp(`^${world.url}/admin/`));
    const cookies = await context.cookies();
    const path = new URL(world.url).pathname;
    expect(cookies).toMatchObject([
      {
        httpOnly: true,
        secure: world.url.startsWith("https"),
        path: expect.stringMatching(new RegExp(`^${path}/?$`)),
      },
    ]);
    // Styles and scripts came from below the same address.
    const broken = await page.evaluate(() =>
      [...document.styleSheets].filter((sheet) => sheet.cssRules.length === 0).map((sheet) => sheet.href),
    );
    expect([broken, complaints]).toEqual([[], []]);
  });

  test("keeps every link of its pages below its address", async () => {
    const seen = new Set<string>();
    const waiting = [`${world.url}/admin`];
    const bad: string[] = [];
    const origin = new URL(world.url).origin;
    for (let path = waiting.shift(); path !== undefined && seen.size < 25; path = waiting.shift()) {
      if (seen.has(path)) continue;
      seen.add(path);
      const status = await visit(page, path);
      if (status === "a download") continue;
      if (status >= 400) bad.push(`${path}: ${status}`);
      const links = await page.evaluate(() =>
        [...document.querySelectorAll<HTMLAnchorElement>("a[href]")].map((link) =>
          link.href.replace(/#.*/, ""),
        ),
      );
      const forms = await page.evaluate(() =>
        [...document.querySelectorAll("form")].map(
          (form) => new URL(form.getAttribute("action") ?? "", location.href).href,
        ),
      );
      for (const link of [...links, ...forms]) {
        if (new URL(link).origin !== origin) continue;
        if (!link.startsWith(`${world.url}/`)) bad.push(`${path} leads to ${link}`);
      }
      waiting.push(...links.filter((link) => link.startsWith(`${world.url}/admin`) && !link.includes("?")));
    }
    expect(bad).toEqual([]);
  });

  test("describes its API at its own address", async () => {
    const path = "/api/openapi.json";
    const { status, body } = await callboard.call("GET", path);
    // Relative to the address of the document, as OpenAPI has it.
    const servers = body.servers.map(({ url }: { url: string }) => new URL(url, world.url + path).href);
    expect([status, servers]).toEqual([200, [expect.stringMatching(new RegExp(`^${world.url}/?$`))]]);
  });

  test("is healthy for a machine that knows no name of it", async () => {
    for (const path of ["/healthz", "/readyz"])
      expect([path, await statusByAddress(path)]).toEqual([path, 200]);
  });

  test("shows on an open page what happens", async () => {
    await page.goto(`${world.url}/admin/deliveries`);
    await page.locator('[data-live-state][data-state="live"]').waitFor();
    await page.evaluate(() => Object.assign(window, { isStillOpen: true }));
    const id = await publish(callboard, "DEMO-4");
    await page.locator(`#rows tr[data-key="${id}"]`).getByText("delivered").waitFor();

    expect(await page.evaluate("window.isStillOpen")).toBe(true);
    expect([listReceived(addon, id), complaints]).toMatchObject([[{ retry: 0 }], []]);
  });

  test("obeys a command line elsewhere", async () => {
    const elsewhere = { CALLBOARD_URL: world.url, CALLBOARD_TOKEN: callboard.token };
    const sites = await runCallboard(["sites", "--json"], elsewhere);
    expect(sites).toMatchObject({ code: 0, errors: "" });
    expect(sites.out).toContain(`"${SITE}"`);

    const before = addon.events.length;
    const trigger = ["trigger", "jira:issue_created", "--site", SITE, "--set", "issue.key=DEMO-5", "--wait"];
    expect(await runCallboard(trigger, elsewhere)).toMatchObject({
      code: 0,
      out: expect.stringContaining("delivered"),
    });
    expect(addon.events.slice(before)).toMatchObject([{ name: "jira:issue_created" }]);

    const opened = await runCallboard(["open"], elsewhere);
    expect(opened).toMatchObject({ code: 0, out: expect.stringContaining(`${world.told}/admin/`) });
    const visitor = await browser.newContext();
    const link = /https?:\S+/.exec(opened.out)?.[0] ?? "";
    const guest = await visitor.newPage();
    await guest.goto(link);
    await guest.getByRole("link", { name: "Add-ons" }).first().click();
    await guest.getByText("An add-on of a partner").first().waitFor();
    expect(guest.url()).toMatch(new RegExp(`^${world.told}/admin/`));
    await visitor.close();
  });

  test("logs the person out", async () => {
    await page.goto(`${world.url}/admin`);
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByLabel("API token").waitFor();
    expect(await context.cookies()).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
