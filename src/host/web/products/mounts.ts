/** The products' own REST APIs, each where its clients look for it. */
import type { Request } from "express";
import type { AddonCaller } from "../../registry/dynamic/caller.ts";
import type { DynamicModules } from "../../registry/dynamic/modules.ts";
import type { AddonProperties } from "../../registry/dynamic/properties.ts";
import type { DynamicWebhooks } from "../../registry/dynamic/webhooks.ts";
import type { FailedWebhookPage } from "../../delivery-log/failed-webhooks.ts";
import type { Access } from "../http/access.ts";
import type { Mount } from "../app.ts";
import type { Origin } from "../http/origin.ts";
import type { Services } from "../services.ts";
import { createAddonAccess } from "./addon-access.ts";
import { BACKLOG_PATH, createBacklogRouter } from "./backlog.ts";
import { CONNECT_PATHS, createConnectAddonRouter } from "./connect-addons.ts";
import { JIRA_ADMIN_PATH, createJiraAdminRouter } from "./jira-admin.ts";
import { JIRA_WEBHOOK_PATHS, createJiraWebhookRouter } from "./jira-webhooks.ts";
import { createOutgoingAccess } from "./outgoing-access.ts";
import { TRACKER_PATH, createTrackerRouter } from "./tracker.ts";

export interface ProductParts {
  readonly services: Pick<Services, "registry" | "sites" | "webhooks">;
  readonly dynamicWebhooks: DynamicWebhooks;
  readonly dynamicModules: DynamicModules;
  readonly addonProperties: AddonProperties;
  readonly listFailed: (
    caller: AddonCaller,
    page: { readonly after: number | undefined; readonly most: number },
  ) => Promise<FailedWebhookPage>;
  readonly access: Access;
  readonly originOf: (request: Request) => Origin;
  readonly now: () => number;
}

export function createProductMounts(parts: ProductParts): readonly Mount[] {
  const { services, access, originOf, now } = parts;
  const { registry, sites, webhooks } = services;
  const baseUrlOf = async (siteKey: string) => sites.baseUrlOf(await sites.load(siteKey));
  const authorize = createAddonAccess({
    findSite: sites.find,
    baseUrlOf: sites.baseUrlOf,
    acceptedSecrets: registry.acceptedSecrets,
    originOf,
    now,
  });
  const outgoing = createOutgoingAccess({ access, loadSite: sites.load, webhooks, originOf });
  const jiraWebhooks = createJiraWebhookRouter({
    authorize,
    webhooks: parts.dynamicWebhooks,
    listFailed: parts.listFailed,
    baseUrlOf,
  });
  const connectAddons = createConnectAddonRouter({
    authorize,
    properties: parts.addonProperties,
    modules: parts.dynamicModules,
    baseUrlOf,
  });
  return [
    ...JIRA_WEBHOOK_PATHS.map((path) => ({ path, router: jiraWebhooks })),
    ...CONNECT_PATHS.map((path) => ({ path, router: connectAddons })),
    { path: JIRA_ADMIN_PATH, router: createJiraAdminRouter(outgoing, baseUrlOf) },
    { path: BACKLOG_PATH, router: createBacklogRouter(outgoing) },
    { path: TRACKER_PATH, router: createTrackerRouter(outgoing) },
  ];
}
