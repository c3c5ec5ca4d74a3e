/** Settings: sites, how deliveries are made and kept, API tokens and signing keys, each on a tab of its own. */
import { requireCallersMistake } from "../http/problems.ts";
import { requirePortalScopes, toPortal } from "../present/portal.ts";
import { formatDuration, parseDuration } from "../../../duration.ts";
import { defined } from "../../../defined.ts";
import { CallboardError } from "../../../errors.ts";
import { hasText } from "../../model/has-text.ts";
import { describePortal } from "../../model/portal.ts";
import type { Portal } from "../../model/portal.ts";
import { RETRY_SCHEDULES } from "../../model/retry-schedules.ts";
import type { RetrySchedule } from "../../model/retry-schedules.ts";
import type { SiteChange } from "../../store/tables/sites.ts";
import { SCOPES } from "../../store/tables/tokens.ts";
import type { Scope } from "../../store/tables/tokens.ts";
import type { Rooms } from "../rooms.ts";
import { duration } from "../../../format.ts";
import { limitsView } from "./limits-view.ts";
import { pageInMemory } from "./list.ts";
import type { Filter } from "./list.ts";
import type { Page, Visit } from "./page.ts";
import { SETTINGS_PATH as PATH, settingsView } from "./settings-tabs.ts";
import type { Site } from "../../model/site.ts";

const MIN_RETENTION_MS = 3_600_000;

function formatSteps({ steps }: RetrySchedule): string {
  return steps
    .map((step) =>
      typeof step === "number" ? duration(step) : `${duration(step.from)}–${duration(step.to)}`,
    )
    .join(", ");
}

const PROFILES = Object.entries(RETRY_SCHEDULES).map(([name, profile]) => ({
  name,
  steps: formatSteps(profile),
}));

const SEARCH: Filter = { name: "q", label: "Search" };

async function sitesView({ form, query }: Visit, { catalogue, sites }: Rooms, refusal?: CallboardError) {
  const all = await sites.list();
  const search = query.get("q")?.trim() ?? "";
  const product = query.get("product") ?? "";
  const found = all.filter(
    (site) =>
      (product === "" || site.product === product) && hasText([site.key, site.name, site.baseUrl], search),
  );
  const { items, list } = pageInMemory(found, {
    path: PATH,
    query,
    noun: ["site", "sites"],
    filters: [SEARCH, { name: "product", label: "Product" }],
    toKey: ({ key }) => key,
  });
  return settingsView(
    "settings-sites",
    PATH,
    {
      sites: items.map((site) => ({ ...site, shownBaseUrl: sites.getBaseUrl(site) })),
      ...list,
      isAny: all.length > 0,
      search,
      product,
      path: PATH,
      products: catalogue.siteProducts.map(({ key }) => key),
      values: Object.fromEntries(form),
    },
    refusal,
  );
}

/** Values of the form of a site: those that were entered when it was refused, else those that it has. */
function siteValues(site: Site, entered: URLSearchParams | undefined) {
  const { options } = site;
  const saved = {
    name: site.name,
    baseUrl: site.baseUrl ?? "",
    retryProfile: site.retryProfile ?? "",
    installSigning: site.installSigning,
    envelope: options.envelope ?? "connect",
    retention: formatPeriod(options.retentionMs),
    bodyRetention: formatPeriod(options.bodyRetentionMs),
  };
  if (entered === undefined) return { ...saved, userParameters: options.userParameters === true };
  const typed = Object.entries(saved).map(([name, value]) => [name, entered.get(name) ?? value] as const);
  return {
    ...Object.fromEntries<string>(typed),
    userParameters: entered.get("userParameters") !== null,
  };
}

async function siteView({ params, form }: Visit, { catalogue, sites }: Rooms, refusal?: CallboardError) {
  const site = await sites.load(params["site"] ?? "");
  const { hasEnvelopes, isOperational } = catalogue.get(site.product);
  const view = settingsView(
    "settings-site",
    PATH,
    {
      site,
      shownBaseUrl: sites.getBaseUrl(site),
      profiles: PROFILES,
      hasEnvelopes,
      isOwn: isOperational,
      values: siteValues(site, refusal === undefined ? undefined : form),
    },
    refusal,
  );
  return { ...view, title: `Site ${site.key}` };
}

const formatPeriod = (ms: number | undefined): string => (ms === undefined ? "" : formatDuration(ms));

/** An empty field takes the site back to the server's period. */
function readPeriods(form: URLSearchParams, { retentionMs, bodyRetentionMs, ...others }: Site["options"]) {
  const read = (name: string, before: number | undefined) => {
    const given = form.get(name)?.trim();
    if (given === undefined) return before;
    return given === "" ? undefined : readRetention(form, name);
  };
  return {
    ...others,
    ...defined({
      retentionMs: read("retention", retentionMs),
      bodyRetentionMs: read("bodyRetention", bodyRetentionMs),
    }),
  };
}

/** @throws {CallboardError} BODY_SCHEMA */
function readSiteChange(form: URLSearchParams, { options }: Site): SiteChange {
  const text = (name: string) => {
    const value = form.get(name)?.trim() ?? "";
    return value === "" ? undefined : value;
  };
  return {
    name: text("name") ?? "",
    baseUrl: text("baseUrl"),
    retryProfile: text("retryProfile"),
    installSigning: form.get("installSigning") === "legacy" ? "legacy" : "signed",
    options: {
      ...readPeriods(form, options),
      ...(form.get("envelope") === "cloud"
        ? { envelope: "cloud" as const }
        : { envelope: "connect" as const }),
      userParameters: form.get("userParameters") !== null,
    },
  };
}

async function deliveriesView(rooms: Rooms, values: URLSearchParams, refusal?: CallboardError) {
  const settings = await rooms.settings.read();
  return settingsView(
    "settings-deliveries",
    `${PATH}/deliveries`,
    {
      settings,
      profiles: PROFILES,
      retention: values.get("retention") ?? formatDuration(settings.retentionMs),
      bodyRetention: values.get("bodyRetention") ?? formatDuration(settings.bodyRetentionMs),
    },
    refusal,
  );
}

function readRetention(form: URLSearchParams, name: string): number {
  const ms = parseDuration(form.get(name) ?? "");
  if (ms !== undefined && ms >= MIN_RETENTION_MS) return ms;
  throw refuseField(name, "must be a duration of at least an hour, such as 12h or 30d");
}

const refuseField = (name: string, detail: string): CallboardError =>
  new CallboardError("BODY_SCHEMA", `${name} ${detail}`, { errors: [{ pointer: `/${name}`, detail }] });

async function tokensView(
  { form, query }: Visit,
  { tokens, sites }: Rooms,
  made: { readonly name: string; readonly token: string } | undefined,
  refusal?: CallboardError,
) {
  const usable = await tokens.listUnrevoked();
  const search = query.get("q")?.trim() ?? "";
  const { items, list } = pageInMemory(
    usable.filter(({ name, id, siteKey, portal }) =>
      hasText([name, `cb_${id}_`, siteKey, portal && describePortal(portal)], search),
    ),
    {
      path: `${PATH}/tokens`,
      query,
      noun: ["token", "tokens"],
      filters: [SEARCH],
      toKey: ({ id }) => id,
    },
  );
  return settingsView(
    "settings-tokens",
    `${PATH}/tokens`,
    {
      tokens: items.map((token) => ({
        ...token,
        whose: token.portal === undefined ? undefined : describePortal(token.portal),
      })),
      ...list,
      isAny: usable.length > 0,
      search,
      path: `${PATH}/tokens`,
      sites: sites.listKeys(),
      scopes: SCOPES,
      made,
      name: form.get("name") ?? "",
      addon: form.get("addon") ?? "",
      owner: form.get("owner") ?? "",
      chosen: form.getAll("scope"),
      site: form.get("site") ?? "",
      expires: form.get("expires") ?? "",
    },
    refusal,
  );
}

/** A number of days from the form; undefined for "never" and for what the form doesn't offer. */
function readExpiry(form: URLSearchParams): number | undefined {
  const days = form.get("expires") ?? "";
  return /^[1-9]\d{0,3}$/.test(days) ? Date.now() + Number(days) * 86_400_000 : undefined;
}

/** The portal that the token is for; undefined for most tokens. @throws {CallboardError} BODY_SCHEMA */
function readPortal(form: URLSearchParams): Portal | undefined {
  const text = (name: string) => {
    const value = form.get(name)?.trim() ?? "";
    return value === "" ? {} : { [name]: value };
  };
  return toPortal({ ...text("addon"), ...text("owner") });
}

function readScopes(form: URLSearchParams): readonly Scope[] {
  const scopes = SCOPES.filter((scope) => form.getAll("scope").includes(scope));
  const name = form.get("name")?.trim() ?? "";
  const errors = [
    ...(name === "" || name.length > 100
      ? [{ pointer: "/name", detail: "Give it a name of at most 100 characters" }]
      : []),
    ...(scopes.length === 0 ? [{ pointer: "/scope", detail: "Choose what it may do" }] : []),
  ];
  if (errors.length === 0) return scopes;
  throw new CallboardError("BODY_SCHEMA", errors.map(({ detail }) => detail).join("; "), { errors });
}

export const settingsPages: readonly Page[] = [
  {
    method: "get",
    path: `${PATH}/limits`,
    scope: "admin",
    answer: async (_visit, rooms) =>
      settingsView("settings-limits", `${PATH}/limits`, await limitsView(rooms)),
  },
  { method: "get", path: PATH, scope: "admin", answer: (visit, rooms) => sitesView(visit, rooms) },
  {
    method: "post",
    path: PATH,
    scope: "admin",
    answer: async (visit, rooms) => {
      const { form, author } = visit;
      const product = form.get("product") ?? "";
      try {
        if (product === "") throw refuseField("product", "Choose a product");
        const key = form.get("key")?.trim() ?? "";
        await rooms.registry.createSite({ key, product, name: form.get("name")?.trim() || key }, author);
        return { kind: "redirect", to: PATH, notice: "site-created" };
      } catch (error) {
        return sitesView(visit, rooms, requireCallersMistake(error));
      }
    },
  },
  {
    method: "get",
    path: `${PATH}/sites/:site`,
    scope: "admin",
    answer: (visit, rooms) => siteView(visit, rooms),
  },
  {
    method: "post",
    path: `${PATH}/sites/:site`,
    scope: "admin",
    answer: async (visit, rooms) => {
      const site = await rooms.sites.load(visit.params["site"] ?? "");
      try {
        await rooms.registry.changeSite(site.key, readSiteChange(visit.form, site), visit.author);
        return { kind: "redirect", to: PATH, notice: "site-saved" };
      } catch (error) {
        return siteView(visit, rooms, requireCallersMistake(error));
      }
    },
  },
  {
    method: "get",
    path: `${PATH}/sites/:site/remove`,
    scope: "admin",
    answer: async ({ params }, { sites, registry }) => {
      const site = await sites.load(params["site"] ?? "");
      const addons = await registry.listAddons(site.key);
      return {
        kind: "view",
        view: "confirm",
        title: `Delete site “${site.key}”?`,
        section: "settings",
        parents: [{ text: site.key, path: `${PATH}/sites/${site.key}` }],
        data: {
          sentences: [
            `The events, deliveries and webhooks of ${site.name} are deleted.`,
            addons.length === 0
              ? "It has no add-ons."
              : `These add-ons are uninstalled: ${addons.map(({ name }) => name).join(", ")}.`,
          ],
          action: `${PATH}/sites/${site.key}/remove`,
          button: "Delete site",
          back: `${PATH}/sites/${site.key}`,
        },
      };
    },
  },
  {
    method: "post",
    path: `${PATH}/sites/:site/remove`,
    scope: "admin",
    answer: async ({ params, author }, { registry }) => {
      await registry.removeSite(params["site"] ?? "", author);
      return { kind: "redirect", to: PATH, notice: "site-removed" };
    },
  },
  {
    method: "get",
    path: `${PATH}/deliveries`,
    scope: "admin",
    answer: ({ form }, rooms) => deliveriesView(rooms, form),
  },
  {
    method: "post",
    path: `${PATH}/deliveries`,
    scope: "admin",
    answer: async ({ form, author }, rooms) => {
      try {
        const retentionMs = readRetention(form, "retention");
        const bodyRetentionMs = readRetention(form, "bodyRetention");
        await rooms.settings.change({ retentionMs, bodyRetentionMs }, author);
        return { kind: "redirect", to: `${PATH}/deliveries`, notice: "settings-saved" };
      } catch (error) {
        return deliveriesView(rooms, form, requireCallersMistake(error));
      }
    },
  },
  {
    method: "get",
    path: `${PATH}/tokens`,
    scope: "admin",
    answer: (visit, rooms) => tokensView(visit, rooms, undefined),
  },
  {
    method: "post",
    path: `${PATH}/tokens`,
    scope: "admin",
    answer: async (visit, rooms) => {
      const { form, author } = visit;
      try {
        const site = form.get("site") ?? "";
        const scopes = readScopes(form);
        const wish = {
          name: form.get("name")?.trim() ?? "",
          scopes,
          siteKey: site === "" ? undefined : site,
          portal: requirePortalScopes(readPortal(form), scopes),
          expiresAt: readExpiry(form),
        };
        const { record, token } = await rooms.tokens.create(wish, author);
        return await tokensView({ ...visit, form: new URLSearchParams() }, rooms, {
          name: record.name,
          token,
        });
      } catch (error) {
        return tokensView(visit, rooms, undefined, requireCallersMistake(error));
      }
    },
  },
  {
    method: "get",
    path: `${PATH}/tokens/:id/revoke`,
    scope: "admin",
    answer: async ({ params, caller }, { tokens }) => {
      const token = await tokens.find(params["id"] ?? "");
      if (token === undefined) throw new CallboardError("TOKEN_NOT_FOUND", "There is no token with this id");
      return {
        kind: "view",
        view: "confirm",
        title: `Revoke the token ${token.name}?`,
        section: "settings",
        parents: [{ text: "API tokens", path: `${PATH}/tokens` }],
        data: {
          sentences: [
            "Requests with this token are refused from now on. This can’t be undone.",
            ...(token.id === caller.tokenId ? ["You are logged in with it, and will be logged out."] : []),
          ],
          action: `${PATH}/tokens/${token.id}/revoke`,
          button: "Revoke",
          back: `${PATH}/tokens`,
        },
      };
    },
  },
  {
    method: "post",
    path: `${PATH}/tokens/:id/revoke`,
    scope: "admin",
    answer: async ({ params, author }, { tokens }) => {
      await tokens.revoke(params["id"] ?? "", author);
      return { kind: "redirect", to: `${PATH}/tokens`, notice: "token-revoked" };
    },
  },
  {
    method: "get",
    path: `${PATH}/keys`,
    scope: "admin",
    answer: async ({ query }, { keys }) => {
      const path = `${PATH}/keys`;
      const { items, list } = pageInMemory(await keys.list(), {
        path,
        query,
        noun: ["signing key", "signing keys"],
        filters: [],
        toKey: ({ kid }) => kid,
      });
      return settingsView("settings-keys", path, {
        keys: items.map((key) => ({
          ...key,
          isWithdrawn: key.withdrawnAt !== undefined && key.withdrawnAt <= Date.now(),
        })),
        ...list,
      });
    },
  },
  {
    method: "post",
    path: `${PATH}/keys`,
    scope: "admin",
    answer: async ({ author }, { registry }) => {
      await registry.rotateSigningKey(author);
      return { kind: "redirect", to: `${PATH}/keys`, notice: "key-rotated" };
    },
  },
  {
    method: "post",
    path: `${PATH}/keys/:kid/withdraw`,
    scope: "admin",
    answer: async ({ params, author }, { registry }) => {
      await registry.withdrawSigningKey(params["kid"] ?? "", author);
      return { kind: "redirect", to: `${PATH}/keys`, notice: "key-withdrawn" };
    },
  },
];
