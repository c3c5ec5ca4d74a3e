/**
 * Receiver URLs for plain webhooks: Backlog, Projectrak and Tracker have no add-ons. Each site has a URL and a secret of its
 * own; a body that is signed with it (Standard Webhooks) verifies.
 */
import { createHmac, randomBytes } from "node:crypto";
import express from "express";
import type { Request, RequestHandler, Response, Router } from "express";
import { toBodyKey, checkBody, headerPairs } from "../addon/index.ts";
import type { Check } from "../addon/index.ts";
import { findEventName } from "../catalogue/index.ts";
import type { Catalogue, Product } from "../catalogue/index.ts";
import type { PlannedAnswer } from "./answers.ts";
import { describeAnswer } from "./answers.ts";
import { bodyText, toDraft, readJson, findHeader } from "./capture.ts";
import type { Draft, Verification } from "./capture.ts";

const BODY_LIMIT = 25 * 1024 * 1024;

export interface Plain {
  readonly router: Router;
  /** The path that a site's webhooks go to. */
  readonly getPath: (product: string, site: string) => string;
  /** The secret that they are to be signed with; the same for as long as the seed is. */
  readonly deriveSecret: (site: string) => string;
}

export interface PlainOptions {
  readonly catalogue: Pick<Catalogue, "find" | "get">;
  readonly capture: (draft: Draft) => void;
  readonly nextAnswer: () => PlannedAnswer;
  readonly give: (answer: PlannedAnswer, request: Request, response: Response) => void;
  readonly now: () => number;
  /** Key from which the secrets are derived. Without one, they last as long as the process. */
  readonly seed: Buffer | undefined;
}

export function createPlain({ catalogue, capture, nextAnswer, give, now, seed }: PlainOptions): Plain {
  const key = seed ?? randomBytes(32);
  const handedOut = new Set<string>();
  const readBody: RequestHandler = express.raw({ type: () => true, inflate: false, limit: BODY_LIMIT });
  const router = express.Router();

  router.post("/receive/:product/:site", readBody, (request, response, next) => {
    const { product, site } = request.params;
    if (catalogue.find(String(product)) === undefined) {
      next();
      return;
    }
    const given: unknown = request.body;
    const body = Buffer.isBuffer(given) ? given : Buffer.alloc(0);
    const { method, originalUrl: rawUrl } = request;
    const draft = toDraft({ method, rawUrl, headers: headerPairs(request), body, receivedAt: now() });
    // A seed of this run alone did not make the secrets that sites were given before.
    const isKnown = seed !== undefined || handedOut.has(String(site));
    const checks = listChecks(draft, isKnown ? deriveSecret(String(site)) : undefined);
    const answer = nextAnswer();
    capture({
      ...draft,
      kind: "plain",
      product: String(product),
      event: findName(catalogue.get(String(product)), draft),
      checks,
      verification: toVerification(checks),
      clientKey: undefined,
      answer: describeAnswer(answer),
    });
    give(answer, request, response);
  });

  function deriveSecret(site: string): string {
    return `whsec_${createHmac("sha256", key).update(site).digest("base64")}`;
  }

  return {
    router,
    getPath: (product, site) => `/receive/${product}/${site}`,
    deriveSecret: (site) => {
      handedOut.add(site);
      return deriveSecret(site);
    },
  };
}

function findName(product: Product, draft: Pick<Draft, "body">): string {
  const name = findEventName(product, readJson(bodyText(draft))?.value);
  return name ?? "unnamed";
}

function listChecks(
  draft: Pick<Draft, "headers" | "body" | "receivedAt">,
  secret: string | undefined,
): readonly Check[] {
  const signature = findHeader(draft.headers, "webhook-signature");
  if (signature === undefined) {
    return [
      { name: "body", state: "skipped", reason: "A plain webhook without a signature: nothing to verify." },
    ];
  }
  if (secret === undefined) {
    return [
      {
        name: "body",
        state: "skipped",
        reason: "The Inspector has given this site no secret since it started.",
      },
    ];
  }
  return [
    checkBody({
      id: findHeader(draft.headers, "webhook-id"),
      timestamp: findHeader(draft.headers, "webhook-timestamp"),
      signature,
      body: draft.body,
      keys: [toBodyKey(secret)],
      nowSeconds: Math.floor(draft.receivedAt / 1000),
    }),
  ];
}

function toVerification(checks: readonly Check[]): Verification {
  const bad = checks.find(({ code }) => code !== undefined);
  if (bad?.code !== undefined) return { state: "bad", code: bad.code, reason: bad.reason };
  return checks.some(({ state }) => state === "ok") ? { state: "ok" } : { state: "unsigned" };
}
