/** Why PostgreSQL can't be used, in one sentence with what to do about it; never with a password. Pure. */
import type { PostgresTarget } from "../../../database-url.ts";
import { CallboardError, getMessage } from "../../../errors.ts";

const CERTIFICATE_WAYS =
  "Trust its authority with NODE_EXTRA_CA_CERTS=FILE or sslrootcert=FILE in the URL. To connect without verification, the URL must say so: sslmode=no-verify, or uselibpqcompat=true&sslmode=require";

/** Code → sentence. Codes are SQLSTATEs (postgresql.org/docs/current/errcodes-appendix.html), Node's, or OpenSSL's. */
const CONFIG_FAILURES: readonly (readonly [RegExp, (target: PostgresTarget, detail: string) => string])[] = [
  [
    /^28P01$/,
    ({ user, shown }) =>
      `The database at ${shown} refused the password of ${user}. Correct it in CALLBOARD_DATABASE_URL`,
  ],
  [
    /^28000$/,
    ({ user, shown }, detail) =>
      `The database at ${shown} does not let ${user} in (${detail}). Check the role and the server's pg_hba.conf`,
  ],
  [
    /^3D000$/,
    ({ database, shown }) =>
      `There is no database ${database} at ${shown}. Create it with: CREATE DATABASE ${database} ENCODING 'UTF8' TEMPLATE template0`,
  ],
  [
    /^42501$/,
    ({ user, shown }, detail) =>
      `The role ${user} lacks a privilege in the database at ${shown} (${detail}). Grant it with: GRANT CREATE, USAGE ON SCHEMA public TO ${user}, or use the owner of the tables`,
  ],
  [
    /^3F000$/,
    ({ shown }) =>
      `No schema of the search_path exists in the database at ${shown}. Create it with CREATE SCHEMA, or name another one with ?schema= in CALLBOARD_DATABASE_URL`,
  ],
  [
    /^42P07$/,
    ({ shown }, detail) =>
      `The database at ${shown} already has a table of Callboard's without a record of its version (${detail}). Use an empty database or schema, or restore a complete backup`,
  ],
  [
    /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?)$/,
    ({ shown }, detail) =>
      `The certificate of the database at ${shown} is not from an authority that is trusted here (${detail}). ${CERTIFICATE_WAYS}`,
  ],
  [
    /^(ERR_TLS_CERT_ALTNAME_INVALID|CERT_HAS_EXPIRED|CERT_NOT_YET_VALID)$/,
    ({ shown }, detail) =>
      `The certificate of the database at ${shown} is not valid (${detail}). Renew it, or for another host name use sslmode=verify-ca`,
  ],
  [
    /^NO_TLS$/,
    ({ shown }) =>
      `The server at ${shown} does not support TLS. Switch it on there, or use sslmode=disable (or prefer) in CALLBOARD_DATABASE_URL`,
  ],
];

const PASSING_FAILURES: readonly (readonly [RegExp, (target: PostgresTarget, detail: string) => string])[] = [
  [
    /^53300$/,
    ({ shown }, detail) =>
      `The database at ${shown} has too many connections: none is free (${detail}). Raise the role's CONNECTION LIMIT or max_connections, or lower CALLBOARD_DATABASE_POOL of the processes`,
  ],
  [
    /^57P03$/,
    ({ shown }) => `The database at ${shown} is starting up or shutting down. Try again in a moment`,
  ],
  [
    /^(ENOTFOUND|EAI_AGAIN)$/,
    ({ host }) =>
      `The host ${host} of CALLBOARD_DATABASE_URL can't be resolved. Check its spelling and the name server`,
  ],
  [
    /^(ECONNREFUSED|ENOENT|EACCES)$/,
    ({ shown }) => `Nothing listens at ${shown}. Does the database run? Check host, port or socket directory`,
  ],
];

/** The error of a first connection or a migration. Others are returned unchanged. */
export function startFailure(error: unknown, target: PostgresTarget): unknown {
  if (!(error instanceof Error) || error instanceof CallboardError) return error;
  const detail = getMessage(error);
  const code = /does not support SSL/.test(detail) ? "NO_TLS" : codeIn(error);
  const config = CONFIG_FAILURES.find(([codes]) => codes.test(code));
  if (config !== undefined) {
    return new CallboardError("CONFIG_INVALID", config[1](target, detail), { cause: error });
  }
  const passing = PASSING_FAILURES.find(([codes]) => codes.test(code));
  const sentence =
    passing?.[1](target, detail) ??
    `The database at ${target.shown} can't be reached (${detail}). Check that it runs, and that no firewall is in between`;
  // A SQLSTATE of another class is a fault that nobody expects: it is passed on as it is.
  if (passing === undefined && /^[0-9A-Z]{5}$/.test(code) && !/^(08|53|57)/.test(code)) return error;
  return new CallboardError("STORAGE", sentence, { cause: error, retryAfterSeconds: 2 });
}

function codeIn(error: Error & { readonly code?: unknown }): string {
  return typeof error.code === "string" ? error.code : "";
}

/** Problems of a database name the setting of the host's own: returns the error with another setting. */
export function nameSetting(error: unknown, setting: string): unknown {
  if (!(error instanceof CallboardError)) return error;
  const message = error.message.replaceAll("CALLBOARD_DATABASE_URL", setting);
  return new CallboardError(error.code, message, { cause: error.cause });
}
