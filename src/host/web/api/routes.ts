/** The whole API as one table. Express, the OpenAPI document and the README are derived from it. */
import { addonRoutes } from "./addons.ts";
import { backupRoutes } from "./backups.ts";
import { catalogueRoutes } from "./catalogue.ts";
import { deliveryRoutes } from "./deliveries.ts";
import { bodyFilterRoutes } from "./body-filters.ts";
import { descriptorRoutes } from "./descriptors.ts";
import { directoryRoutes } from "./directory.ts";
import { endpointRoutes } from "./endpoints.ts";
import { erasureRoutes } from "./erasures.ts";
import { eventRoutes } from "./events.ts";
import { exportRoutes } from "./exports.ts";
import { hostRoutes } from "./host.ts";
import { listenerRoutes } from "./listeners.ts";
import { loginLinkRoutes } from "./login-links.ts";
import { portalRoutes } from "./portals.ts";
import { productRoutes } from "./products.ts";
import { replayRoutes } from "./replays.ts";
import { siteRoutes } from "./sites.ts";
import { tokenRoutes } from "./tokens.ts";
import { webhookPreviewRoutes } from "./webhook-previews.ts";
import { webhookRoutes } from "./webhooks.ts";
import type { Route } from "./route.ts";

export const API_BASE = "/api/v1";

/** The groups of operations, in the order of the document. */
export const GROUPS = {
  Sites: "Product instances, each a tenant of its own",
  "Add-ons": "Install from a descriptor, upgrade, enable, disable, uninstall",
  Directory: "Add-ons that an administrator approved for the sites of this server",
  "Outgoing webhooks": "Subscriptions that users configure, and test deliveries with them",
  Events: "Publish events, and see where they went",
  Deliveries: "The delivery log: attempts, redelivery, cancellation",
  Endpoints: "Receivers by URL origin: circuit breaker, pause, resume",
  Replays: "Past events for a receiver that did not get them",
  Listeners: "Programs that get deliveries over a connection that they made",
  Catalogue: "Event types with their fields, schemas and samples",
  Products: "Built-in products and your own",
  Tokens: "API tokens and login links",
  Portals: "The part of the web app that a vendor or a tenant sees",
  Backups: "Copies of the SQLite file of a server that runs",
  Host: "Status, limits, keys, settings and the audit log of the server",
} as const;

export const ROUTES: readonly Route[] = [
  ...siteRoutes,
  ...addonRoutes,
  ...descriptorRoutes,
  ...directoryRoutes,
  ...webhookRoutes,
  ...webhookPreviewRoutes,
  ...bodyFilterRoutes,
  ...eventRoutes,
  ...deliveryRoutes,
  ...endpointRoutes,
  ...replayRoutes,
  ...listenerRoutes,
  ...catalogueRoutes,
  ...productRoutes,
  ...tokenRoutes,
  ...loginLinkRoutes,
  ...portalRoutes,
  ...exportRoutes,
  ...backupRoutes,
  ...erasureRoutes,
  ...hostRoutes,
];
