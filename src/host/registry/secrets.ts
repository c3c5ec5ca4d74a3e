/** The shared secrets of an installation: how one is made, and which ones an add-on may sign with right now. */

import { randomBytes } from "node:crypto";

import { findInstallation, findPendingInstall } from "../store/tables/installations.ts";
import type { RegistryContext } from "./context.ts";

/** How long a token signed with the secret before the last rotation is accepted: longer than any token lives. */
export const PREVIOUS_SECRET_MS = 5 * 60_000;

/** 384 random bits in 64 characters; Connect allows up to 128. */
export function newSharedSecret(): string {
  return randomBytes(48).toString("base64url");
}

/**
 * The secrets that a call from the add-on may be signed with: its own, the one before a rotation for a short while, and
 * the one of an install whose callback is under way, since the add-on may call back before it has answered.
 */
export async function acceptedSecrets(
  context: Pick<RegistryContext, "database" | "seal" | "now">,
  siteNo: number,
  addonKey: string,
): Promise<readonly string[]> {
  const { read } = context.database;
  const installation = await findInstallation(read, context.seal, siteNo, addonKey);
  const pending = await findPendingInstall(read, context.seal, siteNo, addonKey);
  const previous =
    (installation?.previousSecretUntil ?? 0) > context.now() ? installation?.previousSecret : undefined;
  const standing = installation?.state === "uninstalled" ? undefined : installation?.sharedSecret;
  return [standing, previous, pending?.sharedSecret].filter((secret) => secret !== undefined);
}
