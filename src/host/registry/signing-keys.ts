/** The host's RSA keys for signed install: one signs, every public half stays available to whoever kept its kid. */

import { createPrivateKey } from "node:crypto";
import type { KeyObject } from "node:crypto";

import { createSigningKey } from "../../protocol/signed-install.ts";
import { appendAudit } from "../store/audit.ts";
import type { Author } from "../store/audit.ts";
import { insertSigningKey, listSigningKeys, retireSigningKeys } from "../store/keys.ts";
import type { RegistryContext } from "./context.ts";

interface CurrentKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
}

/** A new key pair signs from now on; the old public keys stay available. Resolves to the new kid. */
export async function rotateSigningKey(
  by: Author,
  { database, seal, now }: Pick<RegistryContext, "database" | "seal" | "now">,
): Promise<string> {
  const key = await createSigningKey();
  await database.write(async (tx) => {
    await retireSigningKeys(tx);
    await insertSigningKey(tx, seal, { ...key, createdAt: now(), retiredAt: undefined });
    await appendAudit(tx, { ...by, action: "signing-key.rotated", object: key.kid, detail: "" });
  });
  return key.kid;
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
