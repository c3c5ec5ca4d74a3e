/**
 * Sends samples to URLs of visitors of a public catalogue. Callboard would otherwise send requests to whatever anyone names, so a
 * URL first has to return a random value: this proves its origin, for an hour. Until then a visitor learns nothing of how the URL
 * responded. Nothing is stored and nothing is retried.
 */
import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { EventType, Product } from "../../catalogue/index.ts";
import type { ControlRequest, Egress, ExchangeResult, Outcome } from "../../egress/index.ts";
import { decodeBody } from "../../egress/index.ts";
import { CallboardError } from "../../errors.ts";
import { pairHeaders } from "../../header-pairs.ts";
import type { Logger } from "../../logger.ts";
import type { SigningClaims } from "../../protocol/token.ts";
import { deliveryUuid, newEventUuid } from "../model/ids.ts";
import type { Limit } from "../model/limits.ts";
import { createSampleRequest } from "../model/sample-request.ts";
import { createUrlProof, readUrlProof } from "../model/url-proof.ts";
import type { UrlProof } from "../model/url-proof.ts";
import {
  CHALLENGE_TIMEOUT_MS,
  SAMPLE_TIMEOUT_MS,
  excerptResponse,
  includesValue,
} from "../model/url-trial.ts";

/** Read of a response: the value of the challenge has to be within it. */
const MAX_RESPONSE_BYTES = 4 * 1024;
/** A check without success is answered no earlier, so that its time tells little of what failed. */
const MIN_REFUSAL_MS = 1_000;
const MAX_AT_ONCE = 20;
/** The `iss` of samples: no site has it. */
export const SAMPLE_CLIENT_KEY = "callboard-sample";

export interface TriedUrl {
  readonly url: string;
  /** The client's address, as limits count it. */
  readonly client: string;
}

export interface TrialOf {
  readonly product: Product;
  readonly eventType: EventType;
}

export type SampleResponse =
  | {
      readonly kind: "response";
      readonly status: number;
      readonly contentType: string | undefined;
      /** The beginning of the body as text; "" for none. */
      readonly excerpt: string;
      readonly isCut: boolean;
    }
  | { readonly kind: "no response"; readonly reason: string };

export interface SampleTrial {
  readonly url: string;
  /** Name, value, name, value. */
  readonly headers: readonly string[];
  readonly claims: SigningClaims | undefined;
  readonly body: string;
  readonly secret: string;
  readonly response: SampleResponse;
  readonly durationMs: number;
}

export interface UrlTrials {
  /**
   * Sends the challenge. Resolves to a proof, or to undefined, whatever the reason is.
   * @throws {CallboardError} URL_… for the text of the URL; RATE_LIMITED, OVERLOADED
   */
  readonly check: (tried: TriedUrl) => Promise<UrlProof | undefined>;
  /** Returns the proof if it is good for the URL, to show it again. */
  readonly findProof: (proof: string, tried: TriedUrl) => UrlProof | undefined;
  /**
   * Sends the sample with the headers of a real delivery, signed with the secret of the proof. Resolves to undefined without a good
   * proof.
   * @throws {CallboardError} as `check`
   */
  readonly send: (proof: string, tried: TriedUrl, of: TrialOf) => Promise<SampleTrial | undefined>;
  /** The secret as receivers of the product know it. */
  readonly secretFor: (product: Product, proof: UrlProof) => string;
  readonly limit: Limit;
}

type Take = (key: string) => void;

export interface UrlTrialParts {
  /** Without an allow-list beside that of `dev`: anyone may name a URL here. */
  readonly egress: Pick<Egress, "check" | "request">;
  readonly count: { readonly client: Take; readonly target: Take; readonly all: Take };
  /** Signs proofs; the same in every process. */
  readonly key: Uint8Array;
  readonly logger: Logger;
  /** Epoch ms. */
  readonly now: () => number;
}

const DENIED: ReadonlySet<string> = new Set(["HOST_DENIED", "IP_DENIED", "URL_SCHEME", "URL_PORT"]);

export function createUrlTrials({ egress, count, key, logger, now }: UrlTrialParts): UrlTrials {
  let running = 0;

  /** @throws {CallboardError} URL_… */
  function readOrigin(url: string): string {
    try {
      return egress.check(url, { httpsOnly: true }).origin;
    } catch (error) {
      if (!(error instanceof CallboardError) || !DENIED.has(error.code)) throw error;
      // The original names settings of this server.
      throw new CallboardError(error.code, "Requests to this URL are not allowed. Use a public https URL.");
    }
  }

  /** @throws {CallboardError} RATE_LIMITED, OVERLOADED */
  async function exchange(
    { url, client }: TriedUrl,
    origin: string,
    request: Omit<ControlRequest, "method" | "url" | "maxBytes" | "httpsOnly">,
  ): Promise<ExchangeResult> {
    count.client(client);
    count.target(origin);
    count.all("all");
    if (running >= MAX_AT_ONCE)
      throw new CallboardError("OVERLOADED", "Too many URLs are being tried. Try again in a few seconds.", {
        retryAfterSeconds: 5,
      });
    running += 1;
    try {
      return await egress.request({
        ...request,
        method: "POST",
        url,
        httpsOnly: true,
        maxBytes: MAX_RESPONSE_BYTES,
      });
    } finally {
      running -= 1;
    }
  }

  const findProof: UrlTrials["findProof"] = (proof, { url, client }) =>
    readUrlProof(key, proof, { origin: readOrigin(url), client, now: now() });

  const secretFor: UrlTrials["secretFor"] = ({ hasAddons }, { secret }) =>
    hasAddons ? secret : `whsec_${Buffer.from(secret, "base64url").toString("base64")}`;

  return {
    check: async (tried) => {
      const origin = readOrigin(tried.url);
      const value = randomBytes(24).toString("base64url");
      const startedAt = performance.now();
      const { outcome, answer } = await exchange(tried, origin, {
        headers: {
          "content-type": "application/json; charset=utf-8",
          accept: "*/*",
          "user-agent": "Callboard",
        },
        body: JSON.stringify({ challenge: value }),
        timeoutMs: CHALLENGE_TIMEOUT_MS,
      });
      const isProved =
        outcome.kind === "accepted" && answer !== undefined && includesValue(answer.body, value);
      logger.info("url.challenged", {
        origin,
        client: tried.client,
        proved: isProved,
        outcome: outcome.kind,
      });
      if (isProved) {
        const nonce = randomBytes(16).toString("base64url");
        return createUrlProof(key, { origin, client: tried.client, nonce, now: now() });
      }
      await wait(Math.max(0, MIN_REFUSAL_MS - (performance.now() - startedAt)));
      return undefined;
    },
    findProof,
    send: async (text, tried, { product, eventType }) => {
      const origin = readOrigin(tried.url);
      const proof = findProof(text, tried);
      if (proof === undefined) return undefined;
      const secret = secretFor(product, proof);
      const { request, claims } = createSampleRequest({
        product,
        eventType,
        url: tried.url,
        secret,
        clientKey: SAMPLE_CLIENT_KEY,
        deliveryId: deliveryUuid(newEventUuid(), 0),
        now: now(),
      });
      const { outcome, answer, timing } = await exchange(tried, origin, {
        headers: Object.fromEntries(pairHeaders(request.headers)),
        body: request.body,
        timeoutMs: SAMPLE_TIMEOUT_MS,
      });
      logger.info("url.tried", {
        origin,
        client: tried.client,
        product: product.key,
        eventType: eventType.event,
        outcome: outcome.kind,
      });
      const decoded = answer === undefined ? undefined : await decodeBody(answer, MAX_RESPONSE_BYTES);
      const body = decoded?.kind === "decoded" ? decoded.body : (answer?.body ?? Buffer.alloc(0));
      return {
        url: tried.url,
        headers: request.headers,
        claims,
        body: Buffer.from(request.body).toString(),
        secret,
        durationMs: timing.durationMs,
        response:
          answer === undefined
            ? { kind: "no response", reason: describeFailure(outcome) }
            : {
                kind: "response",
                status: answer.status,
                contentType: answer.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1],
                ...excerptResponse(body, answer.cut !== false),
              },
      };
    },
    secretFor,
    limit: {
      name: "URL trials at the same time",
      default: MAX_AT_ONCE,
      max: MAX_AT_ONCE,
      unit: "requests",
      per: "host",
      refusal: "503 `OVERLOADED` with Retry-After",
      level: () => ({ highest: running }),
    },
  };
}

/** Without the detail, which can name addresses. */
const describeFailure = (outcome: Outcome): string =>
  outcome.kind === "unreachable" ? outcome.reason.replaceAll("-", " ") : "not allowed";
