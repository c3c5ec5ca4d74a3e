/**
 * The registry: which add-ons are installed on which site. Every change goes through here, one at a time per add-on, and
 * is one transaction; an add-on is told by its lifecycle callbacks, everyone else by the host's own events.
 */

import type { Product } from "../../catalogue/index.ts";
import type { DescriptorSource, ReadDescriptor } from "../../protocol/descriptor.ts";
import type { Author } from "../store/tables/audit.ts";
import type { LifecycleCall } from "../store/tables/lifecycle-calls.ts";
import { loadSite } from "../store/tables/sites.ts";
import type { SiteChange } from "../store/tables/sites.ts";
import { listAddonPage, listAddons, listAddonsAt, showAddon } from "./addons.ts";
import type { Addon, AddonPlace, AddonSummary } from "./addons.ts";
import type { PageRequest } from "../model/cursor.ts";
import type { ListPage } from "../model/list-page.ts";
import type { RegistryContext } from "./context.ts";
import { disable, enable } from "./enablement.ts";
import { announceVersion } from "./host-events.ts";
import { createInstaller, requireAddons } from "./installer.ts";
import type { AddonChanged, Installer } from "./installer.ts";
import { dropInterruptedInstalls } from "./recovery.ts";
import { listRefusals } from "./refusals.ts";
import type { RefusedInstall } from "./refusals.ts";
import { reinstall, rotateSecret } from "./renew.ts";
import { resume } from "./resume.ts";
import type { Resumed, ToResume } from "./resume.ts";
import { updateEndpoint } from "./endpoint-settings.ts";
import type { EndpointChange } from "./endpoint-settings.ts";
import { tryEndpoint } from "./try-endpoint.ts";
import type { Tried } from "./try-endpoint.ts";
import { acceptedSecrets, revealSecret } from "./secrets.ts";
import { rotateSigningKey, withdrawKey } from "./signing-keys.ts";
import { changeSite, createSite, removeSite } from "./sites.ts";
import type { AddonTurn, SiteRequest } from "./sites.ts";
import { createKeyedMutex } from "../../keyed-mutex.ts";
import { uninstall } from "./uninstall.ts";
import type { Site } from "../model/site.ts";

/** Methods that take a site's key throw SITE_NOT_FOUND, those that take an add-on's ADDON_NOT_FOUND. */
export interface Registry {
  /** At every start, before anything is served: cleans up what a stopped process left half done. */
  readonly recover: () => Promise<void>;
  /** Once events are accepted: tells the sites when the host has another version than at its last start. */
  readonly announceVersion: () => Promise<void>;
  /**
   * Installs, upgrades or re-installs. Throws what reading a descriptor throws, DIRECTORY_NOT_FOUND, DIRECTORY_ONLY,
   * DESCRIPTOR_CHANGED, ADDON_ORIGIN_CHANGED, SCOPES_NOT_ACCEPTED, LIFECYCLE_INSTALLED; HEADER_VALUE, CERTIFICATE_INVALID,
   * CERTIFICATE_KEY, CERTIFICATE_EXPIRED, BODY_SCHEMA for headers and TLS.
   */
  readonly install: Installer["install"];
  readonly preview: Installer["preview"];
  /** Installs again from the URL that the add-on was installed from. Throws ADDON_STATE when there is none. */
  readonly upgrade: Installer["upgrade"];
  readonly previewUpgrade: Installer["previewUpgrade"];
  readonly enable: (siteKey: string, addonKey: string, by: Author) => Promise<AddonChanged>;
  readonly disable: (siteKey: string, addonKey: string, by: Author) => Promise<AddonChanged>;
  /** Resumes what Callboard stopped by itself; what was not stopped stays as it is. Throws ENDPOINT_NOT_FOUND. */
  readonly resume: (siteKey: string, wish: ToResume, by: Author) => Promise<Resumed>;
  /** Makes an attempt due now, despite a pause or an open circuit. Throws ENDPOINT_NOT_FOUND, ENDPOINT_STATE. */
  readonly tryEndpoint: (siteKey: string, endpointNo: number, by: Author) => Promise<Tried>;
  /** Changes the settings of an add-on's endpoint. Throws what {@link updateEndpoint} throws. */
  readonly updateEndpoint: (
    siteKey: string,
    endpointNo: number,
    asked: { readonly change: EndpointChange; readonly by: Author },
  ) => Promise<void>;
  /** Throws ADDON_STATE when the add-on has no secret, LIFECYCLE_INSTALLED when it does not take the new one. */
  readonly rotateSecret: (siteKey: string, addonKey: string, by: Author) => Promise<AddonChanged>;
  /** Gives an add-on whose secret was lost a new one; another add-on stays as it is. Throws what {@link rotateSecret} throws. */
  readonly reinstall: (siteKey: string, addonKey: string, by: Author) => Promise<AddonChanged>;
  /** Resolves to the callbacks that were made. */
  readonly uninstall: (siteKey: string, addonKey: string, by: Author) => Promise<readonly LifecycleCall[]>;
  /** A page of the add-ons of a site by key, or of the one with this key. @throws {CallboardError} QUERY_INVALID */
  readonly listAddonPage: (
    siteKey: string,
    page: PageRequest,
    addonKey: string | undefined,
  ) => Promise<ListPage<AddonSummary>>;
  /** All add-ons of a site, by key. */
  readonly listAddons: (siteKey: string) => Promise<readonly AddonSummary[]>;
  /** The add-ons at these places, by site and key; those that are gone are left out. */
  readonly listAddonsAt: (
    places: readonly AddonPlace[],
  ) => Promise<readonly (AddonSummary & { readonly siteKey: string })[]>;
  readonly showAddon: (siteKey: string, addonKey: string) => Promise<Addon>;
  /** The refused installs of the last days on these sites, newest first. */
  readonly listRefusedInstalls: (siteKeys: readonly string[]) => Promise<readonly RefusedInstall[]>;
  /** The secrets that a call from the add-on may be signed with right now; none for an unknown one. */
  readonly acceptedSecrets: (siteNo: number, addonKey: string) => Promise<readonly string[]>;
  /** False in the `prod` profile, where secrets are rotated and never shown. */
  readonly canRevealSecrets: boolean;
  /** The shared secret of an add-on, for a person to read once. Throws SECRET_HIDDEN, ADDON_STATE. */
  readonly revealSecret: (siteKey: string, addonKey: string, by: Author) => Promise<string>;
  /** Whether a descriptor could be installed; throws the refusal when it could not. */
  readonly readDescriptor: (source: DescriptorSource, product?: Product) => Promise<ReadDescriptor>;
  readonly createSite: (request: SiteRequest, by: Author) => Promise<Site>;
  readonly changeSite: (siteKey: string, change: Partial<SiteChange>, by: Author) => Promise<Site>;
  readonly removeSite: (siteKey: string, by: Author) => Promise<void>;
  /** Resolves to the kid of the new key. */
  readonly rotateSigningKey: (by: Author) => Promise<string>;
  /** @throws {CallboardError} KEY_NOT_FOUND, KEY_IN_USE */
  readonly withdrawSigningKey: (kid: string, by: Author) => Promise<void>;
}

const lockKey = (siteKey: string, addonKey: string): string => `${siteKey}/${addonKey}`;

export function createRegistry(context: RegistryContext): Registry {
  const inTurn = createKeyedMutex();
  const readSite = (siteKey: string) => loadSite(context.database.read, siteKey);
  const turnsOn =
    (siteKey: string): AddonTurn =>
    (addonKey, work) =>
      inTurn(lockKey(siteKey, addonKey), work);

  function change(
    make: (
      site: Site,
      addonKey: string,
      by: Author,
      context: RegistryContext,
    ) => Promise<readonly LifecycleCall[]>,
  ) {
    return async (siteKey: string, addonKey: string, by: Author): Promise<AddonChanged> => {
      const site = await readSite(siteKey);
      return inTurn(lockKey(siteKey, addonKey), async () => {
        const calls = await make(site, addonKey, by, context);
        return { addon: await showAddon(site, addonKey, context), calls };
      });
    };
  }

  return {
    recover: async () => {
      const dropped = await dropInterruptedInstalls(context);
      if (dropped > 0) context.logger.warn("addon.install-interrupted", { count: dropped });
    },
    announceVersion: () => announceVersion(context),
    ...createInstaller({
      context,
      readSite,
      inTurn: (siteKey, addonKey, work) => inTurn(lockKey(siteKey, addonKey), work),
    }),
    enable: change(enable),
    disable: change(disable),
    resume: (siteKey, wish, by) => resume(siteKey, wish, by, context),
    tryEndpoint: (siteKey, endpointNo, by) => tryEndpoint(siteKey, endpointNo, by, context),
    updateEndpoint: (siteKey, endpointNo, asked) => updateEndpoint(siteKey, endpointNo, asked, context),
    rotateSecret: change(rotateSecret),
    reinstall: change(reinstall),
    uninstall: async (siteKey, addonKey, by) => {
      const site = await readSite(siteKey);
      return inTurn(lockKey(siteKey, addonKey), () => uninstall(site, addonKey, by, context));
    },
    listAddons: async (siteKey) => listAddons(await readSite(siteKey), context),
    listAddonsAt: (places) => listAddonsAt(places, context),
    listAddonPage: async (siteKey, page, addonKey) =>
      listAddonPage(await readSite(siteKey), page, addonKey, context),
    showAddon: async (siteKey, addonKey) => showAddon(await readSite(siteKey), addonKey, context),
    listRefusedInstalls: (siteKeys) => listRefusals(siteKeys, context),
    acceptedSecrets: (siteNo, addonKey) => acceptedSecrets(context, siteNo, addonKey),
    canRevealSecrets: context.profile === "dev",
    revealSecret: async (siteKey, addonKey, by) =>
      revealSecret(await readSite(siteKey), addonKey, by, context),
    readDescriptor: async (source, product) => {
      if (product !== undefined) requireAddons(product, context);
      return context.readDescriptor(source, product);
    },
    createSite: (request, by) => createSite(request, by, context),
    changeSite: (siteKey, siteChange, by) =>
      changeSite(siteKey, siteChange, { by, context, inTurn: turnsOn(siteKey) }),
    removeSite: (siteKey, by) => removeSite(siteKey, by, context, turnsOn(siteKey)),
    rotateSigningKey: (by) => rotateSigningKey(by, context),
    withdrawSigningKey: (kid, by) => withdrawKey(kid, by, context),
  };
}
