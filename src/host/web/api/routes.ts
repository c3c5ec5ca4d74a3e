/** The whole API as one table. Express, the OpenAPI document and the README are derived from it. */
import { addonRoutes } from "./addons.ts";
import { catalogueRoutes } from "./catalogue.ts";
import { deliveryRoutes } from "./deliveries.ts";
import { bodyFilterRoutes } from "./body-filters.ts";
import { descriptorRoutes } from "./descriptors.ts";
import { directoryRoutes } from "./directory.ts";
import { endpointRoutes } from "./endpoints.ts";
import { eventRoutes } from "./events.ts";
import { hostRoutes } from "./host.ts";
import { loginLinkRoutes } from "./login-links.ts";
import { productRoutes } from "./products.ts";
import { replayRoutes } from "./replays.ts";
import { siteRoutes } from "./sites.ts";
import { tokenRoutes } from "./tokens.ts";
import { webhookRoutes } from "./webhooks.ts";
import type { Route } from "./route.ts";

export const API_BASE = "/api/v1";

export const ROUTES: readonly Route[] = [
  ...siteRoutes,
  ...addonRoutes,
  ...descriptorRoutes,
  ...directoryRoutes,
  ...webhookRoutes,
  ...bodyFilterRoutes,
  ...eventRoutes,
  ...deliveryRoutes,
  ...endpointRoutes,
  ...replayRoutes,
  ...catalogueRoutes,
  ...productRoutes,
  ...tokenRoutes,
  ...loginLinkRoutes,
  ...hostRoutes,
];
