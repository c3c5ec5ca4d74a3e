/** Everybody who may knock at a host, and what each of them sends: the columns of test/fixtures/authorization.ts. */
import type { Door } from "../fixtures/authorization.ts";
import { signRequest } from "../../src/protocol/token.ts";
import { startCallingAddon } from "./calling-addon.ts";
import type { CallingAddon } from "./calling-addon.ts";
import { startTestHost } from "./host.ts";
import type { TestHost } from "./host.ts";
import { logIn } from "./page-session.ts";
import type { PageSession } from "./page-session.ts";
import { quickRequest } from "./raw-request.ts";

/** The site that a token of another site is for; no row is about it. */
export const OTHER_SITE = "projectrak";

/** The products of the other sites have no add-ons. */
const ADDON_SITES = ["jira", OTHER_SITE];

/** One request of the table: what stands in the path and the body is nothing that exists, so that nothing changes. */
export interface Knock {
  readonly method: string;
  readonly path: string;
  readonly site: string;
  readonly door: Door;
}

export interface Callers {
  readonly host: TestHost;
  /**
   * The status, and the code of a refusal or the place that a browser is sent to. A response about methods has those that
   * the path supports behind it.
   */
  readonly knock: (caller: string, knock: Knock) => Promise<string>;
  readonly stop: () => Promise<void>;
}

const SCOPES = {
  admin: "admin",
  read: "read",
  events: "events:write",
  ingest: "ingest",
  metrics: "metrics",
} as const;
/** The token that a session was begun with; admin where nothing is said. */
const SESSION_TOKENS: Readonly<Record<string, string>> = {
  "session:read": "read",
  "session@other": `admin@${OTHER_SITE}`,
};
const STRANGE_ORIGIN = { origin: "https://stranger.example", "sec-fetch-site": "cross-site" };

/** An address that shares no limit with that of another number. */
export const addressOfClient = (number: number): string => `2001:db8:0:${number.toString(16)}::1`;

export async function startCallers(sites: readonly string[]): Promise<Callers> {
  const host = await startTestHost({
    CALLBOARD_PROFILE: "prod",
    CALLBOARD_ALLOW_NETWORKS: "127.0.0.0/8",
    // Each request comes from an address of its own, so that no limit of one client is in the way of another.
    CALLBOARD_TRUSTED_PROXIES: "127.0.0.1",
  });
  for (const key of [...sites, OTHER_SITE]) {
    const made = await host.call("POST", "/api/v1/sites", { key, name: key, product: key });
    if (made.status !== 201) throw new Error(`no site ${key}: ${made.text}`);
  }
  const tokens = new Map<string, string>();
  const addons = new Map<string, CallingAddon>();
  const makeToken = async (name: string, body: object) => {
    const made = await host.call("POST", "/api/v1/tokens", { name, ...body });
    tokens.set(name, made.body.token as string);
    return made.body.id as string;
  };
  for (const [name, scope] of Object.entries(SCOPES)) {
    await makeToken(name, { scopes: [scope] });
    for (const site of [...sites, OTHER_SITE]) await makeToken(`${name}@${site}`, { scopes: [scope], site });
  }
  const revoked = await makeToken("revoked", { scopes: ["admin"] });
  await host.call("DELETE", `/api/v1/tokens/${revoked}`);
  const expiresAt = new Date(Date.now() + 500);
  await makeToken("expired", { scopes: ["admin"], expiresAt: expiresAt.toISOString() });
  await new Promise((resolve) => setTimeout(resolve, expiresAt.getTime() - Date.now() + 1));
  tokens.set("wrong", `cb_${"w".repeat(43)}`);
  for (const site of ADDON_SITES) {
    addons.set(site, await startCallingAddon(host, site, `addon.of.${site}`));
  }
  const sessions = new Map<string, PageSession>();
  const openSession = async (name: string) => {
    const session = sessions.get(name) ?? (await logIn({ url: host.url, token: tokens.get(name) ?? "" }));
    sessions.set(name, session);
    return session;
  };

  function findToken(caller: string, site: string): string | undefined {
    return tokens.get(caller.replace("@other", `@${OTHER_SITE}`).replace("@site", `@${site}`));
  }

  /** An add-on signs what it asks for, and names the site that it asks. */
  function signJwt(caller: string, { method, path, site }: Knock): string {
    const addon = addons.get(caller === "jwt" && addons.has(site) ? site : OTHER_SITE);
    const siteUrl = `${host.url}/${site}`;
    return signRequest({
      issuer: addon?.key ?? "",
      method,
      url: host.url + path,
      baseUrl: siteUrl,
      sharedSecret: addon?.secret ?? "no secret of anyone",
      nowSeconds: Math.floor(Date.now() / 1000),
    });
  }

  let client = 0;
  async function knock(caller: string, one: Knock): Promise<string> {
    const { method, door, site } = one;
    let { path } = one;
    const headers: Record<string, string> = { "x-forwarded-for": addressOfClient((client += 1)) };
    const form = new URLSearchParams();
    if (caller.startsWith("session")) {
      const of = SESSION_TOKENS[caller] ?? "admin";
      const session = await openSession(of);
      // A session that this request ends is begun anew.
      if (path === "/admin/logout") sessions.delete(of);
      Object.assign(headers, { cookie: session.cookie, origin: host.url, "sec-fetch-site": "same-origin" });
      if (caller === "session:cross") Object.assign(headers, STRANGE_ORIGIN);
      if (caller !== "session:no-form-token") form.set("csrf", session.csrf);
    } else if (caller.startsWith("jwt")) {
      headers["authorization"] = `JWT ${signJwt(caller, one)}`;
    } else {
      const token = caller === "none" ? undefined : findToken(caller, site);
      if (door === "login") Object.assign(headers, { origin: host.url, "sec-fetch-site": "same-origin" });
      if (door === "login") form.set("token", token ?? "");
      else if (door === "path") path = path.replace(":token", token ?? "none");
      else if ((door === "basic" || door === "tracker") && token !== undefined)
        headers["authorization"] = `Basic ${btoa(`x:${token}`)}`;
      else if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
    }
    const isForm = path.startsWith("/admin");
    const body = ["GET", "HEAD"].includes(method) ? undefined : isForm ? form.toString() : "{}";
    if (body !== undefined)
      headers["content-type"] = isForm ? "application/x-www-form-urlencoded" : "application/json";
    const url = host.url + path.replace(":token", "none");
    const response = await quickRequest({ url, method, headers, body });
    const header = (name: string): string | undefined => response.headers[name]?.toString();
    const { status, text } = response;
    const type = header("content-type") ?? "";
    const place = header("location")?.replace(/\?.*/, "");
    const isAboutMethods = method === "OPTIONS" || status === 405;
    return [
      status,
      place ?? (status < 400 || method === "HEAD" ? undefined : findCode(type, text)),
      isAboutMethods ? `(${header("allow") ?? "none"})` : undefined,
      method === "OPTIONS" ? header("access-control-allow-origin") : undefined,
    ]
      .filter((part) => part !== undefined)
      .join(" ");
  }

  return {
    host,
    knock,
    stop: async () => {
      await host.stop();
      await Promise.all([...addons.values()].map((addon) => addon.stop()));
    },
  };
}

/** Products have errors of their own form, and pages are for people. */
function findCode(type: string, text: string): string | undefined {
  if (!type.includes("json")) return /<p class="muted">\d+ · ([A-Z_]+)</.exec(text)?.[1] ?? "page";
  const body = JSON.parse(text) as Refusal;
  return body.tokenCode ?? body.code ?? body.errors?.[0]?.moreInfo;
}

interface Refusal {
  readonly code?: string;
  /** Backlog's form has our code here. */
  readonly errors?: readonly { readonly moreInfo?: string }[];
  /** Why the token of an add-on was refused. */
  readonly tokenCode?: string;
}
