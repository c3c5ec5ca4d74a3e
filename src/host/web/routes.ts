/** The whole API as one table. Express, the OpenAPI document and the README are derived from it. */
import { addonRoutes } from "./api/addons.ts";
import { catalogueRoutes } from "./api/catalogue.ts";
import { deliveryRoutes } from "./api/deliveries.ts";
import { descriptorRoutes } from "./api/descriptors.ts";
import { endpointRoutes } from "./api/endpoints.ts";
import { eventRoutes } from "./api/events.ts";
import { hostRoutes } from "./api/host.ts";
import { loginLinkRoutes } from "./api/login-links.ts";
import { replayRoutes } from "./api/replays.ts";
import { siteRoutes } from "./api/sites.ts";
import { tokenRoutes } from "./api/tokens.ts";
import { webhookRoutes } from "./api/webhooks.ts";
import type { Route } from "./route.ts";

export const API_BASE = "/api/v1";

export const ROUTES: readonly Route[] = [
  ...siteRoutes,
  ...addonRoutes,
  ...descriptorRoutes,
  ...webhookRoutes,
  ...eventRoutes,
  ...deliveryRoutes,
  ...endpointRoutes,
  ...replayRoutes,
  ...catalogueRoutes,
  ...tokenRoutes,
  ...loginLinkRoutes,
  ...hostRoutes,
];
