/** A portal in a frame of another site, over https, in a browser that blocks third-party cookies: with and without JavaScript. */
import { mkdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Browser, BrowserContext, Frame, Page } from "playwright-core";
import { freePort } from "../support/free-port.ts";
import { startLoopbackServer } from "../support/loopback-server.ts";
import { startPortalStage } from "../support/portal-stage.ts";
import type { PortalStage } from "../support/portal-stage.ts";
import { startTlsProxy } from "../support/tls-proxy.ts";
import { problemsInLooks, listProblems } from "./support/axe.ts";
import { openBrowser, watch } from "./support/browser.ts";

/** A PNG of one blue pixel. */
const LOGO = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYPgPAAEDAQAIicLsAAAAAElFTkSuQmCC";
const LOOKS = [
  { colorScheme: "light", width: 1280 },
  { colorScheme: "dark", width: 1280 },
  { colorScheme: "light", width: 390 },
  { colorScheme: "dark", width: 390 },
] as const;
const SHOTS = process.env["CALLBOARD_SCREENSHOTS"];

let browser: Browser;
let stage: PortalStage;
let hooks: string;
let app: string;
let frameUrl = "";
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const [hooksPort, appPort] = [await freePort(), await freePort()];
  hooks = `https://hooks.callboard.test:${hooksPort}`;
  app = `https://app.harbor.test:${appPort}`;
  stage = await startPortalStage({
    CALLBOARD_PROFILE: "prod",
    CALLBOARD_ALLOWED_HOSTS: "hooks.callboard.test",
    CALLBOARD_TRUSTED_PROXIES: "127.0.0.1",
    CALLBOARD_ALLOW_NETWORKS: "127.0.0.0/8",
  });
  // The page around the frame, of another site. It also frames a page that tries a cookie without a partition.
  const around = await startLoopbackServer((response, request) => {
    response.setHeader("content-type", "text/html");
    if (request.url === "/tried") {
      response.end(`cookies: ${request.headers.cookie ?? "none"}`);
    } else if (request.url === "/try") {
      response.setHeader("set-cookie", "third=party; SameSite=None; Secure; Path=/");
      response.writeHead(303, { location: "/tried" }).end();
    } else {
      response.end(
        `<!doctype html><html lang="en"><title>Harbor</title><h1>Harbor</h1><iframe title="Webhooks" width="1200" height="800" src="${frameUrl}"></iframe>`,
      );
    }
  });
  const hostPort = Number(new URL(stage.host.url).port);
  closers.push(around.close);
  for (const [port, upstream] of [
    [hooksPort, hostPort],
    [appPort, Number(new URL(around.origin).port)],
  ] as const) {
    closers.push((await startTlsProxy(port, upstream)).close);
  }
  await stage.host.call("PATCH", "/api/v1/portal-look", {
    title: "Harbor webhooks",
    logo: LOGO,
    origins: [app],
  });
  browser = await openBrowser([
    "--host-resolver-rules=MAP *.test 127.0.0.1",
    "--ignore-certificate-errors",
    "--test-third-party-cookie-phaseout",
  ]);
  if (SHOTS !== undefined) mkdirSync(SHOTS, { recursive: true });
}, 120_000);
afterAll(async () => {
  await browser.close();
  for (const close of closers) await close();
  await stage.stop();
});

async function makeLink(portal: object): Promise<string> {
  const made = await stage.host.call("POST", "/api/v1/portal-links", portal);
  return hooks + new URL(made.body.url as string).pathname;
}

const openContext = (options: object = {}): Promise<BrowserContext> =>
  browser.newContext({ ignoreHTTPSErrors: true, ...options });

async function openFramed(context: BrowserContext, url: string): Promise<{ page: Page; frame: Frame }> {
  frameUrl = url;
  const page = await context.newPage();
  await page.goto(app);
  await page.waitForLoadState("networkidle");
  const frame = page.frames()[1];
  if (frame === undefined) throw new Error("no frame");
  return { page, frame };
}

async function shoot(page: Page, name: string): Promise<void> {
  if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
}

async function shootInLooks(page: Page, name: string): Promise<void> {
  if (SHOTS === undefined) return;
  for (const { width, colorScheme } of LOOKS) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await shoot(page, `${name}-${colorScheme}-${width}`);
  }
}

describe("a portal in a frame", () => {
  test("the browser blocks third-party cookies, as far as they have no partition", async () => {
    const context = await openContext();
    const { frame } = await openFramed(context, `${app.replace("app.harbor", "app.other")}/try`);
    expect(await frame.textContent("body")).toBe("cookies: none");
    await context.close();
  });

  test.each([true, false])("works with JavaScript: %s", async (javaScriptEnabled) => {
    const context = await openContext({ javaScriptEnabled });
    const complaints: string[] = [];
    context.on("page", (page) => watch(page, complaints));
    const { page, frame } = await openFramed(context, await makeLink({ owner: "tenant own", site: "jira" }));
    expect(await frame.textContent("h1")).toBe("Outgoing webhooks");
    await shoot(page, `frame-webhooks-${javaScriptEnabled ? "script" : "plain"}`);
    await frame.click("text=Add");
    await frame.fill("#name", `From a frame ${String(javaScriptEnabled)}`);
    await frame.fill("#url", "http://127.0.0.1:9999/framed");
    await frame.check("input[name=allEvents]");
    await frame.click("button[value=save]");
    await frame.waitForSelector("text=The webhook was saved, with 1 warning.");
    await shoot(page, `frame-saved-${javaScriptEnabled ? "script" : "plain"}`);
    await frame.click("nav >> text=Deliveries");
    await frame.waitForSelector("h1:has-text('Deliveries')");
    expect(await frame.textContent("#rows")).toContain("Hook of tenant own");
    await frame.click("#rows a[data-row]");
    await frame.click("button:has-text('Redeliver')");
    await frame.waitForSelector("text=The delivery is due again.");
    await frame.click("button:has-text('Log out')");
    await frame.waitForSelector("text=You are not logged in");
    expect(complaints).toEqual([]);
    await context.close();
  });

  test("is refused to pages of other origins", async () => {
    const context = await openContext();
    frameUrl = await makeLink({ addon: "vendor.own" });
    const page = await context.newPage();
    await page.goto(app.replace("app.harbor", "app.other"));
    await page.waitForLoadState("networkidle");
    const text = await page
      .frames()[1]
      ?.textContent("body")
      .catch(() => "");
    expect(text ?? "").not.toContain("vendor.own");
    await context.close();
  });
});

describe("the pages of a portal", () => {
  test.each([
    [
      "vendor",
      { addon: "vendor.own" },
      ["/admin/addons", "/admin/addons/jira/vendor.own", "/admin/replays/jira/new"],
    ],
    ["tenant", { owner: "tenant own", site: "jira" }, ["/admin/webhooks/jira", "/admin/webhooks/jira/new"]],
  ] as const)(
    "of a %s have no problems for axe, light and dark, wide and narrow",
    async (name, portal, own) => {
      const context = await openContext();
      const page = await context.newPage();
      await page.goto(await makeLink(portal));
      expect(await listProblems(page)).toEqual([]);
      await shoot(page, `${name}-enter`);
      await page.click("button");
      await page.waitForSelector("nav");
      const paths = [
        ...own,
        "/admin/deliveries",
        "/admin/catalogue",
        "/admin/replays/jira",
        "/admin/settings",
      ];
      for (const path of paths) {
        await page.goto(hooks + path);
        expect([path, await problemsInLooks(page, LOOKS)]).toEqual([path, []]);
        await shootInLooks(page, `${name}-${path.replaceAll("/", "_")}`);
      }
      await context.close();
    },
  );

  test("a frame without a session, and the settings, have none either", async () => {
    const context = await openContext();
    const { frame } = await openFramed(context, `${hooks}/admin/deliveries`);
    expect(await frame.textContent("h1")).toBe("You are not logged in");
    expect(await listProblems(frame)).toEqual([]);
    const page = await context.newPage();
    const link = await stage.host.call("POST", "/api/v1/login-links");
    await page.goto(hooks + new URL(link.body.url as string).pathname);
    await page.goto(`${hooks}/admin/settings/portals`);
    expect(await listProblems(page)).toEqual([]);
    await shoot(page, "settings-portals");
    await page.fill("#origins", "http://app.example.com");
    await page.click("button:has-text('Save')");
    await page.waitForSelector("text=must be an origin");
    expect(await listProblems(page)).toEqual([]);
    await page.fill("#addon", "nobody");
    await page.click("button:has-text('Create link')");
    await page.waitForSelector("text=The add-on nobody is not installed");
    expect(await listProblems(page)).toEqual([]);
    await page.fill("#addon", "vendor.own");
    await page.click("button:has-text('Create link')");
    await page.waitForSelector("#made");
    expect(await listProblems(page)).toEqual([]);
    await shoot(page, "settings-portals-link");
    await page.goto(`${hooks}/admin/settings/tokens`);
    await page.click("text=For a vendor or a tenant");
    expect(await listProblems(page)).toEqual([]);
    await shoot(page, "settings-tokens");
    await page.goto(`${hooks}/admin/addons`);
    await page.click("text=Headers and TLS");
    expect(await listProblems(page)).toEqual([]);
    await shoot(page, "addons-headers");
    await context.close();
  });

  test("are given a logo by an administrator without JavaScript", async () => {
    const context = await openContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    const link = await stage.host.call("POST", "/api/v1/login-links");
    await page.goto(hooks + new URL(link.body.url as string).pathname);
    await page.goto(`${hooks}/admin/settings/portals`);
    const choose = async (name: string, mimeType: string, buffer: Buffer) => {
      await page.setInputFiles("#logo", { name, mimeType, buffer });
      await page.click("button:has-text('Save')");
    };
    await choose("logo.svg", "image/svg+xml", Buffer.from("<svg/>"));
    await page.waitForSelector("text=Logo must be a PNG, JPEG or WebP image of at most 64 KiB.");
    await page.fill("#origins", app);
    await choose("logo.png", "image/png", Buffer.from(LOGO, "base64"));
    await page.waitForSelector("text=The settings were saved.");
    expect(await page.locator("img.logo").count()).toBe(1);
    await page.check("input[name=removeLogo]");
    await page.click("button:has-text('Save')");
    await page.waitForSelector("text=The settings were saved.");
    expect(await page.locator("img.logo").count()).toBe(0);
    await context.close();
  });
});
