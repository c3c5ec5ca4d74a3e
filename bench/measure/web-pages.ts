/** How long the host takes for each page of the web app, asked as a browser asks that has logged in. */
import { logIn } from "../login.ts";
import { percentile } from "../statistics.ts";

export interface PageTime {
  readonly path: string;
  readonly p95: number;
}

type Get = (path: string) => Promise<string>;

/** Asks for pages with the cookie of a new session. */
async function openSession(url: string, token: string): Promise<Get> {
  const cookie = await logIn(url, token);
  return async (path) => {
    const page = await fetch(url + path, { headers: { cookie }, redirect: "manual" });
    const html = await page.text();
    if (page.status !== 200) throw new Error(`${path} was answered ${page.status}`);
    return html;
  };
}

/** The first link of a page that begins like that. */
function linkIn(html: string, start: string): string {
  const href = html.split('href="').find((part) => part.startsWith(start));
  if (href === undefined) throw new Error(`no link to ${start}…`);
  return href.slice(0, href.indexOf('"')).replaceAll("&amp;", "&");
}

/** Every kind of page, of a site `jira` with an add-on that was sent something. */
async function listPaths(get: Get, addonKey: string): Promise<readonly string[]> {
  const log = await get("/admin/deliveries");
  const older = linkIn(log, "/admin/deliveries?cursor=");
  const addon = `/admin/addons/jira/${addonKey}`;
  return [
    "/admin",
    "/admin/addons",
    ...[addon, `${addon}?tab=lifecycle`, `${addon}?tab=deliveries`, `${addon}?tab=descriptor`],
    ...["/admin/webhooks/jira", "/admin/webhooks/jira/new"],
    ...["/admin/deliveries", older, "/admin/deliveries?state=failed", "/admin/deliveries?state=waiting"],
    ...["/admin/deliveries?site=jira&range=7d", "/admin/deliveries?test=true", "/admin/deliveries?q=nowhere"],
    ...["/admin/deliveries?event=jira:issue_updated", "/admin/deliveries?event=nothing"],
    ...[linkIn(log, "/admin/deliveries/dlv_"), "/admin/deliveries/redeliver"],
    ...[
      "/admin/events",
      "/admin/events?event=nothing",
      linkIn(await get("/admin/events"), "/admin/events/evt_"),
    ],
    ...["/admin/catalogue", "/admin/catalogue/jira/jira%3Aissue_updated"],
    ...["/admin/audit", "/admin/settings", "/admin/settings/sites/jira", "/admin/settings/deliveries"],
    ...["/admin/settings/tokens", "/admin/settings/keys"],
  ];
}

/** The times of every page, the slowest first. */
export async function webPageTimes(
  url: string,
  token: string,
  rounds: number,
  addonKey = "addon",
): Promise<readonly [PageTime, ...PageTime[]]> {
  const get = await openSession(url, token);
  const paths = await listPaths(get, addonKey);
  for (const path of paths) await get(path);
  const times = new Map<string, number[]>(paths.map((path) => [path, []]));
  // One page after the other, so that a noisy moment does not fall on one of them alone.
  for (let round = 0; round < rounds; round += 1) {
    for (const [path, taken] of times) {
      const startedAt = performance.now();
      await get(path);
      taken.push(performance.now() - startedAt);
    }
  }
  const [slowest, ...others] = [...times]
    .map(([path, taken]) => ({ path, p95: percentile(taken, 0.95) }))
    .toSorted((a, b) => b.p95 - a.p95);
  if (slowest === undefined) throw new Error("there are no pages");
  return [slowest, ...others];
}
