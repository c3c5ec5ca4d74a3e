/** The stage of portals, with a token and a session of each kind, and the host's own list of routes. */
import { ROUTES_BEFORE_EXPRESS } from "../fixtures/authorization.ts";
import { startPortalStage } from "./portal-stage.ts";
import type { PortalSession, PortalStage } from "./portal-stage.ts";
import { recordRoutes } from "./recorded-routes.ts";

export const PORTALS = { vendor: { addon: "vendor.own" }, tenant: { owner: "tenant own" } } as const;
export type PortalKind = keyof typeof PORTALS;

export interface ForeignStage {
  readonly stage: PortalStage;
  /** Method and pattern, as "GET /api/v1/sites/:site". */
  readonly routes: readonly string[];
  readonly tokens: ReadonlyMap<PortalKind, string>;
  readonly sessions: ReadonlyMap<PortalKind, PortalSession>;
}

/** Routes of the API and of the pages. */
export const isAdminRoute = (route: string): boolean => / \/(?:api\/v1|admin)(?:\/|$)/.test(route);

export async function startForeignStage(isMeant: (route: string) => boolean): Promise<ForeignStage> {
  const recorded = recordRoutes();
  const stage = await startPortalStage();
  recorded.stop();
  const routes = [...new Set([...recorded.listRoutes(), ...ROUTES_BEFORE_EXPRESS])].filter(isMeant);
  const tokens = new Map<PortalKind, string>();
  const sessions = new Map<PortalKind, PortalSession>();
  for (const kind of Object.keys(PORTALS) as PortalKind[]) {
    tokens.set(kind, await stage.tokenFor(PORTALS[kind]));
    sessions.set(kind, await stage.logIn(PORTALS[kind]));
  }
  return { stage, routes, tokens, sessions };
}
