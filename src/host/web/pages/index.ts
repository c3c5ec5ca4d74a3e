/** The web app: the table of its pages, put together. */
import type { IncomingMessage } from "node:http";
import type { Router } from "express";
import type { Logger, SparseLog } from "../../../logger.ts";
import type { Origin } from "../http/origin.ts";
import type { ReportProblem } from "../http/problems.ts";
import type { WithSites } from "../http/loaded-sites.ts";
import type { Rooms } from "../rooms.ts";
import { readAssets } from "./assets.ts";
import { addonPages } from "./addon.ts";
import { addonsPages } from "./addons.ts";
import { auditPages } from "./audit.ts";
import { cataloguePages } from "./catalogue.ts";
import { dashboardPages } from "./dashboard.ts";
import { directoryPages } from "./directory.ts";
import { deliveriesPages } from "./deliveries.ts";
import { deliveryPages } from "./delivery.ts";
import { endpointPages } from "./endpoints.ts";
import { eventPages } from "./events.ts";
import { createLive } from "./live.ts";
import { ofHost } from "./page.ts";
import type { RefusalPace } from "../http/refusal-pace.ts";
import type { Page } from "./page.ts";
import { createApiDocsRouter } from "./api-docs.ts";
import type { ApiDocsParts } from "./api-docs.ts";
import { createDocsRouter } from "./docs.ts";
import { createPublicCatalogueRouter } from "./public-catalogue.ts";
import { createRender } from "./render.ts";
import { createPageRouter } from "./router.ts";
import { productPages } from "./products.ts";
import { replayPages } from "./replays.ts";
import { searchPages } from "./search.ts";
import { startPages } from "./start.ts";
import { portalSettingsPages } from "./settings-portals.ts";
import { settingsPages } from "./settings.ts";
import { webhookPages } from "./webhooks.ts";

/** Every page. A path with fixed words stands before one with a parameter in their place. */
export const PAGES: readonly Page[] = [
  ...dashboardPages,
  ...searchPages,
  ...startPages,
  ...addonsPages,
  ...addonPages,
  ...directoryPages,
  ...webhookPages,
  ...deliveriesPages,
  ...deliveryPages,
  ...replayPages,
  ...endpointPages,
  ...eventPages,
  ...cataloguePages,
  ...productPages,
  ...auditPages.map(ofHost),
  ...settingsPages.map(ofHost),
  ...portalSettingsPages.map(ofHost),
];

export interface PagesParts extends Pick<ApiDocsParts, "describeApi"> {
  readonly rooms: Rooms;
  readonly withSites: WithSites;
  readonly readOrigin: (request: IncomingMessage) => Origin;
  readonly pauseFor: RefusalPace["pauseFor"];
  readonly report: ReportProblem;
  readonly sparse: SparseLog;
  readonly logger: Logger;
  /** Deliveries may go to loopback, over http: what the `dev` profile is for. */
  readonly allowsOwnNetwork: boolean;
  /** Combinations of settings that are not safe, a sentence each. */
  readonly warnings: readonly string[];
}

export interface Pages {
  readonly router: Router;
  /** The catalogues that are open to everyone, to stand at `PUBLIC_CATALOGUE_PATH`. */
  readonly publicCatalogue: Router;
  /** The documentation of the API, to stand at `API_DOCS`. */
  readonly apiDocs: Router;
  /** The documentation site, to stand at `DOCS`. */
  readonly docs: Router;
  /** Ends the streams of open pages, so that the server can stop. */
  readonly stop: () => void;
}

export function createPages({ logger, allowsOwnNetwork, warnings, ...parts }: PagesParts): Pages {
  const render = createRender(parts.rooms.href);
  const assets = readAssets();
  const live = createLive(parts.rooms.deliveryLog.changes, logger);
  const router = createPageRouter({
    ...parts,
    pages: PAGES,
    live,
    render,
    assets,
    banner: allowsOwnNetwork
      ? "Profile dev: deliveries may go to this machine's own network, over http."
      : undefined,
    warnings,
  });
  return {
    router,
    apiDocs: createApiDocsRouter({ ...parts, render, assets }),
    docs: createDocsRouter({ ...parts, render, assets }),
    publicCatalogue: createPublicCatalogueRouter({ ...parts, render, assets }),
    stop: live.stop,
  };
}
