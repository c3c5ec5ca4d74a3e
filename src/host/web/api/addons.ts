/** Add-ons: installed from a descriptor, at a URL or given. */
import type { WebhookDiff } from "../../../protocol/descriptor.ts";
import type { Addon, AddonSummary } from "../../registry/addons.ts";
import type { InstallPlan } from "../../registry/install.ts";
import type { InstallSource } from "../../registry/directory/approval.ts";
import type { AddonInstalled, InstallPreview } from "../../registry/installer.ts";
import { calledAt } from "../../store/tables/lifecycle-calls.ts";
import type { LifecycleCall } from "../../store/tables/lifecycle-calls.ts";
import { route } from "./route.ts";
import type { Call } from "./route.ts";
import { toAuthor, isoTime, presentList, toText } from "../present/values.ts";
import { readBoolean, readPage, pageParameters } from "../http/query.ts";
import {
  ADDON,
  ADDON_INSTALLED,
  ADDON_PAGE,
  INSTALL_PREVIEW,
  UNINSTALLED,
  UPGRADE_RESULT,
} from "../schema/addon.ts";
import { toWish } from "../present/access.ts";
import { GIVEN_HEADERS, GIVEN_TLS } from "../schema/access.ts";
import { RESUMED } from "../schema/parts.ts";
import { anyObject, array, body, boolean, exactlyOne, string } from "../schema/schema.ts";
import { OF_INSTALLS } from "./error-codes.ts";
import { KEY_CURSOR } from "../../model/cursor.ts";

const GROUP = "Add-ons";

const toSummary = (addon: AddonSummary) => ({
  ...addon,
  version: addon.version ?? null,
  description: addon.description ?? null,
  vendor: addon.vendor ?? null,
  descriptorUrl: addon.descriptorUrl ?? null,
  grantedScopes: addon.grantedScopes.map(({ scope, description, grantedAt, grantedBy }) => ({
    name: scope,
    description: description ?? null,
    grantedAt: isoTime(grantedAt),
    grantedBy,
  })),
  availableVersion: addon.availableVersion ?? null,
  installedAt: isoTime(addon.installedAt),
  updatedAt: isoTime(addon.updatedAt),
  disabledAt: isoTime(addon.disabledAt),
  reinstall:
    addon.reinstall === undefined
      ? null
      : {
          attempts: addon.reinstall.attempts,
          nextAt: isoTime(addon.reinstall.nextAt),
          detail: addon.reinstall.detail ?? null,
        },
});

export const toCall = (call: LifecycleCall) => ({
  event: call.event,
  at: isoTime(calledAt(call)),
  url: call.url,
  signing: call.signing,
  claims: call.claims ?? null,
  outcome: call.outcome,
  status: call.status ?? null,
  detail: call.detail,
  answer: call.answer === undefined ? null : toText(call.answer),
  durationMs: call.durationMs,
});

const toAddon = (addon: Addon) => ({
  ...toSummary(addon),
  webhooks: addon.webhooks.map(({ deprecation, ...webhook }) => ({
    ...webhook,
    deprecated: deprecation !== undefined,
    replacedBy: deprecation?.replacedBy ?? null,
    filter: webhook.filter ?? null,
    bodyFilter: webhook.bodyFilter ?? null,
    propertyKeys: webhook.propertyKeys ?? null,
    inactiveBecause: webhook.inactiveBecause ?? null,
    goneSince: isoTime(webhook.goneSince),
    expiresAt: isoTime(webhook.expiresAt),
  })),
  lifecycle: addon.lifecycle.map(toCall),
});

const toDiff = ({ added, removed, changed, kept }: WebhookDiff) => {
  const shown = ({ event, url, resolvedUrl }: WebhookDiff["added"][number]) => ({ event, url, resolvedUrl });
  return {
    added: added.map(shown),
    removed: removed.map(shown),
    changed: changed.map(({ before, after }) => ({ before: shown(before), after: shown(after) })),
    kept: kept.map(({ after }) => shown(after)),
  };
};

const toPlan = ({ kind, diff, originChange, scopes }: InstallPlan) => ({
  kind,
  originChange: originChange ?? null,
  diff: toDiff(diff),
  scopes,
});

/** With its digest and its scopes, an install does this and nothing else. */
const toPreview = ({ descriptor: { key, name, version }, plan, digest, warnings }: InstallPreview) => ({
  key,
  name,
  version: version ?? null,
  ...toPlan(plan),
  digest,
  warnings,
});

const toInstalled = ({ addon, calls, plan, warnings }: AddonInstalled) => ({
  ...toAddon(addon),
  lifecycle: calls.map(toCall),
  warnings,
  plan: toPlan(plan),
});

export const DESCRIPTOR_URL = string("URL of the descriptor", {
  minLength: 1,
  maxLength: 2048,
  format: "uri",
});
export const DESCRIPTOR = anyObject("The descriptor itself");

const SOURCE = {
  descriptorUrl: DESCRIPTOR_URL,
  descriptor: DESCRIPTOR,
  directoryKey: string("Key of an add-on of the directory", { minLength: 1, maxLength: 200 }),
};
const ONE_SOURCE = exactlyOne(...Object.keys(SOURCE));

interface SourceBody {
  readonly descriptorUrl?: string;
  readonly descriptor?: object;
  readonly directoryKey?: string;
}

/** The schema lets exactly one of the three through. */
function readSource({ descriptorUrl, descriptor, directoryKey = "" }: SourceBody): InstallSource {
  if (descriptorUrl !== undefined) return { kind: "url", url: descriptorUrl };
  return descriptor === undefined
    ? { kind: "directory", key: directoryKey }
    : { kind: "value", value: descriptor };
}

/** For the add-on's endpoint; the fetch of the descriptor and the callbacks carry them as well. */
const ACCESS = { ...GIVEN_HEADERS, ...GIVEN_TLS };
const OF_ACCESS = ["CERTIFICATE_EXPIRED", "CERTIFICATE_INVALID", "CERTIFICATE_KEY", "HEADER_VALUE"] as const;

interface AccessBody {
  readonly headers?: object | null;
  readonly tls?: object | null;
}

const toAccess = ({ headers, tls }: AccessBody) => ({ headers: toWish(headers), tls: toWish(tls) });

/** The most that a product has. */
const MAX_SCOPES = 100;
const ACCEPT_SCOPES = array(
  "Scopes of the product that the add-on may have; required are those that it doesn't have yet",
  string("Name of a scope", { minLength: 1, maxLength: 100 }),
  { maxItems: MAX_SCOPES },
);
const CONFIRM_ORIGIN = boolean("The add-on may move to another origin, and gets a new secret there");
const DIGEST = string("Installs the descriptor with this digest only, as a check or dry run before told it");

/** The names in a list with commas between them. */
const namesIn = (list = ""): readonly string[] =>
  list.split(",").flatMap((name) => (name.trim() === "" ? [] : [name.trim()]));

const at = ({ params }: Pick<Call, "params">) => [params["site"] ?? "", params["key"] ?? ""] as const;

export const addonRoutes = [
  route({
    id: "listAddons",
    method: "GET",
    path: "/sites/{site}/addons",
    scope: "read",
    subject: "addons",
    group: GROUP,
    summary: "List the add-ons of a site",
    query: pageParameters(KEY_CURSOR),
    success: { status: 200, description: "Installed add-ons, by key", schema: ADDON_PAGE },
    handle: async ({ params, query, caller: { portal } }, { registry }) => {
      const page = readPage(query);
      // The portal of a tenant has no add-on.
      if (portal?.kind === "tenant") return { items: [], next: null };
      return presentList(
        await registry.listAddonPage(params["site"] ?? "", page, portal?.addonKey),
        toSummary,
      );
    },
  }),
  route({
    id: "installAddon",
    method: "POST",
    path: "/sites/{site}/addons",
    scope: "admin",
    group: GROUP,
    summary: "Install, upgrade or reinstall an add-on",
    body: body(
      {},
      { ...SOURCE, confirmOrigin: CONFIRM_ORIGIN, digest: DIGEST, acceptScopes: ACCEPT_SCOPES, ...ACCESS },
      ONE_SOURCE,
    ),
    example: { descriptorUrl: "https://addon.example.com/atlassian-connect.json" },
    success: {
      status: 201,
      description: "The add-on, its webhooks, warnings, and the lifecycle callbacks made",
      schema: ADDON_INSTALLED,
    },
    errors: [...OF_INSTALLS, ...OF_ACCESS],
    handle: async (call, { registry }) => {
      const site = call.params["site"] ?? "";
      const source = readSource(call.body);
      const { confirmOrigin = false, digest, acceptScopes = [] } = call.body;
      const access = toAccess(call.body);
      const options = { by: toAuthor(call), confirmOrigin, digest, acceptScopes, access };
      return toInstalled(await registry.install(site, source, options));
    },
  }),
  route({
    id: "previewInstall",
    method: "POST",
    path: "/sites/{site}/addons/preview",
    scope: "admin",
    idempotencyKey: "nothing",
    group: GROUP,
    summary: "Preview an install and its scopes; installs nothing",
    body: body({}, { ...SOURCE, ...ACCESS }, ONE_SOURCE),
    example: { descriptorUrl: "https://addon.example.com/atlassian-connect.json" },
    success: {
      status: 200,
      description: "The changes, scopes, warnings, and the digest to install just that",
      schema: INSTALL_PREVIEW,
    },
    errors: [...OF_INSTALLS, ...OF_ACCESS],
    handle: async ({ params, body: given }, { registry }) =>
      toPreview(await registry.preview(params["site"] ?? "", readSource(given), toAccess(given))),
  }),
  route({
    id: "showAddon",
    method: "GET",
    path: "/sites/{site}/addons/{key}",
    scope: "read",
    subject: "addon",
    group: GROUP,
    summary: "Show an add-on with its webhooks and lifecycle history",
    success: { status: 200, description: "The add-on", schema: ADDON },
    errors: ["ADDON_NOT_FOUND"],
    handle: async (call, { registry }) => toAddon(await registry.showAddon(...at(call))),
  }),
  route({
    id: "uninstallAddon",
    method: "DELETE",
    path: "/sites/{site}/addons/{key}",
    scope: "admin",
    group: GROUP,
    summary: "Uninstall an add-on",
    success: { status: 200, description: "The lifecycle callbacks made", schema: UNINSTALLED },
    errors: ["ADDON_NOT_FOUND", "ADDON_STATE"],
    handle: async (call, { registry }) => ({
      lifecycle: (await registry.uninstall(...at(call), toAuthor(call))).map(toCall),
    }),
  }),
  ...(["enable", "disable"] as const).map((verb) =>
    route({
      id: `${verb}Addon`,
      method: "POST",
      path: `/sites/{site}/addons/{key}/${verb}`,
      scope: "admin",
      group: GROUP,
      summary:
        verb === "enable"
          ? "Enable an add-on"
          : "Disable an add-on; its deliveries are held for up to 24 hours",
      success: { status: 200, description: "The add-on, and the lifecycle callbacks made", schema: ADDON },
      errors: ["ADDON_NOT_FOUND", "ADDON_STATE"],
      handle: async (call, { registry }) => {
        const { addon, calls } = await registry[verb](...at(call), toAuthor(call));
        return { ...toAddon(addon), lifecycle: calls.map(toCall) };
      },
    }),
  ),
  route({
    id: "resumeAddon",
    method: "POST",
    path: "/sites/{site}/addons/{key}/resume",
    scope: "admin",
    subject: "addon",
    group: GROUP,
    summary:
      "Resume an add-on's paused endpoints, and subscriptions made inactive by 410 or webhook-delivery: disable",
    success: {
      status: 200,
      description: "How many endpoints and subscriptions were resumed",
      schema: RESUMED,
    },
    errors: ["ADDON_NOT_FOUND"],
    handle: async (call, { registry }) => {
      const [siteKey, key] = at(call);
      const { key: addonKey } = await registry.showAddon(siteKey, key);
      const receiver = { kind: "addon", addonKey } as const;
      return registry.resume(siteKey, { kind: "receiver", receiver }, toAuthor(call));
    },
  }),
  route({
    id: "upgradeAddon",
    method: "POST",
    path: "/sites/{site}/addons/{key}/upgrade",
    scope: "admin",
    group: GROUP,
    summary: "Upgrade an add-on from its descriptor URL",
    query: {
      dryRun: boolean("Only shows what would change"),
      confirmOrigin: CONFIRM_ORIGIN,
      digest: DIGEST,
      acceptScopes: string("Scopes to accept: names with commas between them", { minLength: 1 }),
    },
    success: { status: 200, description: "The add-on, or with dryRun the diff", schema: UPGRADE_RESULT },
    errors: [...OF_INSTALLS, "ADDON_NOT_FOUND"],
    handle: async (call, { registry }) => {
      if (readBoolean(call.query, "dryRun") === true)
        return toPreview(await registry.previewUpgrade(...at(call)));
      const confirmOrigin = readBoolean(call.query, "confirmOrigin") === true;
      const acceptScopes = namesIn(call.query["acceptScopes"]);
      const options = { by: toAuthor(call), confirmOrigin, digest: call.query["digest"], acceptScopes };
      return toInstalled(await registry.upgrade(...at(call), options));
    },
  }),
  route({
    id: "rotateAddonSecret",
    method: "POST",
    path: "/sites/{site}/addons/{key}/rotate-secret",
    scope: "admin",
    subject: "addon",
    group: GROUP,
    summary: "Send an add-on a new shared secret in an installed callback",
    success: { status: 200, description: "The add-on, and the lifecycle callbacks made", schema: ADDON },
    errors: ["ADDON_NOT_FOUND", "ADDON_STATE", "LIFECYCLE_INSTALLED"],
    handle: async (call, { registry }) => {
      const { addon, calls } = await registry.rotateSecret(...at(call), toAuthor(call));
      return { ...toAddon(addon), lifecycle: calls.map(toCall) };
    },
  }),
];
