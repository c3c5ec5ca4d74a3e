/** Add-ons, installs and descriptors, as responses have them. */
import { LIFECYCLE_EVENTS } from "../../../protocol/descriptor.ts";
import { WARNING } from "./parts.ts";
import {
  anyObject,
  anything,
  array,
  boolean,
  extended,
  integer,
  named,
  nullable,
  object,
  choice,
  page,
  record,
  string,
  time,
  union,
} from "./schema.ts";

const GRANTED_SCOPE = named(
  "GrantedScope",
  object("A scope of the product that was accepted for the add-on", {
    name: string("Name of the scope"),
    description: nullable(string("The product's description; null if the product no longer has the scope")),
    grantedAt: time("Time of the consent"),
    grantedBy: string("Actor, as the audit log names it"),
  }),
);

export const ADDON_SUMMARY = named(
  "AddonSummary",
  object("An installed add-on", {
    key: string("Key of the add-on"),
    name: string("Display name"),
    version: nullable(string("Version of the descriptor")),
    description: nullable(string("Description of the descriptor")),
    vendor: nullable(object("Vendor", {}, { name: string("Name"), url: string("Web site") })),
    state: choice("State of the installation", ["enabled", "disabled"]),
    baseUrl: string("Base URL of the add-on"),
    descriptorUrl: nullable(string("URL of the descriptor; null if the descriptor itself was posted")),
    authentication: choice("Authentication of requests to the add-on", ["jwt", "none"]),
    scopes: array("Scopes as the descriptor lists them", string("Scope")),
    grantedScopes: array("Scopes of the site's product that were accepted", GRANTED_SCOPE),
    otherModules: array("Modules of the descriptor that are not served here", string("Name of a module")),
    installedAt: time("Time of the first install"),
    updatedAt: time("Time of the last change"),
    disabledAt: nullable(time("Time of disabling; null while it is enabled")),
    reinstall: nullable(
      object("Pending reinstall, after the shared secret was lost with the master key", {
        attempts: integer("Attempts so far"),
        nextAt: time("Time of the next attempt"),
        detail: nullable(string("Result of the last attempt")),
      }),
    ),
    availableVersion: nullable(string("A later version that the directory has")),
  }),
);

export const ADDON_PAGE = page("AddonPage", ADDON_SUMMARY, "Installed add-ons");

export const LIFECYCLE_CALL = named(
  "LifecycleCall",
  object("A lifecycle callback and its result", {
    event: choice("Lifecycle callback", LIFECYCLE_EVENTS),
    at: time("Time of the callback"),
    url: string("URL of the request"),
    signing: choice("Signature of the request", ["RS256", "HS256", "none"]),
    claims: nullable(record("Claims of the token", anything("Value of the claim"))),
    outcome: choice("Result", ["accepted", "refused", "unreachable", "forbidden", "interrupted"]),
    status: nullable(integer("Status of the response")),
    detail: string("One sentence"),
    answer: nullable(string("Beginning of the body of the response")),
    durationMs: integer("Duration in milliseconds"),
  }),
);

const ADDON_WEBHOOK = named(
  "AddonWebhook",
  object("A webhook of an add-on", {
    no: integer("Number on the site"),
    source: choice("Origin of the webhook", ["module", "dynamic", "webhook"]),
    event: string("Event type"),
    deprecated: boolean("True if the event type is deprecated"),
    replacedBy: nullable(string("Event type to use in its place")),
    url: string("URL as the descriptor has it"),
    resolvedUrl: string("Full URL, with variables"),
    params: record("Query parameters that are added to the URL", string("Value")),
    filter: nullable(string("JQL filter")),
    bodyFilter: nullable(anyObject("Conditions on the body")),
    propertyKeys: nullable(array("Issue properties that are sent along", string("Property key"))),
    excludeBody: boolean("True if the body is left out"),
    active: boolean("True if it gets events"),
    inactiveBecause: nullable(string("Reason for being inactive")),
    goneSince: nullable(
      time("Time of the response that made it inactive: 410, or webhook-delivery: disable"),
    ),
    expiresAt: nullable(time("Expiry of a dynamic webhook")),
  }),
);

const WEBHOOKS = array("Its webhooks", ADDON_WEBHOOK);
const LIFECYCLE = array("Lifecycle callbacks, newest first", LIFECYCLE_CALL);

export const ADDON = named(
  "Addon",
  extended("An installed add-on with its webhooks and lifecycle callbacks", ADDON_SUMMARY, {
    webhooks: WEBHOOKS,
    lifecycle: LIFECYCLE,
  }),
);

const WEBHOOK_PLACE = named(
  "PlannedWebhook",
  object("A webhook module and its URL", {
    event: string("Event type"),
    url: string("URL as the descriptor has it"),
    resolvedUrl: string("Full URL, with variables"),
  }),
);

const ASKED_SCOPE = named(
  "AskedScope",
  object("A scope that the descriptor asks for", {
    name: string("Name of the scope"),
    description: string("The product's description"),
  }),
);

const PLAN_MEMBERS = {
  kind: choice("Kind of install", ["install", "upgrade", "reinstall"]),
  originChange: nullable(
    object("Move of the add-on to another origin", {
      from: string("Origin now"),
      to: string("Origin of the descriptor"),
    }),
  ),
  diff: named(
    "WebhookDiff",
    object("Changes of the webhooks", {
      added: array("New webhooks", WEBHOOK_PLACE),
      removed: array("Webhooks that end", WEBHOOK_PLACE),
      changed: array(
        "Webhooks that change",
        object("A change", { before: WEBHOOK_PLACE, after: WEBHOOK_PLACE }),
      ),
      kept: array("Webhooks that stay as they are", WEBHOOK_PLACE),
    }),
  ),
  scopes: named(
    "ScopePlan",
    object("Scopes of the install", {
      asked: array("Scopes that the descriptor asks for", ASKED_SCOPE),
      toAccept: array("Scopes that were not granted yet", ASKED_SCOPE),
      dropped: array("Scopes that are no longer asked for", string("Name of the scope")),
    }),
  ),
};

export const INSTALL_PLAN = named("InstallPlan", object("What the install did", PLAN_MEMBERS));

export const INSTALL_PREVIEW = named(
  "InstallPreview",
  object("What an install would do", {
    key: string("Key of the add-on"),
    name: string("Display name"),
    version: nullable(string("Version of the descriptor")),
    ...PLAN_MEMBERS,
    digest: string("Digest of the descriptor: an install with it installs this descriptor only"),
    warnings: array("Warnings about the descriptor", WARNING),
  }),
);

export const ADDON_INSTALLED = named(
  "AddonInstalled",
  extended("The add-on after the install, with the lifecycle callbacks made", ADDON_SUMMARY, {
    webhooks: WEBHOOKS,
    lifecycle: LIFECYCLE,
    warnings: array("Warnings about the descriptor", WARNING),
    plan: INSTALL_PLAN,
  }),
);

export const UPGRADE_RESULT = union(
  "The add-on after the upgrade, or with dryRun what the upgrade would do",
  ADDON_INSTALLED,
  INSTALL_PREVIEW,
);

export const UNINSTALLED = named(
  "AddonUninstalled",
  object("The result of an uninstall", { lifecycle: LIFECYCLE }),
);

const RESOLVED_WEBHOOK = named(
  "ResolvedWebhook",
  object(
    "A webhook module with its full URL",
    {
      event: string("Event type"),
      url: string("URL as the descriptor has it"),
      resolvedUrl: string("Full URL, with variables"),
      params: record("Query parameters that are added to the URL", string("Value")),
      excludeBody: boolean("True if the body is left out"),
      position: integer("Index of the module in the descriptor"),
    },
    {
      filter: string("JQL filter"),
      bodyFilter: anyObject("Conditions on the body"),
      propertyKeys: array("Issue properties that are sent along", string("Property key")),
    },
  ),
);

export const DESCRIPTOR_CHECK = named(
  "DescriptorCheck",
  object(
    "Result of a descriptor check",
    {
      valid: boolean("True if it can be installed"),
      errors: array(
        "Every error of the descriptor",
        object(
          "An error",
          { pointer: string("JSON pointer into the descriptor"), detail: string("One sentence") },
          { code: string("Error code") },
        ),
      ),
      warnings: array("Warnings about the descriptor", WARNING),
    },
    {
      key: string("Key of the add-on; valid descriptors only"),
      name: string("Display name; valid descriptors only"),
      digest: string("Digest of the descriptor; valid descriptors only"),
      webhooks: array("Webhook modules; valid descriptors only", RESOLVED_WEBHOOK),
    },
  ),
);
