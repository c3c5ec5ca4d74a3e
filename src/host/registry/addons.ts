/** Lists installed add-ons for display, without secrets. */

import type { Product } from "../../catalogue/index.ts";
import { groupBy } from "../../group-by.ts";
import { findDeprecation } from "../model/deprecation.ts";
import type { Deprecation } from "../model/deprecation.ts";
import type { AuthenticationType } from "../../protocol/descriptor.ts";
import type { Queryable } from "../store/db/database.ts";
import { listEntryVersions } from "../store/tables/directory.ts";
import {
  listInstallationPage,
  listInstallations,
  listInstallationsAt,
} from "../store/tables/installations.ts";
import { listLifecycleCalls } from "../store/tables/lifecycle-calls.ts";
import type { LifecycleCall } from "../store/tables/lifecycle-calls.ts";
import { listReinstalls } from "../store/tables/reinstalls.ts";
import type { Reinstall } from "../store/tables/reinstalls.ts";
import { listSites } from "../store/tables/sites.ts";
import { listAddonSubscriptions } from "../store/tables/subscriptions.ts";
import type { RegistryContext } from "./context.ts";
import { loadInstalled } from "./installations.ts";
import type { BodyFilter } from "../model/body-filter.ts";
import { formatKeyCursor, pageFrom, requireKeyCursor } from "../model/cursor.ts";
import type { PageRequest } from "../model/cursor.ts";
import type { ListPage } from "../model/list-page.ts";
import { findUpdate } from "../model/directory.ts";
import type { ScopeGrant } from "../model/scope-consent.ts";
import type { Installation } from "../model/installation.ts";
import type { Site } from "../model/site.ts";
import type { Subscription, SubscriptionSource } from "../model/subscription.ts";

export interface AddonSummary {
  readonly key: string;
  readonly name: string;
  readonly version: string | undefined;
  readonly description: string | undefined;
  readonly vendor: { readonly name?: string; readonly url?: string } | undefined;
  readonly state: "enabled" | "disabled";
  readonly baseUrl: string;
  /** Undefined when the descriptor itself was posted. */
  readonly descriptorUrl: string | undefined;
  readonly authentication: AuthenticationType;
  /** As the descriptor has them. */
  readonly scopes: readonly string[];
  /** Scopes of the site's product that were accepted for it. */
  readonly grantedScopes: readonly GrantedScope[];
  /** Modules of the descriptor that are not served here. */
  readonly otherModules: readonly string[];
  readonly installedAt: number;
  readonly updatedAt: number;
  readonly disabledAt: number | undefined;
  /** Its shared secret was lost with the master key, and it gets a new one by this reinstall. */
  readonly reinstall: Pick<Reinstall, "attempts" | "nextAt" | "detail"> | undefined;
  /** A later version that the directory has. */
  readonly availableVersion: string | undefined;
}

/** A grant, with what the product says about the scope. */
export interface GrantedScope extends ScopeGrant {
  /** Undefined if the product doesn't have the scope any more. */
  readonly description: string | undefined;
}

export interface AddonWebhook {
  readonly no: number;
  readonly source: SubscriptionSource;
  readonly event: string;
  /** Undefined unless its event type is deprecated. */
  readonly deprecation: Deprecation | undefined;
  /** As the descriptor has it. */
  readonly url: string;
  readonly resolvedUrl: string;
  readonly params: Readonly<Record<string, string>>;
  readonly filter: string | undefined;
  readonly bodyFilter: BodyFilter | undefined;
  readonly propertyKeys: readonly string[] | undefined;
  readonly excludeBody: boolean;
  readonly active: boolean;
  readonly inactiveBecause: string | undefined;
  /** Since when it is inactive because of a 410. */
  readonly goneSince: number | undefined;
  /** When a dynamic webhook ends unless the add-on refreshes it. */
  readonly expiresAt: number | undefined;
}

export interface Addon extends AddonSummary {
  readonly webhooks: readonly AddonWebhook[];
  /** Its latest lifecycle calls, newest first. */
  readonly lifecycle: readonly LifecycleCall[];
}

const MAX_CALLS_SHOWN = 50;

type AddonContext = Pick<RegistryContext, "catalogue" | "database" | "seal">;

/** A page of the add-ons of a site, or of the one with this key, by key. @throws {CallboardError} QUERY_INVALID */
export async function listAddonPage(
  site: Site,
  { limit, cursor }: PageRequest,
  addonKey: string | undefined,
  context: AddonContext,
): Promise<ListPage<AddonSummary>> {
  const { database, seal } = context;
  const found = await listInstallationPage(database.read, seal, {
    siteNo: site.no,
    after: cursor === undefined ? "" : requireKeyCursor(cursor),
    addonKey,
    limit: limit + 1,
  });
  const { items, next } = pageFrom(found, limit, (last) => formatKeyCursor(last.addonKey));
  return { items: await summarize(items, site, context), next };
}

/** All add-ons of a site, by key. */
export async function listAddons(site: Site, context: AddonContext): Promise<readonly AddonSummary[]> {
  const { database, seal } = context;
  return summarize(await listInstallations(database.read, seal, site.no), site, context);
}

/** An add-on on a site. */
export interface AddonPlace {
  readonly siteKey: string;
  readonly addonKey: string;
}

/** The add-ons at these places, of any number of sites, by site and key; those that are gone are left out. */
export async function listAddonsAt(
  places: readonly AddonPlace[],
  context: AddonContext,
): Promise<readonly (AddonSummary & { readonly siteKey: string })[]> {
  const { database, seal } = context;
  const sites = await listSites(database.read);
  const numbers = new Map(sites.map(({ key, no }) => [key, no]));
  const wanted = places.flatMap(({ siteKey, addonKey }) => {
    const siteNo = numbers.get(siteKey);
    return siteNo === undefined ? [] : [{ siteNo, addonKey }];
  });
  const found = groupBy(await listInstallationsAt(database.read, seal, wanted), ({ siteNo }) => siteNo);
  const read = await readAround(context);
  return sites.flatMap((site) =>
    toSummaries(found.get(site.no) ?? [], read(site)).map((addon) => ({ ...addon, siteKey: site.key })),
  );
}

async function summarize(
  installations: readonly Installation[],
  site: Site,
  context: AddonContext,
): Promise<readonly AddonSummary[]> {
  return toSummaries(installations, (await readAround(context))(site));
}

/** Without uninstalled remnants. */
const toSummaries = (installations: readonly Installation[], around: Around): readonly AddonSummary[] =>
  installations.flatMap((installation) => {
    const { state } = installation;
    return state === "uninstalled" ? [] : [toAddonSummary(installation, state, around)];
  });

/** Throws ADDON_NOT_FOUND. */
export async function showAddon(site: Site, addonKey: string, context: AddonContext): Promise<Addon> {
  const { read } = context.database;
  const installation = await loadInstalled(read, site, addonKey, context);
  return {
    ...toAddonSummary(
      installation,
      installation.state === "disabled" ? "disabled" : "enabled",
      (await readAround(context))(site),
    ),
    webhooks: await listWebhooks(read, installation, context.catalogue.get(site.product)),
    lifecycle: await listLifecycleCalls(read, site.no, addonKey, MAX_CALLS_SHOWN),
  };
}

/** What is known of the installations of a site elsewhere. */
interface Around {
  readonly reinstalls: readonly Reinstall[];
  readonly productScopes: Product["scopes"];
  /** Versions in the directory, by the key of the add-on. */
  readonly versions: ReadonlyMap<string, string>;
}

/** Reads it for all sites. */
async function readAround({ catalogue, database }: AddonContext): Promise<(site: Site) => Around> {
  const reinstalls = groupBy(await listReinstalls(database.read), ({ siteNo }) => siteNo);
  const versions = await listEntryVersions(database.read);
  return (site) => ({
    reinstalls: reinstalls.get(site.no) ?? [],
    productScopes: catalogue.get(site.product).scopes,
    versions,
  });
}

function toAddonSummary(
  installation: Installation,
  state: AddonSummary["state"],
  { reinstalls, productScopes, versions }: Around,
): AddonSummary {
  const { addonKey: key, descriptor, baseUrl, descriptorUrl, authentication } = installation;
  const { name, version, description, vendor, scopes, otherModules } = descriptor;
  const { installedAt, updatedAt, disabledAt } = installation;
  const facts = { key, name, version, description, vendor, state, baseUrl, descriptorUrl, authentication };
  const pending = reinstalls.find(({ addonKey }) => addonKey === key);
  const reinstall =
    pending === undefined
      ? undefined
      : { attempts: pending.attempts, nextAt: pending.nextAt, detail: pending.detail };
  return {
    ...facts,
    scopes,
    grantedScopes: installation.grantedScopes.map((grant) => ({
      ...grant,
      description: productScopes?.get(grant.scope)?.description,
    })),
    otherModules,
    installedAt,
    updatedAt,
    disabledAt,
    reinstall,
    availableVersion: findUpdate(version, versions.get(key)),
  };
}

async function listWebhooks(
  q: Queryable,
  { siteNo, addonKey, descriptor }: Installation,
  product: Product,
): Promise<readonly AddonWebhook[]> {
  const writtenUrl = ({ source, position, url }: Subscription) =>
    source === "module" ? (descriptor.webhooks[position]?.url ?? url) : url;
  return (await listAddonSubscriptions(q, siteNo, addonKey)).map((subscription) => ({
    no: subscription.no,
    source: subscription.source,
    event: subscription.event ?? "",
    deprecation: findDeprecation(product, subscription.event ?? ""),
    url: writtenUrl(subscription),
    resolvedUrl: subscription.url,
    params: subscription.params,
    filter: subscription.filter,
    bodyFilter: subscription.bodyFilter,
    propertyKeys: subscription.propertyKeys,
    excludeBody: subscription.excludeBody,
    active: subscription.active,
    inactiveBecause: subscription.inactiveBecause,
    goneSince: subscription.goneSince,
    expiresAt: subscription.expiresAt,
  }));
}
