/** The web, put together: one server with health, the intake of events and, once it is asked for, all else; and the one for metrics. */
import { toBasePath } from "../model/base-path.ts";
import { createConnections } from "./http/connections.ts";
import { createHealth } from "./http/health.ts";
import { createIntake } from "./http/intake.ts";
import type { IntakeParts } from "./http/intake.ts";
import { createWebServer } from "./http/server.ts";
import type { Draining, Server } from "./http/server.ts";
import { createLateApp } from "./late-app.ts";
import type { LateAppParts } from "./late-app.ts";

export interface WebParts extends LateAppParts {
  readonly intake: Pick<IntakeParts, "findSite" | "accept" | "onRefused" | "trace">;
  readonly draining: Draining;
}

export interface Web {
  readonly server: Server;
  /** Serves health and metrics at an address of their own, if one is configured. */
  readonly metricsServer: Server | undefined;
  /** Ends the streams of open pages, which would hold up the server. */
  readonly stopPages: () => void;
}

export function createWeb(parts: WebParts): Web {
  const { config, rooms, door, access, draining } = parts;
  const { bodyLimitBytes, bodyValues } = config;
  const app = createLateApp(parts);
  const intake = createIntake({
    ...parts.intake,
    catalogue: rooms.catalogue,
    access,
    sendProblem: door.sendProblem,
    bodyLimitBytes,
    bodyValues,
  });
  const asked = { ...door, rooms, access };
  return {
    server: createWebServer({
      ...door,
      health: createHealth({ ...asked, openMetrics: config.profile === "dev" ? "local" : "nobody" }),
      served: config.role === "worker" ? undefined : { intake, app: app.respond },
      basePath: toBasePath(config.baseUrl),
      draining,
    }),
    metricsServer:
      config.metricsListen === undefined
        ? undefined
        : createWebServer({
            ...door,
            health: createHealth({ ...asked, openMetrics: "everyone" }),
            served: undefined,
            basePath: "",
            isOwnHost: () => true,
            connections: createConnections({ isShared: () => true, sparse: door.sparse }),
          }),
    stopPages: app.stop,
  };
}
