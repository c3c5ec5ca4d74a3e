/** The secrets of outgoing webhooks: what one may be, how one is made, and the time in which the last one still signs. */
import { randomBytes } from "node:crypto";
import { CallboardError } from "../../../errors.ts";
import type { Problem } from "../../../errors.ts";
import { createPrivateKeyText, isPrivateKeyText } from "../../../protocol/ed25519-keys.ts";
import { timingSafeEqualText } from "../../../protocol/timing-safe.ts";
import { isSecretLost } from "../../model/lost-secrets.ts";
import { hasKeyPair } from "../../model/webhook.ts";
import type { Webhook, WebhookSignature } from "../../model/webhook.ts";

/** How long both secrets sign after a change, so that a receiver can follow. */
export const PREVIOUS_WEBHOOK_SECRET_MS = 24 * 3_600_000;

/** What is asked for a secret. It is never shown again, so leaving it out of an edit keeps it. */
export type SecretWish =
  | { readonly kind: "keep" }
  | { readonly kind: "none" }
  | { readonly kind: "new" }
  | { readonly kind: "given"; readonly secret: string };

function createSecret(signature: WebhookSignature): string {
  return hasKeyPair(signature) ? createPrivateKeyText() : newWebhookSecret();
}

/** 256 random bits in the form of Standard Webhooks. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString("base64")}`;
}

const STANDARD_SECRET = /^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const MIN_KEY_BYTES = 24;
const MAX_KEY_BYTES = 64;
const MAX_HUB_SECRET_LENGTH = 256;

/** Explains why a given secret can't be used. Source: Standard Webhooks, section on symmetric signatures. */
export function secretProblems(secret: string, signature: WebhookSignature): readonly Problem[] {
  const problem = (detail: string): readonly Problem[] => [
    { pointer: "/secret", detail, code: "BODY_SCHEMA" },
  ];
  if (hasKeyPair(signature)) return problem("must be left out: ed25519 has a key pair, which is generated");
  if (signature === "hub" || signature === "hub-256") {
    return secret !== "" && secret.length <= MAX_HUB_SECRET_LENGTH
      ? []
      : problem(`must have 1 to ${MAX_HUB_SECRET_LENGTH} characters`);
  }
  const bytes = STANDARD_SECRET.test(secret) ? Buffer.from(secret.slice(6), "base64").length : 0;
  return bytes >= MIN_KEY_BYTES && bytes <= MAX_KEY_BYTES
    ? []
    : problem(`must be whsec_ and the base64 of ${MIN_KEY_BYTES} to ${MAX_KEY_BYTES} bytes`);
}

/**
 * Without its lost secret, a webhook would send unsigned.
 * @throws {CallboardError} BODY_SCHEMA unless a secret, or none, is asked for
 */
export function requireSecret(webhook: Webhook, wish: SecretWish): void {
  if (!isSecretLost(webhook) || wish.kind !== "keep") return;
  const detail = "is lost: give a new one, have one generated, or send null for no signature";
  throw new CallboardError("BODY_SCHEMA", `The signing secret ${detail}`, {
    errors: [{ pointer: "/secret", detail, code: "BODY_SCHEMA" }],
  });
}

/**
 * Returns what becomes of the secret. A key pair is made for ed25519 without being asked for, and is no secret of another
 * signature, which gets one in its place.
 */
export function toSecretWish(
  wish: SecretWish,
  signature: WebhookSignature,
  current: string | undefined,
): SecretWish {
  if (wish.kind !== "keep") return wish;
  const isPair = current !== undefined && isPrivateKeyText(current);
  const needsPair = hasKeyPair(signature);
  return isPair === needsPair ? wish : { kind: "new" };
}

type Secrets = Pick<Webhook, "secret" | "previousSecret" | "previousSecretUntil">;

const NO_SECRETS: Secrets = { secret: undefined, previousSecret: undefined, previousSecretUntil: undefined };

export interface SecretChange {
  readonly wish: SecretWish;
  readonly signature: WebhookSignature;
  readonly now: number;
}

/** The secrets after a change. A replaced secret goes on signing beside the new one for a day. */
export function secretsAfter({ wish, signature, now }: SecretChange, before: Secrets = NO_SECRETS): Secrets {
  const { secret: current, previousSecret, previousSecretUntil } = before;
  if (wish.kind === "keep") return { secret: current, previousSecret, previousSecretUntil };
  if (wish.kind === "none") return NO_SECRETS;
  const secret = wish.kind === "given" ? wish.secret : createSecret(signature);
  const isHub = signature === "hub" || signature === "hub-256";
  // A private key signs nothing in a header of another kind.
  if (isHub && current !== undefined && isPrivateKeyText(current)) return { ...NO_SECRETS, secret };
  if (current === undefined || timingSafeEqualText(current, secret))
    return { secret, previousSecret, previousSecretUntil };
  return { secret, previousSecret: current, previousSecretUntil: now + PREVIOUS_WEBHOOK_SECRET_MS };
}
