/**
 * Health and metrics, in front of Express: orchestrators ask every few seconds, and a server that is asked nothing else has no need for
 * its API and pages.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { respondWithMethods } from "../../../methods.ts";
import { isLoopbackAddress } from "../../model/addresses.ts";
import type { Rooms } from "../rooms.ts";
import type { Access } from "./access.ts";
import type { IsOwnHost, Origin } from "./origin.ts";
import type { SendProblem } from "./problems.ts";

/**
 * Answered while draining and by a worker as well, and on any Host header: kubelets, load balancers and scrapers ask by
 * address and cannot choose their Host header. /metrics asks such a request for a token.
 */
const PATH = /^\/(healthz|readyz|metrics)\/?(?:\?|$)/;

const METHODS = ["GET", "HEAD"];
const JSON_TYPE = "application/json; charset=utf-8";
const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export interface HealthParts {
  readonly rooms: Pick<Rooms, "readiness" | "metrics">;
  readonly access: Access;
  readonly readOrigin: (request: IncomingMessage) => Origin;
  readonly isOwnHost: IsOwnHost;
  readonly sendProblem: SendProblem;
  /** Who reads the metrics without a token: nobody, requests from this machine itself, or everyone who reaches the address. */
  readonly openMetrics: "nobody" | "local" | "everyone";
}

/** Finds what answers requests of this target; undefined for every other. */
export type Health = (target: string) => RequestListener | undefined;

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

type FindAnswer = (request: IncomingMessage) => Promise<Answer>;

export function createHealth({
  rooms: { readiness, metrics },
  access,
  readOrigin,
  isOwnHost,
  sendProblem,
  openMetrics,
}: HealthParts): Health {
  /** From this machine itself: not through a proxy on it, and not from a page that a browser was tricked into (DNS rebinding). */
  const isLocal = (request: IncomingMessage): boolean => {
    const { address, isUndeclared } = readOrigin(request);
    return isLoopbackAddress(address) && !isUndeclared && isOwnHost(request);
  };

  const answers: ReadonlyMap<string, FindAnswer> = new Map<string, FindAnswer>([
    ["healthz", () => Promise.resolve(asJson(200, { status: "ok" }))],
    [
      "readyz",
      async () => {
        const { ready, checks } = await readiness();
        return asJson(ready ? 200 : 503, { status: ready ? "ready" : "not ready", checks });
      },
    ],
    [
      "metrics",
      // They name sites and receivers.
      async (request) => {
        const isOpen = openMetrics === "everyone" || (openMetrics === "local" && isLocal(request));
        if (!isOpen) await access.authorize(request.headers, { scope: "metrics" });
        return { status: 200, type: METRICS_TYPE, text: await metrics() };
      },
    ],
  ]);

  async function respond(
    find: FindAnswer,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    try {
      if (!METHODS.includes(request.method ?? "")) {
        respondWithMethods(METHODS, request, response);
        return;
      }
      const { status, type, text } = await find(request);
      response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(text) });
      response.end(text);
    } catch (error) {
      sendProblem(response, error);
    }
  }

  return (target) => {
    const find = answers.get(PATH.exec(target)?.[1] ?? "");
    return find && ((request, response) => void respond(find, request, response));
  };
}

const asJson = (status: number, value: object): Answer => ({
  status,
  type: JSON_TYPE,
  text: JSON.stringify(value),
});
