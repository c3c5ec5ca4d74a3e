/** Keys of the server for administrators: public signing keys, and facts about the master key. */
import type { HostContext } from "../context.ts";
import type { Author } from "../store/tables/audit.ts";
import { findPublicKey, listSigningKeys } from "../store/tables/keys.ts";
import type { SigningKeyRecord } from "../store/tables/keys.ts";
import { rekey } from "./rekey.ts";
import type { Rekeyed } from "./rekey.ts";

export type PublicKeyRecord = Omit<SigningKeyRecord, "privatePem">;

export interface Keys {
  readonly list: () => Promise<readonly PublicKeyRecord[]>;
  /** The public half of a key in PEM; undefined for an unknown or withdrawn one. */
  readonly findPublic: (kid: string) => Promise<string | undefined>;
  /** Encrypts some more secrets with the next master key. @throws {CallboardError} REKEY_NO_KEY */
  readonly rekey: (by: Author) => Promise<Rekeyed>;
}

export function createKeys({
  database,
  seal,
  announcer,
}: Pick<HostContext, "database" | "seal" | "announcer">): Keys {
  const { read } = database;
  return {
    list: async () => (await listSigningKeys(read, seal)).map(({ privatePem: _private, ...shown }) => shown),
    findPublic: (kid) => findPublicKey(read, kid, Date.now()),
    rekey: (by) => rekey(database, seal, by, announcer),
  };
}
