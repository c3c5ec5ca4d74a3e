/** What the products' own webhook APIs share: who may use them, the numeric ids, and edits of some values only. */
import type { Request } from "express";
import { CallboardError } from "../../../errors.ts";
import type { Outgoing } from "../../registry/outgoing/outgoing.ts";
import type { SecretWish } from "../../registry/outgoing/secret.ts";
import type { WebhookValues } from "../../registry/outgoing/values.ts";
import type { Author } from "../../store/tables/audit.ts";
import type { Access, Caller } from "../http/access.ts";
import type { Origin } from "../http/origin.ts";
import { countForToken } from "../http/reading.ts";
import type { Site } from "../../model/site.ts";
import type { Webhook } from "../../model/webhook.ts";

export interface OutgoingCall {
  readonly webhooks: Outgoing;
  readonly by: Author;
  /** The number in a path. @throws {CallboardError} WEBHOOK_NOT_FOUND for what is no number */
  readonly parseNumber: (text: string | undefined) => number;
}

/**
 * Lets a caller in who may administer the site. `token` is an API token that the product has another place for than
 * the Authorization header.
 * @throws {CallboardError} AUTH_MISSING, AUTH_INVALID, SCOPE, SITE_NOT_FOUND, NOT_FOUND when the site is of another product
 */
export type OutgoingAccess = (
  request: Request,
  siteKey: string,
  product: string,
  token?: string,
) => Promise<OutgoingCall>;

export interface OutgoingAccessParts {
  readonly access: Pick<Access, "authorizeBasic" | "authorizeToken">;
  readonly loadSite: (siteKey: string) => Promise<Site>;
  readonly webhooks: Outgoing;
  readonly readOrigin: (request: Request) => Origin;
}

export function createOutgoingAccess({
  access,
  loadSite,
  webhooks,
  readOrigin,
}: OutgoingAccessParts): OutgoingAccess {
  return async (request, siteKey, product, token) => {
    const need = { scope: "admin", siteKey } as const;
    const caller: Caller =
      token === undefined
        ? await access.authorizeBasic(request.headers, need)
        : await access.authorizeToken(token, need);
    countForToken(request, caller.tokenId);
    const site = await loadSite(siteKey);
    if (site.product !== product) {
      throw new CallboardError("NOT_FOUND", `The site ${siteKey} is of ${site.product}, not ${product}`);
    }
    return { webhooks, by: { actor: caller.actor, address: readOrigin(request).address }, parseNumber };
  };
}

function parseNumber(text = ""): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new CallboardError(
    "WEBHOOK_NOT_FOUND",
    `${JSON.stringify(text.slice(0, 80))} is not the id of a webhook`,
  );
}

/**
 * The values of a webhook with some of them replaced, for APIs whose edits name only what changes. What is `undefined` in
 * the changes is taken away: every event, no filter.
 */
export function editedValues(webhook: Webhook, changes: Partial<WebhookValues>): WebhookValues {
  const { name, url, format, events, project, filter, bodyFilter, excludeBody, description } = webhook;
  const { signature, retryProfile, pace, orderBy, batch, active } = webhook;
  return {
    name,
    url,
    format,
    excludeBody,
    description,
    signature,
    active,
    secret: { kind: "keep" },
    events,
    project,
    filter,
    bodyFilter,
    retryProfile,
    pace,
    orderBy,
    batch,
    ...changes,
  };
}

/** null and "" take a secret away. */
export function secretWish(secret: string | null): SecretWish {
  return secret === null || secret === "" ? { kind: "none" } : { kind: "given", secret };
}

/**
 * What is wrong, a sentence for each problem, in the words of the product: `fields` has its name for each of our pointers.
 */
export function describeProblems(
  { message, errors }: CallboardError,
  fields: Readonly<Record<string, string>>,
): readonly string[] {
  if (errors.length === 0) return [message];
  return errors.map(({ pointer, detail }) => {
    const [, top = "", below = ""] = /^(\/[^/]*)(.*)$/.exec(pointer) ?? [];
    const isSentence = /^[A-Z]/.test(detail);
    return isSentence ? detail : `${fields[top] ?? top.slice(1)}${below} ${detail}`.trimStart();
  });
}
