/** The products' own REST APIs, each where its clients look for it. */
import type { Request } from "express";
import type { Access } from "../http/access.ts";
import type { Mount } from "../app.ts";
import type { Origin } from "../http/origin.ts";
import type { Rooms } from "../rooms.ts";
import { createAddonAccess } from "./addon-access.ts";
import { BACKLOG_PATH, createBacklogRouter } from "./backlog.ts";
import { CONNECT_PATHS, createConnectAddonRouter } from "./connect-addons.ts";
import { JIRA_ADMIN_PATH, createJiraAdminRouter } from "./jira-admin.ts";
import { JIRA_WEBHOOK_PATHS, createJiraWebhookRouter } from "./jira-webhooks.ts";
import { createOutgoingAccess } from "./outgoing-access.ts";
import { OWN_DELIVERIES_PATH, createOwnDeliveriesRouter } from "./own-deliveries.ts";
import { TRACKER_PATH, createTrackerRouter } from "./tracker.ts";

export interface ProductParts {
  readonly rooms: Rooms;
  readonly access: Access;
  readonly readOrigin: (request: Request) => Origin;
  readonly now: () => number;
}

export function createProductMounts({ rooms, access, readOrigin, now }: ProductParts): readonly Mount[] {
  const { catalogue, registry, sites, webhooks } = rooms;
  const loadBaseUrl = async (siteKey: string) => sites.getBaseUrl(await sites.load(siteKey));
  const authorize = createAddonAccess({
    findSite: sites.find,
    getBaseUrl: sites.getBaseUrl,
    acceptedSecrets: registry.acceptedSecrets,
    readOrigin,
    now,
  });
  const outgoing = createOutgoingAccess({ access, loadSite: sites.load, webhooks, readOrigin });
  const jiraWebhooks = createJiraWebhookRouter({
    authorize,
    webhooks: rooms.dynamicWebhooks,
    listFailed: rooms.deliveryLog.listFailedWebhooks,
    loadBaseUrl,
  });
  const connectAddons = createConnectAddonRouter({
    catalogue,
    authorize,
    properties: rooms.addonProperties,
    modules: rooms.dynamicModules,
    loadBaseUrl,
  });
  return [
    ...JIRA_WEBHOOK_PATHS.map((path) => ({ path, router: jiraWebhooks })),
    { path: OWN_DELIVERIES_PATH, router: createOwnDeliveriesRouter(rooms, authorize) },
    ...CONNECT_PATHS.map((path) => ({ path, router: connectAddons })),
    { path: JIRA_ADMIN_PATH, router: createJiraAdminRouter(outgoing, loadBaseUrl) },
    { path: BACKLOG_PATH, router: createBacklogRouter(outgoing) },
    { path: TRACKER_PATH, router: createTrackerRouter(outgoing) },
  ];
}
