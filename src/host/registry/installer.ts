/**
 * What an install does around {@link install}: its source has to be allowed, the descriptor is read and shown, and every refusal is
 * recorded.
 */
import { assertPresent } from "../../catalogue/index.ts";
import type { Product } from "../../catalogue/index.ts";
import { CallboardError } from "../../errors.ts";
import type { DescriptorSource, ReadDescriptor } from "../../protocol/descriptor.ts";
import type { AcceptedScopes } from "../model/scope-consent.ts";
import type { Site } from "../model/site.ts";
import type { Author } from "../store/tables/audit.ts";
import type { LifecycleCall } from "../store/tables/lifecycle-calls.ts";
import { showAddon } from "./addons.ts";
import type { Addon } from "./addons.ts";
import type { RegistryContext } from "./context.ts";
import { approve, requireApproved } from "./directory/approval.ts";
import type { ApprovedSource, InstallSource } from "./directory/approval.ts";
import type { CheckedEndpointAccess, EndpointAccessWishes } from "./endpoint-access.ts";
import { install, planInstall } from "./install.ts";
import type { InstallPlan } from "./install.ts";
import { findFetchAccess, findInstallAccess, requireInstallAccess } from "./install-access.ts";
import { loadInstalled } from "./installations.ts";
import { recordRefusal } from "./refusals.ts";
import { createSend } from "./send-with-access.ts";
import { requireShown } from "./shown-descriptor.ts";

/** The outcome of a change: the add-on as it is now, and the callbacks that were made, in order. */
export interface AddonChanged {
  readonly addon: Addon;
  readonly calls: readonly LifecycleCall[];
}

export interface AddonInstalled extends AddonChanged {
  readonly plan: InstallPlan;
  readonly warnings: ReadDescriptor["warnings"];
}

/** What an install would do. */
export interface InstallPreview {
  readonly descriptor: ReadDescriptor["descriptor"];
  /** Given to the install, it installs this descriptor only. */
  readonly digest: string;
  readonly plan: InstallPlan;
  readonly warnings: ReadDescriptor["warnings"];
}

export interface InstallOptions {
  readonly by: Author;
  /** An upgrade may move the add-on to another origin. */
  readonly confirmOrigin?: boolean;
  /** Digest of the descriptor that was shown: another one is not installed. */
  readonly digest?: string | undefined;
  /** Scopes of the product that the add-on may have; none when left out. */
  readonly acceptScopes?: AcceptedScopes;
  /** Headers and TLS for the add-on's endpoint, which the fetch of the descriptor and the callbacks carry as well. */
  readonly access?: EndpointAccessWishes;
}

/** The methods of the registry with these names. */
export interface Installer {
  readonly install: (
    siteKey: string,
    source: InstallSource,
    options: InstallOptions,
  ) => Promise<AddonInstalled>;
  readonly preview: (
    siteKey: string,
    source: InstallSource,
    access?: EndpointAccessWishes,
  ) => Promise<InstallPreview>;
  readonly upgrade: (siteKey: string, addonKey: string, options: InstallOptions) => Promise<AddonInstalled>;
  readonly previewUpgrade: (siteKey: string, addonKey: string) => Promise<InstallPreview>;
}

export interface InstallerParts {
  readonly context: RegistryContext;
  readonly readSite: (siteKey: string) => Promise<Site>;
  /** Works on one add-on of a site at a time. */
  readonly inTurn: <T>(siteKey: string, addonKey: string, work: () => Promise<T>) => Promise<T>;
}

export function createInstaller({ context, readSite, inTurn }: InstallerParts): Installer {
  async function installFrom(
    siteKey: string,
    asked: InstallSource,
    { by, confirmOrigin = false, digest, acceptScopes = [], access = {} }: InstallOptions,
    expectedKey?: string,
  ): Promise<AddonInstalled> {
    let addonKey = asked.kind === "directory" ? asked.key : expectedKey;
    let source: InstallSource = asked;
    try {
      const given = requireInstallAccess(access, context.now());
      const { site, approved } = await approveOn(siteKey, asked);
      source = approved.source;
      const read = await readFor(site, approved, { expectedKey, given });
      const descriptorUrl = source.kind === "url" ? source.url : undefined;
      addonKey = read.descriptor.key;
      requireShown(digest, read.digest);
      return await inTurn(siteKey, addonKey, async () => {
        const request = { site, read, descriptorUrl, confirmOrigin, acceptScopes, access: given, by };
        const { plan, calls } = await install(request, context);
        const addon = await showAddon(site, read.descriptor.key, context);
        return { addon, calls, plan, warnings: read.warnings };
      });
    } catch (error) {
      await recordRefusal({ siteKey, addonKey, source, by }, error, context);
      throw error;
    }
  }

  async function previewFrom(
    siteKey: string,
    source: InstallSource,
    { access = {}, expectedKey }: { readonly access?: EndpointAccessWishes; readonly expectedKey?: string },
  ): Promise<InstallPreview> {
    const given = requireInstallAccess(access, context.now());
    const { site, approved } = await approveOn(siteKey, source);
    const read = await readFor(site, approved, { expectedKey, given });
    const descriptorUrl = approved.source.kind === "url" ? approved.source.url : undefined;
    await findInstallAccess({ site, descriptor: read.descriptor, descriptorUrl, given }, context);
    const plan = await planInstall(site, read, context);
    return { descriptor: read.descriptor, digest: read.digest, plan, warnings: read.warnings };
  }

  async function approveOn(
    siteKey: string,
    asked: InstallSource,
  ): Promise<{ readonly site: Site; readonly approved: ApprovedSource }> {
    const site = await readSite(siteKey);
    requireAddons(context.catalogue.get(site.product), context);
    return { site, approved: await approve(context.database.read, asked) };
  }

  async function readFor(
    site: Site,
    approved: ApprovedSource,
    {
      expectedKey,
      given,
    }: { readonly expectedKey: string | undefined; readonly given: CheckedEndpointAccess },
  ): Promise<ReadDescriptor> {
    const { source } = approved;
    const access =
      source.kind === "url"
        ? await findFetchAccess({ site, url: source.url, addonKey: expectedKey, given }, context)
        : undefined;
    const product = context.catalogue.get(site.product);
    const read = await context.readDescriptor(source, product, createSend(access, context));
    const { key } = read.descriptor;
    requireApproved(approved, key);
    if (expectedKey === undefined || expectedKey === key) return read;
    throw new CallboardError(
      "ADDON_STATE",
      `The descriptor is of another add-on now: ${key}; install it by itself`,
    );
  }

  async function loadSource(siteKey: string, addonKey: string): Promise<DescriptorSource> {
    const site = await readSite(siteKey);
    const { descriptorUrl } = await loadInstalled(context.database.read, site, addonKey, context);
    if (descriptorUrl !== undefined) return { kind: "url", url: descriptorUrl };
    throw new CallboardError(
      "ADDON_STATE",
      "The add-on was not installed from a URL; install its new descriptor instead",
    );
  }

  return {
    install: (siteKey, source, options) => installFrom(siteKey, source, options),
    preview: (siteKey, source, access = {}) => previewFrom(siteKey, source, { access }),
    upgrade: async (siteKey, addonKey, options) =>
      installFrom(siteKey, await loadSource(siteKey, addonKey), options, addonKey),
    previewUpgrade: async (siteKey, addonKey) =>
      previewFrom(siteKey, await loadSource(siteKey, addonKey), { expectedKey: addonKey }),
  };
}

/** Throws PRODUCT_WITHOUT_ADDONS, PRODUCT_MISSING. */
export function requireAddons(product: Product, { catalogue }: Pick<RegistryContext, "catalogue">): void {
  assertPresent(product);
  if (product.hasAddons) return;
  const others = catalogue.addonProducts.map(({ key }) => key).join(" or ");
  throw new CallboardError(
    "PRODUCT_WITHOUT_ADDONS",
    `Sites of ${product.key} have no add-ons; add an outgoing webhook there, or install on a site of ${others}`,
  );
}
