/**
 * The one error class for mistakes of a caller, and the table of its codes.
 *
 * The code is the contract: an API answer is an RFC 9457 problem document that carries it, and the README lists all of
 * them. Messages are for people and may change. What an add-on does wrong is an outcome, never one of these.
 */

/** Code → HTTP status and the sentence that documents it. 400 = not readable, 422 = readable but refused. */
export const ERROR_CODES = {
  ADDON_NOT_FOUND: [404, "No add-on with this key is installed on the site"],
  ADDON_ORIGIN_CHANGED: [409, "The new descriptor moves to another origin; confirm it explicitly"],
  ADDON_STATE: [409, "The add-on is not in a state that allows this"],
  ADDON_URL: [422, "The URL is not one that the add-on may register"],
  AUTH_INVALID: [401, "The credentials were not accepted"],
  AUTH_MISSING: [401, "The request carries no credentials"],
  BODY_DUPLICATE_KEY: [400, "A key stands twice in one JSON object"],
  BODY_FORBIDDEN_KEY: [422, "A key that would change an object's prototype is not accepted"],
  BODY_NOT_JSON: [400, "The body is not a JSON document of the expected kind"],
  BODY_NOT_UTF8: [400, "The body is not valid UTF-8"],
  BODY_SCHEMA: [422, "The body does not have the expected fields"],
  BODY_TIMEOUT: [408, "The rest of the body did not arrive in time"],
  BODY_TOO_COMPLEX: [413, "The body has more values and keys than the limit"],
  BODY_TOO_DEEP: [422, "The body is nested too deeply"],
  BODY_TOO_LARGE: [413, "The body is larger than the limit"],
  CHARSET: [415, "Only UTF-8 is accepted"],
  CONFIG_INSECURE: [500, "The configuration would be insecure"],
  CONFIG_INVALID: [500, "The configuration is not valid"],
  CONFLICT: [409, "It exists already"],
  CONTENT_ENCODING: [415, "The content encoding is not supported"],
  CONTENT_TYPE: [415, "The content type is not supported here"],
  CSRF: [403, "The form was not sent from this site's own page"],
  DELIVERY_NOT_FOUND: [404, "There is no delivery with this id"],
  DELIVERY_STATE: [409, "The delivery is not in a state that allows this"],
  DESCRIPTOR_BASEURL: [422, "The descriptor's baseUrl is missing or not usable"],
  DESCRIPTOR_DUPLICATE_KEY: [422, "A key stands twice in one object of the descriptor"],
  DESCRIPTOR_FETCH: [422, "The descriptor could not be fetched"],
  DESCRIPTOR_FILTER: [422, "A webhook's filter does not parse"],
  DESCRIPTOR_FORBIDDEN_KEY: [422, "The descriptor uses a key that would change an object's prototype"],
  DESCRIPTOR_FOREIGN: [422, "This is a descriptor of another system (HipChat, Bitbucket)"],
  DESCRIPTOR_NOT_JSON: [422, "What the URL answered is not JSON"],
  DESCRIPTOR_NOT_UTF8: [422, "The descriptor is not valid UTF-8"],
  DESCRIPTOR_CHANGED: [409, "The descriptor is another one than was shown before"],
  DESCRIPTOR_PARAMS: [422, "A webhook's params are not usable"],
  DESCRIPTOR_SCHEMA: [422, "The descriptor does not have the expected fields"],
  DESCRIPTOR_TIMEOUT: [422, "The descriptor was not answered in time"],
  DESCRIPTOR_TLS: [422, "The TLS certificate of the descriptor's server was not accepted"],
  DESCRIPTOR_TOO_COMPLEX: [422, "The descriptor has too many values and keys"],
  DESCRIPTOR_TOO_DEEP: [422, "The descriptor is nested too deeply"],
  DESCRIPTOR_TOO_LARGE: [422, "The descriptor is larger than 512 KiB"],
  DESCRIPTOR_WEBHOOK_URL: [422, "A webhook's url is not a safe relative URL"],
  DNS_DENIED: [422, "The host name resolves to an address that is not allowed"],
  DNS_FAIL: [422, "The host name does not resolve"],
  ENDPOINT_NOT_FOUND: [404, "There is no endpoint with this number on the site"],
  ENDPOINT_STATE: [409, "The endpoint is not in a state that allows this"],
  EVENT_CONFLICT: [409, "The event id was used before with other contents"],
  EVENT_NOT_FOUND: [404, "There is no event with this id"],
  EVENT_SCHEMA: [422, "The event is not of the expected form"],
  FORBIDDEN_HOST: [421, "The Host header is not one of this server's names"],
  HEADER_VALUE: [422, "A header name or value is not allowed"],
  HOST_DENIED: [422, "The host name is not allowed"],
  HOST_HEADER: [400, "The request must have exactly one Host header"],
  INTERNAL: [500, "Something failed on our side"],
  IP_DENIED: [422, "The address is not allowed"],
  KEY_IN_USE: [409, "The signing key signs now; rotate it first"],
  KEY_NOT_FOUND: [404, "There is no signing key with this ID"],
  LIFECYCLE_INSTALLED: [422, "The add-on did not accept the installed callback"],
  LIMIT_REACHED: [422, "There are as many of these as there can be"],
  METHOD_NOT_ALLOWED: [405, "This path does not support the method"],
  NOT_FOUND: [404, "There is nothing at this path"],
  OVERLOADED: [503, "Too much is waiting; try again later"],
  PATH_INVALID: [400, "The path is not validly percent-encoded"],
  PRODUCT_UNKNOWN: [422, "There is no product of this name"],
  PRODUCT_WITHOUT_ADDONS: [422, "Sites of this product have no add-ons"],
  PROPERTY_NOT_FOUND: [404, "The add-on has no property of this name"],
  QUERY_INVALID: [400, "A query parameter is not usable"],
  RATE_LIMITED: [429, "Too many tries; wait a little"],
  REKEY_NO_KEY: [409, "There is no new master key to encrypt with"],
  REPLAY_NOT_FOUND: [404, "The site has no replay with this ID"],
  REPLAY_RUNNING: [409, "A replay of this window to this receiver is running"],
  SCOPE: [403, "The token does not allow this"],
  SECRET_HIDDEN: [403, "The prod profile doesn't show secrets; rotate them"],
  SHUTTING_DOWN: [503, "The server is stopping"],
  SITE_NOT_FOUND: [404, "There is no site with this key"],
  STORAGE: [503, "The database cannot be written at the moment"],
  STORE_LOCKED: [500, "Another process uses the database file"],
  STORE_TOO_NEW: [500, "A later version of Callboard wrote the data"],
  TENANT_NOT_FOUND: [404, "No host with this clientKey has the add-on installed"],
  TOKEN_LAST_ADMIN: [409, "The last admin token can't be revoked"],
  TOKEN_NOT_FOUND: [404, "There is no token with this id"],
  URL_CHARS: [422, "The URL has characters that are not allowed"],
  URL_CREDENTIALS: [422, "The URL must not carry a user name or password"],
  URL_FRAGMENT: [422, "The URL must not have a fragment"],
  URL_INVALID: [422, "This is not a URL"],
  URL_PORT: [422, "The port is not allowed"],
  URL_SCHEME: [422, "The URL's scheme is not allowed here"],
  URL_TOO_LONG: [422, "The URL is longer than 2,048 characters"],
  WEBHOOK_FORMAT: [422, "The format is not that of the site's product"],
  WEBHOOK_NOT_FOUND: [404, "There is no webhook with this id"],
} as const satisfies Record<string, readonly [status: number, meaning: string]>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** One thing that is wrong: where (a JSON pointer, "" for the whole) and what. */
export interface Problem {
  readonly pointer: string;
  readonly detail: string;
  readonly code?: ErrorCode;
}

export interface CallboardErrorOptions {
  readonly errors?: readonly Problem[];
  readonly cause?: unknown;
  /** Further members of the problem document; safe to show, never a secret. */
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds?: number;
}

/** The number of problems that are reported at once. */
export const MOST_PROBLEMS = 50;

/** Thrown for a mistake of the caller. `errors` lists every problem at once, at most {@link MOST_PROBLEMS} of them. */
export class CallboardError extends Error {
  override readonly name = "CallboardError";
  readonly code: ErrorCode;
  readonly status: number;
  readonly errors: readonly Problem[];
  readonly extra: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options: CallboardErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = ERROR_CODES[code][0];
    this.errors = (options.errors ?? []).slice(0, MOST_PROBLEMS);
    this.extra = options.extra ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** The end of a switch over a union: fails the type check when a case is missing. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}

/** What to print of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
