/** The application, loaded with the first request for it: a server that takes and sends events never needs it. */
import type { IncomingMessage, RequestListener } from "node:http";
import { createRequire } from "node:module";
import { takeTurn } from "../../turn.ts";
import { createWithSites } from "./http/loaded-sites.ts";
import type { LoadableSites } from "./http/loaded-sites.ts";
import type { WholeApp, WholeAppParts } from "./whole-app.ts";

export interface LateApp {
  /** Requests that come while it, or a site, is loaded wait for that. */
  readonly respond: RequestListener;
  /** Ends the streams of open pages, which would hold up the server. */
  readonly stop: () => void;
}

export interface LateAppParts extends Omit<WholeAppParts, "withSites"> {
  readonly sites: LoadableSites & { readonly areAllLoaded: () => boolean };
}

export function createLateApp(parts: LateAppParts): LateApp {
  const { door, sites } = parts;
  const wholeParts = { ...parts, withSites: createWithSites(sites) };
  const untilComplete = (request: IncomingMessage) =>
    sites.areAllLoaded() || loadsByItself(request) ? undefined : sites.loadAll();
  let loaded: WholeApp | undefined;
  let loading: Promise<WholeApp> | undefined;
  const load = async () => (loaded = await loadApp(wholeParts));
  return {
    respond: (request, response) => {
      const completing = untilComplete(request);
      if (loaded !== undefined && completing === undefined) {
        loaded.app(request, response);
        return;
      }
      Promise.all([(loading ??= load()), completing]).then(
        ([{ app }]) => {
          app(request, response);
        },
        (error: unknown) => door.sendProblem(response, error),
      );
    },
    stop: () => loaded?.stop(),
  };
}

/** What reads by way of the API and of pages is run again with the sites that it needs. What changes something is run once. */
function loadsByItself({ method, url = "" }: IncomingMessage): boolean {
  return (
    (method === "GET" || method === "HEAD") && ["/api/v1/", "/admin"].some((path) => url.startsWith(path))
  );
}

/** In parts, with deliveries under way having their turn in between. */
async function loadApp(parts: WholeAppParts): Promise<WholeApp> {
  createRequire(import.meta.url)("express");
  await takeTurn();
  await import("./api/routes.ts");
  await takeTurn();
  await import("./pages/index.ts");
  await takeTurn();
  const { createWholeApp } = await import("./whole-app.ts");
  return createWholeApp(parts);
}
