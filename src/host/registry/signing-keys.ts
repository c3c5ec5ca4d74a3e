/** The host's RSA keys for signed install: one signs; the others are served until they are withdrawn. */

import { createPrivateKey } from "node:crypto";
import type { KeyObject } from "node:crypto";

import { CallboardError } from "../../errors.ts";
import { createSigningKey } from "../../protocol/signing-key.ts";
import { LEEWAY_SECONDS, TOKEN_LIFETIME_SECONDS } from "../../protocol/token.ts";
import { appendAudit } from "../store/tables/audit.ts";
import type { Author } from "../store/tables/audit.ts";
import {
  insertSigningKey,
  listSigningKeys,
  retireSigningKeys,
  withdrawSigningKey,
} from "../store/tables/keys.ts";
import type { RegistryContext } from "./context.ts";

interface CurrentKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
}

/** A token that a key has signed just before its retirement is accepted for this long, with the leeway of the clocks. */
const SERVED_AFTER_RETIREMENT_MS = (TOKEN_LIFETIME_SECONDS + LEEWAY_SECONDS) * 1000;

/**
 * Creates a key pair that signs from now on. The public half of the one before is served until the last token that it signed has
 * expired. Resolves to the new key ID.
 */
export async function rotateSigningKey(
  by: Author,
  { announcer, database, seal, now }: Pick<RegistryContext, "announcer" | "database" | "seal" | "now">,
): Promise<string> {
  const key = await createSigningKey();
  await database.write(async (tx) => {
    await announcer.prepare(tx);
    const at = now();
    await retireSigningKeys(tx, at, at + SERVED_AFTER_RETIREMENT_MS);
    await insertSigningKey(tx, seal, { ...key, createdAt: at, retiredAt: undefined });
    await appendAudit(tx, { ...by, action: "signing-key.rotated", object: key.kid, detail: "" });
    await announcer.announce(tx, [
      {
        event: "key.rotated",
        siteNo: undefined,
        facts: { state: "rotated", since: at, key: "signing-key", by: by.actor },
        page: "/admin/settings/keys",
      },
    ]);
  });
  return key.kid;
}

/**
 * Withdraws a retired key at once: its public half is no longer served.
 * @throws {CallboardError} KEY_NOT_FOUND; KEY_IN_USE if the key signs now
 */
export async function withdrawKey(
  kid: string,
  by: Author,
  { database, seal, now }: Pick<RegistryContext, "database" | "seal" | "now">,
): Promise<void> {
  await database.write(async (tx) => {
    const key = (await listSigningKeys(tx, seal)).find((each) => each.kid === kid);
    if (key === undefined) throw new CallboardError("KEY_NOT_FOUND", "There is no signing key with this ID");
    if (key.retiredAt === undefined) {
      throw new CallboardError("KEY_IN_USE", "This key signs now. Rotate the signing keys, then withdraw it");
    }
    await withdrawSigningKey(tx, kid, now());
    await appendAudit(tx, { ...by, action: "signing-key.withdrawn", object: kid, detail: "" });
  });
}

/** The key that signs now; the first start made the first one. */
export async function loadSigningKey({
  database,
  seal,
}: Pick<RegistryContext, "database" | "seal">): Promise<CurrentKey> {
  const keys = await listSigningKeys(database.read, seal);
  const current = keys.find(({ retiredAt }) => retiredAt === undefined);
  if (current === undefined) throw new Error("the database has no signing key");
  return { kid: current.kid, privateKey: createPrivateKey(current.privatePem) };
}
