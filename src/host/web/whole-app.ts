/** What is served beside events, health and metrics: the API, the pages and the products' own APIs, as one Express application. */
import type { Express } from "express";
import { builtInCatalogue } from "../../catalogue/index.ts";
import { configWarnings } from "../../config.ts";
import type { HostContext } from "../context.ts";
import { openApiDocument } from "./api/openapi.ts";
import { createApp } from "./app.ts";
import { createDocuments } from "./documents.ts";
import type { Access } from "./http/access.ts";
import type { WithSites } from "./http/loaded-sites.ts";
import type { Door } from "./http/door.ts";
import { createPages } from "./pages/index.ts";
import { API_DOCS, DOCS } from "./pages/paths.ts";
import { PUBLIC_CATALOGUE_PATH } from "./pages/public-catalogue.ts";
import type { ApiDocument } from "./present/api-docs.ts";
import { createSchemaRouter } from "./products/descriptor-schema.ts";
import { createProductMounts } from "./products/mounts.ts";
import { UPM_PATH, UPM_PATH_WITHOUT_SITE, createUpmRouter } from "./products/upm.ts";
import type { Rooms } from "./rooms.ts";

export interface WholeAppParts extends Pick<HostContext, "config" | "logger" | "now"> {
  readonly rooms: Rooms;
  readonly door: Door;
  readonly access: Access;
  readonly withSites: WithSites;
  /** The key of the upm-token, the same in every process. */
  readonly upmTokenKey: Uint8Array;
}

export interface WholeApp {
  readonly app: Express;
  /** Ends the streams of open pages, which would hold up the server. */
  readonly stop: () => void;
}

export function createWholeApp({ config, logger, now, ...parts }: WholeAppParts): WholeApp {
  const { rooms, door, access, withSites, upmTokenKey: tokenKey } = parts;
  const { readOrigin, sendProblem } = door;
  const pages = createPages({
    ...door,
    rooms,
    withSites,
    logger,
    describeApi: (serverUrl) => openApiDocument(serverUrl, builtInCatalogue, []) as ApiDocument,
    allowsOwnNetwork: config.profile === "dev",
    warnings: configWarnings(config),
  });
  const upm = createUpmRouter({ rooms, access, readOrigin, now, logger, tokenKey });
  const app = createApp({
    rooms,
    access,
    withSites,
    readOrigin,
    sendProblem,
    mounts: [
      { path: "/", router: pages.router },
      { path: API_DOCS, router: pages.apiDocs },
      { path: DOCS, router: pages.docs },
      { path: PUBLIC_CATALOGUE_PATH, router: pages.publicCatalogue },
      { path: "/", router: createDocuments({ rooms, access }) },
      { path: "/schema", router: createSchemaRouter(rooms.catalogue) },
      { path: [UPM_PATH, UPM_PATH_WITHOUT_SITE], router: upm },
      // Add-ons sign with their own clocks.
      ...createProductMounts({ rooms, access, readOrigin, now: Date.now }),
    ],
  });
  return { app, stop: pages.stop };
}
