/** Add-ons: the list, and installing one from the URL of its descriptor, with every way in which that can end. */
import { defined } from "../../../defined.ts";
import { requireCallersMistake } from "../http/problems.ts";
import type { CallboardError } from "../../../errors.ts";
import { joinRepeated } from "../../model/refused-install.ts";
import type { AddonSummary } from "../../registry/addons.ts";
import type { InstallSource } from "../../registry/directory/approval.ts";
import type { RefusedInstall } from "../../registry/refusals.ts";
import type { InstallPreview } from "../../registry/installer.ts";
import { requireShown } from "../../registry/shown-descriptor.ts";
import type { EndpointAccessWishes } from "../../registry/endpoint-access.ts";
import { madeAt } from "../../model/ids.ts";
import type { Portal } from "../../model/portal.ts";
import { requireSite } from "../http/access.ts";
import type { Caller } from "../http/access.ts";
import { listReachedSites } from "../http/query.ts";
import type { Rooms } from "../rooms.ts";
import { accessFields, accessView, readAccessFields, toAccessWishes } from "./access-form.ts";
import type { AccessFields } from "./access-form.ts";
import { badge, deliveryBadge } from "./html.ts";
import { pageInMemory } from "./list.ts";
import type { Filter } from "./list.ts";
import type { Page, Visit } from "./page.ts";
import { remedyFor } from "./remedies.ts";
import { withOffer } from "./replays.ts";

const PATH = "/admin/addons";

export function addonHref(siteKey: string, addonKey: string): string {
  return `${PATH}/${siteKey}/${encodeURIComponent(addonKey)}`;
}

export const stateBadge = (state: AddonSummary["state"]): string =>
  state === "enabled" ? badge("good", "enabled") : badge("quiet", "disabled");

/** An add-on on a site. */
interface Installed {
  readonly site: string;
  readonly addonKey: string;
}

/** The add-ons of all these sites that match, by site and key. */
const findInstalled = (
  siteKeys: readonly string[],
  { portal, search }: { readonly portal: Portal | undefined; readonly search?: string },
  { receivers }: Rooms,
): readonly Installed[] =>
  siteKeys.flatMap((site) =>
    receivers
      .find(site, { kind: "addon", portal, ...defined({ search }) })
      .map(({ id }) => ({ site, addonKey: id })),
  );

/** The rows of a page, which may have add-ons of several sites: each with its subscriptions and its newest delivery. */
async function listPage(items: readonly Installed[], rooms: Rooms) {
  const { registry, deliveryLog, receivers } = rooms;
  const addons = await registry.listAddonsAt(
    items.map(({ site, addonKey }) => ({ siteKey: site, addonKey })),
  );
  const rows = addons.map(({ siteKey, ...addon }) => {
    const receiver = { kind: "addon", addonKey: addon.key } as const;
    const siteNo = receivers.findSiteNo(siteKey) ?? 0;
    return { siteKey, siteNo, receiver, addon, webhooks: receivers.listSubscriptions(siteKey, receiver) };
  });
  const endpoints = rows.flatMap(({ siteNo, webhooks }) =>
    [...new Set(webhooks.map(({ endpointNo }) => endpointNo))].map((endpointNo) => ({ siteNo, endpointNo })),
  );
  const newest = await deliveryLog.newest(endpoints);
  return rows.map(({ siteKey, siteNo, receiver, addon, webhooks }) => {
    const last = newest.find(
      (delivery) =>
        delivery.siteNo === siteNo && webhooks.some(({ endpointNo }) => endpointNo === delivery.endpointNo),
    );
    return {
      ...addon,
      site: siteKey,
      href: addonHref(siteKey, addon.key),
      badge: stateBadge(addon.state),
      isPaused: receivers.standing(siteNo, receiver).pausedAt !== undefined,
      webhooks: webhooks.length,
      off: webhooks.filter(({ active }) => !active).length,
      last:
        last === undefined
          ? undefined
          : { badge: deliveryBadge(last), at: last.settledAt ?? madeAt(last.id) },
    };
  });
}

/** Facts about a refused install, beside its problems. */
export function refusalView(error: CallboardError) {
  const { code, message } = error;
  return {
    error,
    remedy: remedyFor(code),
    callback: error.extra["callback"],
    /** The problems are places in the descriptor: beside the field of its URL stands what they have in common. */
    ofUrl: { code, message, errors: [] },
  };
}

const MAX_REFUSALS = 20;

/** The refused installs of the caller's sites; an installing add-on that tries again and again is one row. */
async function refusalsFor(caller: Caller, siteKeys: readonly string[], rooms: Rooms) {
  if (!caller.scopes.includes("admin") || caller.portal !== undefined) return [];
  const refused = await rooms.registry.listRefusedInstalls(siteKeys);
  return joinRepeated(refused, isSameRefusal).slice(0, MAX_REFUSALS);
}

function isSameRefusal(one: RefusedInstall, other: RefusedInstall): boolean {
  return (["siteKey", "addonKey", "url", "code", "sentence", "actor", "address"] as const).every(
    (part) => one[part] === other[part],
  );
}

interface ListState {
  readonly site: string;
  readonly url: string;
  /** Key of the add-on of the directory that is at the URL; empty for any other. */
  readonly directoryKey?: string;
  /** Headers and TLS that were typed. */
  readonly access?: AccessFields;
  readonly refused?: CallboardError;
  readonly preview?: InstallPreview;
  /** True when the install waits for a confirmation that the add-on's base URL is on another origin than its descriptor. */
  readonly asksForBaseUrl?: boolean;
}

/** The sites that an add-on can be installed on. */
export function sitesWithAddons(siteKeys: readonly string[], { catalogue, sites }: Rooms): readonly string[] {
  const fitting = sites.listKnown().filter(({ product }) => catalogue.get(product).hasAddons);
  const keys = new Set(fitting.map(({ key }) => key));
  return siteKeys.filter((siteKey) => keys.has(siteKey));
}

/** Names what a preview is of, in the form that confirms it. */
const formatPreviewed = (site: string, url: string): string => `${site} ${url}`;

const FILTERS: readonly Filter[] = [
  { name: "q", label: "Search" },
  { name: "site", label: "Site" },
];

const NO_ACCESS = accessFields({});

/** An install takes nothing away from an add-on that is there: "none" leaves all as it is. */
function toInstallAccess(fields: AccessFields): EndpointAccessWishes {
  const { headers, tls } = toAccessWishes(fields);
  return {
    ...(headers.kind === "given" ? { headers } : {}),
    ...(tls.kind === "given" ? { tls } : {}),
  };
}

async function listView({ caller, query }: Visit, rooms: Rooms, state: ListState) {
  const { site, url, directoryKey = "", refused, preview, asksForBaseUrl = false } = state;
  const siteKeys = await listReachedSites(undefined, caller, rooms);
  const { portal } = caller;
  const search = query.get("q")?.trim() ?? "";
  const on = query.get("site") ?? "";
  const listed = on === "" ? siteKeys : await listReachedSites(on, caller, rooms);
  const found = findInstalled(listed, { portal, search }, rooms);
  const { items, list } = pageInMemory(found, {
    path: PATH,
    query,
    noun: ["installed add-on", "installed add-ons"],
    filters: FILTERS,
    toKey: (item) => `${item.site}/${item.addonKey}`,
  });
  return {
    kind: "view" as const,
    view: "addons",
    title: "Add-ons",
    section: "addons" as const,
    status: refused === undefined ? 200 : 422,
    data: {
      rows: await listPage(items, rooms),
      ...list,
      isAny: findInstalled(siteKeys, { portal }, rooms).length > 0,
      search,
      on,
      reached: siteKeys,
      sites: sitesWithAddons(siteKeys, rooms),
      site,
      url,
      directoryKey,
      /** Sent back with the form that shows them, these scopes are accepted. */
      scopes: preview?.plan.scopes.toAccept ?? [],
      refusal: refused === undefined ? undefined : refusalView(refused),
      preview,
      previewedOf: formatPreviewed(site, url),
      asksForBaseUrl,
      access: state.access ?? NO_ACCESS,
      savedAccess: accessView({}),
      takesAuthentication: false,
      refused: await refusalsFor(caller, siteKeys, rooms),
    },
  };
}

/** Returns the source of an install: an add-on of the directory, unless the form has another URL. */
async function readPlace(
  form: URLSearchParams,
  { directory }: Rooms,
): Promise<{ readonly source: InstallSource; readonly url: string; readonly directoryKey: string }> {
  const key = form.get("directory") ?? "";
  const typed = form.get("url")?.trim() ?? "";
  if (key !== "") {
    const { descriptorUrl } = await directory.show(key, []);
    if (typed === "" || typed === descriptorUrl)
      return { source: { kind: "directory", key }, url: descriptorUrl, directoryKey: key };
  }
  return { source: { kind: "url", url: typed }, url: typed, directoryKey: "" };
}

export const addonsPages: readonly Page[] = [
  {
    method: "get",
    path: PATH,
    subject: "addons",
    scope: "read",
    answer: (visit, rooms) =>
      listView(visit, rooms, { site: visit.query.get("site") ?? "", url: visit.query.get("url") ?? "" }),
  },
  {
    method: "post",
    path: PATH,
    scope: "admin",
    perMinute: 30,
    answer: async (visit, rooms) => {
      const { form, author, caller } = visit;
      const site = form.get("site") ?? "";
      requireSite(caller, site);
      const { source, ...typed } = await readPlace(form, rooms);
      const { url } = typed;
      const fields = readAccessFields(form);
      const access = toInstallAccess(fields);
      const place = { ...typed, access: fields };
      const preview = () => rooms.registry.preview(site, source, access);
      try {
        if (form.get("only") === "validate") {
          return await listView(visit, rooms, { site, ...place, preview: await preview() });
        }
        // The callback with the secret would go to an origin that the person did not type.
        // A descriptor that is refused here is refused below, by the install, which records the refusal.
        const planned = await preview().catch(() => undefined);
        // A preview that was shown counts as long as the URL and the site are those that it was of.
        const isOfPreview = form.get("digestOf") === formatPreviewed(site, url);
        const shown = isOfPreview ? form.get("digest") : null;
        if (planned !== undefined) requireShown(shown ?? undefined, planned.digest);
        const acceptScopes = isOfPreview ? form.getAll("acceptScopes") : [];
        const elsewhere = planned?.warnings.some(({ code }) => code === "BASEURL_ORIGIN") === true;
        const asksForBaseUrl = elsewhere && form.get("confirmBaseUrl") !== planned.descriptor.baseUrl;
        const asksForScopes = planned?.plan.scopes.toAccept.some(({ name }) => !acceptScopes.includes(name));
        if (planned !== undefined && (asksForBaseUrl || asksForScopes === true)) {
          return await listView(visit, rooms, { site, ...place, preview: planned, asksForBaseUrl });
        }
        const confirmOrigin = form.get("confirmOrigin") !== null;
        const options = { by: author, confirmOrigin, digest: planned?.digest, acceptScopes, access };
        const { addon, plan } = await rooms.registry.install(site, source, options);
        const notice = plan.kind === "upgrade" ? "addon-upgraded" : "addon-installed";
        return { kind: "redirect", to: withOffer(addonHref(site, addon.key)), notice };
      } catch (error) {
        const refused = requireCallersMistake(error);
        const isOther = refused.code === "DESCRIPTOR_CHANGED";
        const planned = isOther ? await preview().catch(() => undefined) : undefined;
        return listView(visit, rooms, { site, ...place, refused, ...defined({ preview: planned }) });
      }
    },
  },
];
