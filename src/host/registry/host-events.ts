/**
 * The host's own events: what happens to add-ons and to the host itself, published like the events of a product.
 * Their payloads never carry a sharedSecret.
 */

import { findEventType } from "../../catalogue/index.ts";
import type { Descriptor } from "../../protocol/descriptor.ts";
import { readSetting, replaceSetting } from "../store/tables/settings.ts";
import { listSites } from "../store/tables/sites.ts";
import { getBaseUrl } from "./context.ts";
import type { RegistryContext } from "./context.ts";
import type { Site } from "../model/site.ts";

/** What happened to an add-on → the events that tell of it, in order. */
const ADDON_EVENTS = {
  installed: ["remote_plugin_installed", "remote_plugin_enabled", "plugin_enabled", "connect_addon_enabled"],
  enabled: ["remote_plugin_enabled", "plugin_enabled", "connect_addon_enabled"],
  disabled: ["remote_plugin_disabled", "connect_addon_disabled"],
} as const;

export type AddonChange = keyof typeof ADDON_EVENTS;

/** Publishes what happened to an add-on. A failure is logged: the change itself stands. */
export async function announceChange(
  change: AddonChange,
  site: Site,
  descriptor: Descriptor,
  context: RegistryContext,
): Promise<void> {
  for (const event of ADDON_EVENTS[change]) {
    const payload =
      event === "plugin_enabled" ? { key: descriptor.key } : aboutAddon(event, site, descriptor, context);
    await publish(context, site, { event, payload, aboutAddonKey: descriptor.key });
  }
}

const HOST_VERSION = "host.version";

/**
 * Publishes an upgrade of the host to every site, when the version is not the one of the last start; of several processes
 * that start with the new version, one does.
 */
export async function announceVersion(context: RegistryContext): Promise<void> {
  const { database, version } = context;
  const before = await readSetting(database.read, HOST_VERSION);
  if (before === version) return;
  const isOurs = await database.write((tx) => replaceSetting(tx, HOST_VERSION, before, version));
  if (!isOurs || before === undefined) return;
  for (const site of await listSites(database.read)) {
    const payload = {
      key: site.clientKey,
      baseUrl: getBaseUrl(context, site),
      oldVersion: before,
      newVersion: version,
    };
    await publish(context, site, { event: "server_upgraded", payload });
    await publish(context, site, { event: "plugins_upgraded", payload });
  }
}

function aboutAddon(
  event: string,
  site: Site,
  descriptor: Descriptor,
  context: RegistryContext,
): Readonly<Record<string, unknown>> {
  const baseUrl = getBaseUrl(context, site);
  return {
    key: descriptor.key,
    clientKey: site.clientKey,
    serverVersion: context.version,
    pluginsVersion: context.version,
    baseUrl,
    productType: site.product,
    description: site.name,
    links: { self: `${baseUrl}/rest/plugins/1.0/${descriptor.key}-key` },
    ...(event === "connect_addon_enabled" ? { eventType: "enabled" } : {}),
    ...(event === "connect_addon_disabled" ? { eventType: "disabled" } : {}),
  };
}

interface HostEvent {
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly aboutAddonKey?: string;
}

async function publish(
  context: RegistryContext,
  site: Site,
  { event, payload, ...about }: HostEvent,
): Promise<void> {
  // Only Connect products have these events.
  if (findEventType(context.catalogue.get(site.product), event) === undefined) return;
  try {
    await context.publish(site, event, payload, about);
  } catch (error) {
    context.logger.warn("host-event.publish-failed", { site: site.key, eventType: event, error });
  }
}
