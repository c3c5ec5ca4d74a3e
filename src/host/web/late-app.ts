/** The application, loaded with the first request for it: a server that takes and sends events never needs it. */
import type { RequestListener } from "node:http";
import { createRequire } from "node:module";
import { takeTurn } from "../../turn.ts";
import type { SendProblem } from "./http/problems.ts";
import type { WholeApp, WholeAppParts } from "./whole-app.ts";

export interface LateApp {
  /** Requests that come while it is loaded wait for it. */
  readonly respond: RequestListener;
  /** Ends the streams of open pages, which would hold up the server. */
  readonly stop: () => void;
}

export function createLateApp(parts: WholeAppParts, sendProblem: SendProblem): LateApp {
  let loaded: WholeApp | undefined;
  let loading: Promise<WholeApp> | undefined;
  const load = async () => (loaded = await loadApp(parts));
  return {
    respond: (request, response) => {
      if (loaded !== undefined) {
        loaded.app(request, response);
        return;
      }
      (loading ??= load()).then(
        ({ app }) => app(request, response) as void,
        (error: unknown) => sendProblem(response, error),
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
