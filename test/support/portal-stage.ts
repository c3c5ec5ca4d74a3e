/** A host with two vendors and two tenants on one site, and more of the others on a second one. */
import type { Reply, TestHost } from "./host.ts";
import { startTestHost } from "./host.ts";
import { startCallingAddon } from "./calling-addon.ts";
import type { CallingAddon } from "./calling-addon.ts";
import { startReceiver } from "./http-receiver.ts";
import { quickRequest } from "./raw-request.ts";
import { waitFor } from "./wait-for.ts";

export const EVENT = "jira:issue_created";
export const OWN_SITE = "jira";
export const FOREIGN_SITE = "harbor";
const VENDORS = ["vendor.own", "vendor.other"] as const;
const TENANTS = ["tenant own", "tenant other"] as const;

/** The IDs of one vendor's and one tenant's things on one site. */
export interface Belongings {
  readonly site: string;
  readonly key: string;
  readonly webhook: string;
  readonly deliveryOfAddon: string;
  readonly deliveryOfWebhook: string;
  readonly replayOfAddon: string;
  readonly replayOfWebhook: string;
  /** An event of the site. */
  readonly event: string;
}

/** A browser that used a link into a portal, without a browser. */
export interface PortalSession {
  readonly csrf: string;
  readonly get: (path: string) => Promise<Reply>;
  readonly post: (path: string, fields?: Readonly<Record<string, string>>) => Promise<Reply>;
}

export interface PortalStage {
  readonly host: TestHost;
  /** That of the own vendor. */
  readonly addon: CallingAddon;
  /** That of the other vendor, on the same site. */
  readonly otherAddon: CallingAddon;
  readonly event: string;
  readonly own: Belongings;
  /** Of the other vendor and the other tenant, on the site that the own ones are on. */
  readonly others: Belongings;
  /** The same on a site that the own ones are not on. */
  readonly elsewhere: Belongings;
  readonly tokenFor: (portal: object, scopes?: readonly string[]) => Promise<string>;
  readonly logIn: (portal: object) => Promise<PortalSession>;
  readonly stop: () => Promise<void>;
}

/** Sends one event to all of them, and waits until it has arrived everywhere. */
export async function startPortalStage(env: Readonly<Record<string, string>> = {}): Promise<PortalStage> {
  const host = await startTestHost(env);
  for (const key of [OWN_SITE, FOREIGN_SITE]) {
    // The profile dev has the first one already.
    await host.call("POST", "/api/v1/sites", { key, product: "jira", name: key });
  }
  const receiver = await startReceiver();
  const modules = { webhooks: [{ event: EVENT, url: "/hook" }] };
  const addons = new Map<string, CallingAddon>();
  const webhooks = new Map<string, string>();
  for (const site of [OWN_SITE, FOREIGN_SITE]) {
    for (const key of site === OWN_SITE ? VENDORS : VENDORS.slice(1)) {
      addons.set(`${site}/${key}`, await startCallingAddon(host, site, key, modules));
    }
    for (const owner of site === OWN_SITE ? TENANTS : TENANTS.slice(1)) {
      const values = { name: `Hook of ${owner}`, owner, url: `${receiver.url}/${encodeURIComponent(owner)}` };
      const made = await host.call("POST", `/api/v1/sites/${site}/webhooks`, values);
      webhooks.set(`${site}/${owner}`, made.body.id as string);
    }
  }
  const events: Record<string, string> = {};
  for (const site of [OWN_SITE, FOREIGN_SITE]) {
    const payload = { issue: { id: "1", key: `SECRET-${site}` } };
    const sent = await host.call("POST", `/api/v1/sites/${site}/events`, { event: EVENT, payload });
    events[site] = sent.body.id as string;
  }
  await waitFor(async () => {
    const { body } = await host.call("GET", "/api/v1/deliveries?state=delivered");
    return (body.items as unknown[]).length === 6;
  });

  async function findDelivery(query: string): Promise<string> {
    const { body } = await host.call("GET", `/api/v1/deliveries?${query}`);
    return body.items[0].id as string;
  }
  async function replay(site: string, to: object): Promise<string> {
    const since = new Date(Date.now() - 60_000).toISOString();
    return (await host.call("POST", `/api/v1/sites/${site}/replays`, { to, since })).body.id as string;
  }
  async function list(site: string, key: string, owner: string): Promise<Belongings> {
    const webhook = webhooks.get(`${site}/${owner}`) ?? "";
    return {
      site,
      key,
      webhook,
      deliveryOfAddon: await findDelivery(`site=${site}&addon=${key}`),
      deliveryOfWebhook: await findDelivery(`webhook=${webhook}`),
      replayOfAddon: await replay(site, { addon: key }),
      replayOfWebhook: await replay(site, { webhook }),
      event: events[site] ?? "",
    };
  }

  const stage: PortalStage = {
    host,
    addon: addons.get(`${OWN_SITE}/${VENDORS[0]}`) as CallingAddon,
    otherAddon: addons.get(`${OWN_SITE}/${VENDORS[1]}`) as CallingAddon,
    event: events[OWN_SITE] ?? "",
    own: await list(OWN_SITE, VENDORS[0], TENANTS[0]),
    others: await list(OWN_SITE, VENDORS[1], TENANTS[1]),
    elsewhere: await list(FOREIGN_SITE, VENDORS[1], TENANTS[1]),
    tokenFor: async (portal, scopes = ["admin"]) => {
      const made = await host.call("POST", "/api/v1/tokens", { name: "portal", scopes, ...portal });
      if (made.status !== 201) throw new Error(`no token: ${made.text}`);
      return made.body.token as string;
    },
    logIn: async (portal) => {
      const made = await host.call("POST", "/api/v1/portal-links", portal);
      if (made.status !== 201) throw new Error(`no link: ${made.text}`);
      return enter(host, new URL(made.body.url as string).pathname);
    },
    stop: async () => {
      for (const addon of addons.values()) await addon.stop();
      await receiver.close();
      await host.stop();
    },
  };
  return stage;
}

/** Logs in at the top of a window, where the link asks first. */
async function enter(host: TestHost, path: string): Promise<PortalSession> {
  let cookie = "";
  const ask = async (method: string, target: string, fields?: Readonly<Record<string, string>>) => {
    const reply = await quickRequest({
      url: host.url + target,
      method,
      headers: {
        cookie,
        ...(fields === undefined
          ? {}
          : { origin: new URL(host.url).origin, "content-type": "application/x-www-form-urlencoded" }),
      },
      body: fields === undefined ? undefined : new URLSearchParams(fields).toString(),
    });
    const headers = new Headers();
    for (const [name, value] of Object.entries(reply.headers)) headers.set(name, String(value));
    return { status: reply.status, headers, text: reply.text, body: undefined };
  };
  const begun = await ask("POST", path, {});
  cookie = begun.headers.get("set-cookie")?.split(";")[0] ?? "";
  const page = await ask("GET", "/admin/deliveries");
  const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1];
  if (csrf === undefined) throw new Error(`not logged in: ${begun.status} ${page.status}`);
  return {
    csrf,
    get: (target) => ask("GET", target),
    post: (target, fields = {}) => ask("POST", target, { csrf, ...fields }),
  };
}
