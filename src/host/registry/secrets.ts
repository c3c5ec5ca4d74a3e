/** The shared secrets of an installation: how one is made, and which ones an add-on may sign with right now. */

import { randomBytes } from "node:crypto";

import { CallboardError } from "../../errors.ts";
import { lacksSecret } from "../model/lost-secrets.ts";
import type { Site } from "../model/site.ts";
import { appendAudit } from "../store/tables/audit.ts";
import type { Author } from "../store/tables/audit.ts";
import { findInstallation, findPendingInstall } from "../store/tables/installations.ts";
import type { RegistryContext } from "./context.ts";
import { loadInstalled } from "./installations.ts";

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

/**
 * Returns the shared secret of an add-on, for a person to read once.
 * @throws {CallboardError} SECRET_HIDDEN in `prod`; ADDON_NOT_FOUND; ADDON_STATE if it has none
 */
export async function revealSecret(
  site: Site,
  addonKey: string,
  by: Author,
  context: RegistryContext,
): Promise<string> {
  if (context.profile === "prod") {
    throw new CallboardError(
      "SECRET_HIDDEN",
      "The prod profile doesn't show shared secrets. Rotate the secret: the add-on gets a new one in an installed callback",
    );
  }
  const { database } = context;
  const installation = await loadInstalled(database.read, site, addonKey, context);
  const { sharedSecret } = installation;
  if (sharedSecret === undefined) {
    const why = lacksSecret(installation) ? "its secret was lost" : "its authentication is none";
    throw new CallboardError("ADDON_STATE", `The add-on has no secret: ${why}`);
  }
  const object = `${site.key}/${addonKey}`;
  await database.write((tx) => appendAudit(tx, { ...by, action: "secret.revealed", object, detail: "" }));
  return sharedSecret;
}
