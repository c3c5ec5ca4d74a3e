/** The application, loaded with the first request for it: a server that takes and sends events never needs it. */
import type { RequestListener } from "node:http";
import { createRequire } from "node:module";
import { takeTurn } from "../../turn.ts";
import type { WholeApp, WholeAppParts } from "./whole-app.ts";

export interface LateApp {
  /** Requests that come while it, or a site, is loaded wait for that. */
  readonly respond: RequestListener;
  /** Ends the streams of open pages, which would hold up the server. */
  readonly stop: () => void;
}

export interface LateAppParts extends WholeAppParts {
  /** Resolves once every site is in memory; undefined if they are, as always but soon after a start. */
  readonly untilComplete: () => Promise<void> | undefined;
}

export function createLateApp(parts: LateAppParts): LateApp {
  const { door, untilComplete } = parts;
  let loaded: WholeApp | undefined;
  let loading: Promise<WholeApp> | undefined;
  const load = async () => (loaded = await loadApp(parts));
  return {
    respond: (request, response) => {
      const completing = untilComplete();
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
