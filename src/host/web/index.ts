/** The web, put together: one server with the intake of events, the API, pages and the products' own APIs, and the one for metrics. */
import { builtInCatalogue } from "../../catalogue/index.ts";
import { configWarnings } from "../../config.ts";
import type { HostContext } from "../context.ts";
import { toBasePath } from "../model/base-path.ts";
import { openApiDocument } from "./api/openapi.ts";
import { createApp } from "./app.ts";
import type { Access } from "./http/access.ts";
import { createConnections } from "./http/connections.ts";
import type { Door } from "./http/door.ts";
import { createIntake } from "./http/intake.ts";
import type { IntakeParts } from "./http/intake.ts";
import { createWebServer } from "./http/server.ts";
import type { Draining, Server } from "./http/server.ts";
import { createOperations, createOperationsApp } from "./operations.ts";
import { createPages } from "./pages/index.ts";
import { API_DOCS, DOCS } from "./pages/paths.ts";
import { PUBLIC_CATALOGUE_PATH } from "./pages/public-catalogue.ts";
import type { ApiDocument } from "./present/api-docs.ts";
import { createSchemaRouter } from "./products/descriptor-schema.ts";
import { createProductMounts } from "./products/mounts.ts";
import { UPM_PATH, UPM_PATH_WITHOUT_SITE, createUpmRouter } from "./products/upm.ts";
import type { Rooms } from "./rooms.ts";

export interface WebParts extends Pick<HostContext, "config" | "logger" | "now"> {
  readonly rooms: Rooms;
  readonly door: Door;
  readonly access: Access;
  readonly intake: Pick<IntakeParts, "findSite" | "accept" | "onRefused" | "trace">;
  /** The key of the upm-token, the same in every process. */
  readonly upmTokenKey: Uint8Array;
  readonly draining: Draining;
  /** Resolves once every site is in memory; undefined if they are. */
  readonly untilComplete: () => Promise<void> | undefined;
}

export interface Web {
  readonly server: Server;
  /** Serves health and metrics at an address of their own, if one is configured. */
  readonly metricsServer: Server | undefined;
  /** Ends the streams of open pages, which would hold up the server. */
  readonly stopPages: () => void;
}

export function createWeb({ config, logger, now, ...parts }: WebParts): Web {
  const { rooms, door, access, draining } = parts;
  const { readOrigin, isOwnHost, sendProblem } = door;
  const isDev = config.profile === "dev";
  const operations = { rooms, access, readOrigin, isOwnHost };
  const pages = createPages({
    ...door,
    rooms,
    logger,
    describeApi: (serverUrl) => openApiDocument(serverUrl, builtInCatalogue, []) as ApiDocument,
    allowsOwnNetwork: isDev,
    warnings: configWarnings(config),
  });
  const upm = createUpmRouter({ rooms, access, readOrigin, now, logger, tokenKey: parts.upmTokenKey });
  const app = createApp({
    rooms,
    access,
    readOrigin,
    sendProblem,
    mounts: [
      { path: "/", router: pages.router },
      { path: API_DOCS, router: pages.apiDocs },
      { path: DOCS, router: pages.docs },
      { path: PUBLIC_CATALOGUE_PATH, router: pages.publicCatalogue },
      { path: "/", router: createOperations({ ...operations, openMetrics: isDev ? "local" : "nobody" }) },
      { path: "/schema", router: createSchemaRouter(rooms.catalogue) },
      { path: [UPM_PATH, UPM_PATH_WITHOUT_SITE], router: upm },
      // Add-ons sign with their own clocks.
      ...createProductMounts({ rooms, access, readOrigin, now: Date.now }),
    ],
  });
  const { bodyLimitBytes, bodyValues } = config;
  return {
    server: createWebServer({
      ...door,
      app,
      intake: createIntake({
        ...parts.intake,
        catalogue: rooms.catalogue,
        access,
        sendProblem,
        bodyLimitBytes,
        bodyValues,
      }),
      untilComplete: parts.untilComplete,
      basePath: toBasePath(config.baseUrl),
      serves: config.role === "worker" ? "operations" : "everything",
      draining,
    }),
    metricsServer:
      config.metricsListen === undefined
        ? undefined
        : createWebServer({
            ...door,
            app: createOperationsApp({ ...operations, openMetrics: "everyone" }, sendProblem),
            basePath: "",
            isOwnHost: () => true,
            serves: "operations",
            connections: createConnections({ isShared: () => true, sparse: door.sparse }),
          }),
    stopPages: pages.stop,
  };
}
