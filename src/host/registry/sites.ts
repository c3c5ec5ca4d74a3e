/** Sites: what a key may be, and what changes with one. */

import { randomUUID } from "node:crypto";

import { isOperationalProduct } from "../../catalogue/index.ts";
import type { Catalogue } from "../../catalogue/index.ts";
import { CallboardError } from "../../errors.ts";
import type { Problem } from "../../errors.ts";
import { whyNotLine } from "../model/text.ts";
import { appendAudit } from "../store/tables/audit.ts";
import type { Author } from "../store/tables/audit.ts";
import { listInstallations } from "../store/tables/installations.ts";
import {
  deleteSite,
  findSite,
  insertSite,
  listSites,
  loadSite,
  putOwnLast,
  updateSite,
} from "../store/tables/sites.ts";
import type { SiteChange } from "../store/tables/sites.ts";
import type { HostContext } from "../context.ts";
import type { RegistryContext } from "./context.ts";
import { getBaseUrl } from "./context.ts";
import { resendInstalled } from "./renew.ts";
import { uninstall } from "./uninstall.ts";
import type { InstallSigning, Site, SiteOptions } from "../model/site.ts";
import { withoutTrailingSlashes } from "../../trailing-slashes.ts";
import { parseUrl } from "../../parse-url.ts";

const SITE_KEY = /^[a-z][a-z0-9-]{0,31}$/;
/** First path segments that are this server's own. */
export const RESERVED_SITE_KEYS: readonly string[] = [
  "admin",
  "api",
  "assets",
  "callboard",
  "catalogue",
  "docs",
  "healthz",
  "keys",
  "metrics",
  "readyz",
  "schema",
];

export interface SiteRequest {
  readonly key: string;
  readonly product: string;
  readonly name: string;
  readonly baseUrl?: string;
  readonly retryProfile?: string;
  readonly installSigning?: InstallSigning;
  readonly options?: SiteOptions;
}

export interface Sites {
  readonly list: () => Promise<readonly Site[]>;
  /** The same as this process knows them: from memory, since pages ask for thousands of them. */
  readonly listKnown: () => readonly Site[];
  /** The keys of {@link listKnown}. */
  readonly listKeys: () => readonly string[];
  readonly find: (siteKey: string) => Promise<Site | undefined>;
  /** @throws {CallboardError} SITE_NOT_FOUND */
  readonly load: (siteKey: string) => Promise<Site>;
  /** The key of a site by the number that IDs carry; undefined when it was removed. */
  readonly findKey: (siteNo: number) => string | undefined;
  /** What add-ons are told. */
  readonly getBaseUrl: (site: Site) => string;
}

export function createSites({
  database: { read },
  snapshots,
  baseUrl,
}: Pick<HostContext, "database" | "snapshots" | "baseUrl">): Sites {
  const listKnown = () =>
    putOwnLast(
      snapshots
        .heads()
        .map(({ site }) => site)
        .sort((one, other) => one.no - other.no),
    );
  return {
    list: () => listSites(read),
    listKnown,
    listKeys: () => listKnown().map(({ key }) => key),
    find: (siteKey) => findSite(read, siteKey),
    load: (siteKey) => loadSite(read, siteKey),
    findKey: (siteNo) => snapshots.get(siteNo)?.site.key,
    getBaseUrl: (site) => getBaseUrl({ baseUrl }, site),
  };
}

/** Throws BODY_SCHEMA or URL_INVALID with every problem, CONFLICT when the key is taken. */
export async function createSite(request: SiteRequest, by: Author, context: RegistryContext): Promise<Site> {
  requireValid([
    ...keyProblems(request.key),
    ...productProblems(request.product, context.catalogue),
    ...nameProblems(request.name),
    ...baseUrlProblems(request.baseUrl),
  ]);
  const site = await context.database.write(async (tx) => {
    const created = await insertSite(tx, {
      key: request.key,
      product: request.product,
      name: request.name,
      baseUrl: withoutSlash(request.baseUrl),
      clientKey: randomUUID(),
      retryProfile: request.retryProfile,
      installSigning: request.installSigning ?? "signed",
      options: request.options ?? {},
      createdAt: context.now(),
    });
    await appendAudit(tx, { ...by, action: "site.created", object: created.key, detail: created.product });
    return created;
  });
  await context.changed(site.no);
  return site;
}

/** Does work on one add-on of the site when no other change to it is under way. */
export type AddonTurn = (addonKey: string, work: () => Promise<void>) => Promise<void>;

interface ChangeSiteOptions {
  readonly by: Author;
  readonly context: RegistryContext;
  readonly inTurn: AddonTurn;
}

/** A new baseUrl is told to every installed add-on by `installed`. Throws SITE_NOT_FOUND, URL_INVALID. */
export async function changeSite(
  key: string,
  change: Partial<SiteChange>,
  { by, context, inTurn }: ChangeSiteOptions,
): Promise<Site> {
  requireValid([...nameProblems(change.name), ...baseUrlProblems(change.baseUrl)]);
  const { database } = context;
  const before = await loadSite(database.read, key);
  const after: Site = {
    ...before,
    ...change,
    ...("baseUrl" in change ? { baseUrl: withoutSlash(change.baseUrl) } : {}),
  };
  await database.write(async (tx) => {
    await updateSite(tx, before.no, after);
    await appendAudit(tx, {
      ...by,
      action: "site.changed",
      object: key,
      detail: Object.keys(change).join(" "),
    });
  });
  await context.changed(before.no);
  const site = await loadSite(database.read, key);
  if (site.baseUrl !== before.baseUrl) {
    await eachInstalled(site, context, inTurn, async (addonKey) => {
      await resendInstalled(site, addonKey, context);
    });
  }
  return site;
}

/** Uninstalls every add-on, then removes the site with its registry. Throws SITE_NOT_FOUND, CONFLICT for Callboard's own. */
export async function removeSite(
  key: string,
  by: Author,
  context: RegistryContext,
  inTurn: AddonTurn,
): Promise<void> {
  const { database } = context;
  const site = await loadSite(database.read, key);
  if (isOperationalProduct(site.product)) {
    throw new CallboardError("CONFLICT", `The site ${key} is Callboard's own and can't be removed`);
  }
  await eachInstalled(site, context, inTurn, async (addonKey) => {
    await uninstall(site, addonKey, by, context);
  });
  await database.write(async (tx) => {
    await deleteSite(tx, site.no);
    await appendAudit(tx, { ...by, action: "site.removed", object: key, detail: site.product });
  });
  await context.changed(site.no);
}

async function eachInstalled(
  site: Site,
  context: RegistryContext,
  inTurn: AddonTurn,
  work: (addonKey: string) => Promise<void>,
): Promise<void> {
  for (const addonKey of await installedKeys(site, context)) {
    await inTurn(addonKey, async () => {
      // It may have left while this waited for its turn.
      if ((await installedKeys(site, context)).includes(addonKey)) await work(addonKey);
    });
  }
}

async function installedKeys(site: Site, { database, seal }: RegistryContext): Promise<readonly string[]> {
  const installations = await listInstallations(database.read, seal, site.no);
  return installations.flatMap(({ addonKey, state }) => (state === "uninstalled" ? [] : [addonKey]));
}

function withoutSlash(url: string | undefined): string | undefined {
  return url === undefined ? undefined : withoutTrailingSlashes(url);
}

function requireValid(problems: readonly Problem[]): void {
  const [first] = problems;
  if (first !== undefined)
    throw new CallboardError(first.code ?? "BODY_SCHEMA", first.detail, { errors: problems });
}

function keyProblems(key: string): readonly Problem[] {
  const problem = (detail: string): Problem[] => [{ pointer: "/key", detail, code: "BODY_SCHEMA" }];
  if (!SITE_KEY.test(key)) {
    return problem(
      "A site's key has 1 to 32 lower-case letters, digits and dashes, and begins with a letter",
    );
  }
  return RESERVED_SITE_KEYS.includes(key)
    ? problem(`${key} is reserved: /${key} is a path of Callboard itself. Choose another key`)
    : [];
}

function productProblems(product: string, { siteProducts }: Catalogue): readonly Problem[] {
  if (siteProducts.some(({ key }) => key === product)) return [];
  const detail = isOperationalProduct(product)
    ? `A site of ${product} exists already: it is Callboard's own, and there is no other`
    : `must be one of ${siteProducts.map(({ key }) => key).join(", ")}`;
  return [{ pointer: "/product", detail, code: "BODY_SCHEMA" }];
}

function nameProblems(name: string | undefined): readonly Problem[] {
  const problem = name === undefined ? undefined : whyNotLine(name);
  if (problem === undefined) return [];
  return [{ pointer: "/name", detail: `A site's name ${problem}`, code: "BODY_SCHEMA" }];
}

function baseUrlProblems(baseUrl: string | undefined): readonly Problem[] {
  if (baseUrl === undefined) return [];
  const url = parseUrl(baseUrl);
  const isUsable =
    url !== undefined &&
    whyNotLine(baseUrl) === undefined &&
    /^https?:$/.test(url.protocol) &&
    url.search === "" &&
    url.hash === "";
  if (isUsable && url.username === "") return [];
  const detail = "A site's baseUrl is an http or https URL without credentials, query and fragment";
  return [{ pointer: "/baseUrl", detail, code: "URL_INVALID" }];
}
