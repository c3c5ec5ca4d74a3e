/**
 * Hashes of the secrets of portals: sessions, login links and API tokens. Their rows have the hash with a mark, so that a process of a
 * version before portals doesn't find them during an upgrade: it would give them every right of the token.
 */
const MARK = "portal:";

/** Returns the hash as a row has it. */
export const toStoredHash = (hash: string, isOfPortal: boolean): string =>
  isOfPortal ? `${MARK}${hash}` : hash;

/** The condition for the row of a secret, whether it is of a portal or not, with its values. */
export const withHash = (hash: string) =>
  ["(hash = $1 OR hash = $2)", toStoredHash(hash, false), toStoredHash(hash, true)] as const;
