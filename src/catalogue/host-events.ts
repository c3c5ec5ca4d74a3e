/**
 * The events that a Connect host emits about itself and its add-ons; Jira and Confluence have the same ones.
 * Their bodies carry no event name; only `connect_addon_*` say in `eventType` what happened.
 */

import { eventTable, field, optional, shaped } from "./event-type.ts";
import { MAJA } from "./sample-people.ts";

/** The host that speaks in the samples. */
export interface SampleHost {
  readonly product: "jira" | "confluence";
  readonly clientKey: string;
  readonly baseUrl: string;
  readonly description: string;
  readonly versionBefore: string;
  readonly version: string;
}

const ADDON_KEY = "com.example.tide-inspector";

const ABOUT_ADDON = [
  field("key", "string", "key of the add-on"),
  field("clientKey", "string"),
  field("publicKey", "string"),
  field("serverVersion", "string"),
  field("pluginsVersion", "string"),
  field("baseUrl", "string"),
  field("productType", "string"),
  field("description", "string"),
  ...optional(
    field("links", "object"),
    field("links.self", "string"),
    field("links.oauth", "string"),
    field("user_key", "string"),
  ),
];

const listConnectAddonFields = (eventType: "enabled" | "disabled") => [
  ...ABOUT_ADDON,
  shaped("eventType", JSON.stringify(eventType)),
  ...optional(
    field("serviceEntitlementNumber", "string"),
    field("userKey", "string", "deprecated; never together with a JWT"),
  ),
];

const REMOTE_PLUGIN_FIELDS = [...ABOUT_ADDON, ...optional(field("user_id", "string"))];

const UPGRADE_FIELDS = [
  field("key", "string", "clientKey of the host"),
  field("baseUrl", "string"),
  field("oldVersion", "string"),
  field("newVersion", "string"),
];

/** The rows for a product's table. None of the bodies ever carries a sharedSecret. */
export function hostEvents(host: SampleHost) {
  const about = {
    key: ADDON_KEY,
    clientKey: host.clientKey,
    publicKey: "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDh-example-not-a-key",
    serverVersion: "5982",
    pluginsVersion: "1.1.77",
    baseUrl: host.baseUrl,
    productType: host.product,
    description: host.description,
  };
  const oauth = `${host.baseUrl}/rest/atlassian-connect/latest/oauth`;

  const connectAddon = (eventType: "enabled" | "disabled") =>
    ({
      group: "addon",
      description: `The subscribing add-on itself was ${eventType}`,
      confidence: "source",
      ownAddonOnly: true,
      hostEvent: true,
      aliases: [eventType],
      fields: listConnectAddonFields(eventType),
      sample: { ...about, links: { oauth }, serviceEntitlementNumber: "SEN-204417", eventType },
    }) as const;

  const remotePlugin = (done: "installed" | "enabled" | "disabled") =>
    ({
      group: "addon",
      description: `The subscribing add-on itself, of the XML age, was ${done}`,
      status: "legacy",
      confidence: "source",
      ownAddonOnly: true,
      hostEvent: true,
      fields: REMOTE_PLUGIN_FIELDS,
      sample: {
        ...about,
        links: { self: `${host.baseUrl}/rest/plugins/1.0/${ADDON_KEY}-key`, oauth },
        user_id: MAJA.username,
        user_key: MAJA.userKey,
      },
    }) as const;

  const upgraded = (description: string, oldVersion: string, newVersion: string) =>
    ({
      group: "system",
      description,
      status: "legacy",
      confidence: "source",
      hostEvent: true,
      fields: UPGRADE_FIELDS,
      sample: { key: host.clientKey, baseUrl: host.baseUrl, oldVersion, newVersion },
    }) as const;

  return eventTable({
    connect_addon_disabled: connectAddon("disabled"),
    connect_addon_enabled: connectAddon("enabled"),
    plugin_enabled: {
      group: "addon",
      description: "A plugin or add-on was enabled in the host",
      status: "legacy",
      confidence: "derived",
      hostEvent: true,
      fields: [field("key", "string", "key of the plugin")],
      sample: { key: "com.example.berth-planner" },
    },
    plugins_upgraded: upgraded("The Connect plugin of the host was upgraded", "1.1.76", "1.1.77"),
    remote_plugin_disabled: remotePlugin("disabled"),
    remote_plugin_enabled: remotePlugin("enabled"),
    remote_plugin_installed: remotePlugin("installed"),
    server_upgraded: upgraded("The host product was upgraded", host.versionBefore, host.version),
  });
}
