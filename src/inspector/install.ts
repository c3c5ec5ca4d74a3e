/** Installs the Inspector on every site of a host: as an add-on where the product has add-ons, as a webhook elsewhere. */
import type { LiveCatalogue, Product } from "../catalogue/index.ts";
import { getMessage } from "../errors.ts";
import { MAX_WEBHOOKS, isAddonProduct, readInspectorDescriptor, subscribe } from "./descriptor.ts";
import type { HostApi, HostSite } from "./host-api.ts";
import type { Plain } from "./plain.ts";

export interface Installed {
  readonly site: HostSite;
  readonly as: "add-on" | "webhook";
  /** Why it could not be done; undefined when it was. */
  readonly problem: string | undefined;
  /** What it can't receive although it is installed. */
  readonly note: string | undefined;
}

/** The host would refuse it with the rule alone, without a word on what to do. */
const needsHttps = (productName: string) =>
  `${productName} sends to https:// URLs only: start the Inspector with --tls-cert and --tls-key, or a --base-url that has it`;

/** Facilities of an installation. */
export interface Installer {
  readonly api: HostApi;
  readonly catalogue: LiveCatalogue;
  readonly addonKey: string;
  readonly baseUrl: string;
  readonly plain: Pick<Plain, "getPath" | "deriveSecret">;
  /** Name of the webhooks on sites without add-ons: each run reuses the webhook of its name. */
  readonly webhookName: string;
}

/** Installation on one site, and the way to remove it. */
interface Installation extends Installed {
  readonly remove: () => Promise<void>;
}

/**
 * Installs on all sites. A site that refuses doesn't keep the others from being installed on. Rejects if the sites can't be
 * listed.
 */
export async function installEverywhere(installer: Installer): Promise<readonly Installation[]> {
  const sites = await installer.api.sites();
  return Promise.all(sites.map((site) => installOn(site, installer)));
}

/** Takes back what was installed. Resolves to one line for each site where that failed. */
export async function removeEverywhere(installations: readonly Installation[]): Promise<readonly string[]> {
  const failures = await Promise.all(
    installations.map(({ site, remove }) =>
      remove().then(
        () => undefined,
        (error: unknown) => `${site.key}: ${getMessage(error)}`,
      ),
    ),
  );
  return failures.filter((failure) => failure !== undefined);
}

async function installOn(site: HostSite, installer: Installer): Promise<Installation> {
  const product = installer.catalogue.get(site.product);
  const as = isAddonProduct(product, installer.catalogue) ? "add-on" : "webhook";
  const { name, formats } = product;
  if (formats[0].httpsOnly === "always" && !installer.baseUrl.startsWith("https://")) {
    return { site, as, problem: needsHttps(name), note: undefined, remove: doNothing };
  }
  try {
    const remove = await (as === "add-on" ? installAddon(site, installer) : putWebhook(site, installer));
    const note = as === "add-on" ? noteOnLeftEvents(product) : undefined;
    return { site, as, problem: undefined, note, remove };
  } catch (error) {
    return { site, as, problem: getMessage(error), note: undefined, remove: doNothing };
  }
}

/** The webhooks of an add-on are in its descriptor, and hosts limit their number. */
function noteOnLeftEvents(product: Product): string | undefined {
  const { left } = subscribe(readInspectorDescriptor(), product);
  if (left === 0) return undefined;
  const [some, all] = [left, product.eventTypes.length].map((count) => count.toLocaleString("en-US"));
  return (
    `${some} of ${all} event types are left out: a descriptor has at most ${MAX_WEBHOOKS} webhooks. ` +
    "One webhook for all needs bodies that name their event type: give the product an envelope with the member event"
  );
}

const doNothing = () => Promise.resolve();

async function installAddon(
  { key, product }: HostSite,
  { api, addonKey, baseUrl }: Installer,
): Promise<Installation["remove"]> {
  const descriptorUrl = `${baseUrl}/${product}/atlassian-connect.json`;
  // A token that can't list add-ons can't install one either, and the install says so.
  const before = await api.findAddon(key, addonKey).catch(() => undefined);
  await api.installAddon(key, descriptorUrl);
  return async () => {
    // Another Inspector may be running that this one replaced: it gets its installation back if it responds.
    const isRestored =
      before !== undefined &&
      before !== descriptorUrl &&
      (await api.installAddon(key, before).then(
        () => true,
        () => false,
      ));
    if (!isRestored) await api.uninstallAddon(key, addonKey);
  };
}

async function putWebhook(
  site: HostSite,
  { api, baseUrl, plain, webhookName }: Installer,
): Promise<Installation["remove"]> {
  const id = await api.putWebhook(site, {
    name: webhookName,
    url: baseUrl + plain.getPath(site.product, site.key),
    secret: plain.deriveSecret(site.key),
  });
  return () => api.deleteWebhook(site.key, id);
}
