/**
 * The error class for mistakes of a caller, and the table of its codes.
 *
 * The code is the contract: the API returns it in an RFC 9457 problem document, and docs/errors.md lists every code. Messages
 * can change. A failure of an add-on is an outcome, never a `CallboardError`.
 */

/** HTTP status and meaning of each code. 400 is for input that can't be parsed, 422 for input that is refused. */
export const ERROR_CODES = {
  ADDON_NOT_FOUND: [404, "The add-on is not installed on the site"],
  ADDON_ORIGIN_CHANGED: [
    409,
    "The new descriptor moves the add-on to another origin, which must be confirmed",
  ],
  ADDON_STATE: [409, "The add-on's state does not allow this operation"],
  ADDON_URL: [422, "The add-on cannot register this URL"],
  ARGUMENT_INVALID: [422, "An argument of a function of Callboard is invalid"],
  AUTHENTICATION_INVALID: [422, "The authentication of a webhook is invalid"],
  AUTH_INVALID: [401, "The credentials were not accepted"],
  AUTH_MISSING: [401, "The request carries no credentials"],
  BACKUP_INVALID: [422, "The file is not a backup, or it is damaged"],
  BACKUP_KEY: [409, "The backup needs a master key that is not here"],
  BACKUP_NOT_FOUND: [404, "No backup with this ID"],
  BACKUP_STATE: [409, "The backup's state does not allow this operation"],
  BACKUP_UNSUPPORTED: [422, "The database is backed up and restored with its own tools"],
  BATCH: [422, "The batches of a webhook are invalid"],
  BODY_ALREADY_READ: [500, "A handler in front of Callboard has read the body"],
  BODY_DUPLICATE_KEY: [400, "A JSON object contains a duplicate key"],
  BODY_FILTER: [422, "A body filter is invalid"],
  BODY_FILTER_BESIDE_FILTER: [422, "A webhook has both a filter and a body filter"],
  BODY_FILTER_TOO_COMPLEX: [422, "A body filter exceeds a limit"],
  BODY_FORBIDDEN_KEY: [422, "A JSON object contains a key that would change its prototype"],
  BODY_NOT_JSON: [400, "The body is not a JSON document of the expected kind"],
  BODY_NOT_UTF8: [400, "The body is not valid UTF-8"],
  BODY_SCHEMA: [422, "The body does not have the expected fields"],
  BODY_TIMEOUT: [408, "The rest of the body did not arrive in time"],
  BODY_TOO_COMPLEX: [413, "The body has more values and keys than the limit"],
  BODY_TOO_DEEP: [422, "The body is nested too deeply"],
  BODY_TOO_LARGE: [413, "The body is larger than the limit"],
  CERTIFICATE_EXPIRED: [422, "A certificate has expired"],
  CERTIFICATE_INVALID: [422, "A certificate can't be read or used"],
  CERTIFICATE_KEY: [422, "The private key is not that of the certificate, or can't be read"],
  CHARSET: [415, "Only UTF-8 is accepted"],
  CONFIG_INSECURE: [500, "The configuration is insecure"],
  CONFIG_INVALID: [500, "The configuration is invalid"],
  CONFLICT: [409, "The resource already exists"],
  CONTENT_ENCODING: [415, "The content encoding is not supported"],
  CONTENT_TYPE: [415, "The content type is not supported"],
  CREDENTIALS_ORIGIN: [422, "Credentials must be given again when the URL's origin changes"],
  CSRF: [403, "The form was not sent from a page of this server"],
  CURSOR_EXPIRED: [410, "Events after the cursor were deleted by retention"],
  DELIVERY_NOT_FOUND: [404, "No delivery with this ID"],
  DELIVERY_STATE: [409, "The delivery's state does not allow this operation"],
  DESCRIPTOR_BASEURL: [422, "The descriptor's baseUrl is missing or invalid"],
  DESCRIPTOR_DUPLICATE_KEY: [422, "An object of the descriptor contains a duplicate key"],
  DESCRIPTOR_FETCH: [422, "The descriptor could not be fetched"],
  DESCRIPTOR_FILTER: [422, "A webhook's filter is invalid"],
  DESCRIPTOR_FORBIDDEN_KEY: [422, "The descriptor contains a key that would change an object's prototype"],
  DESCRIPTOR_FOREIGN: [422, "The descriptor is for another platform (HipChat, Bitbucket)"],
  DESCRIPTOR_NOT_JSON: [422, "The descriptor URL did not return JSON"],
  DESCRIPTOR_NOT_UTF8: [422, "The descriptor is not valid UTF-8"],
  DESCRIPTOR_CHANGED: [409, "The descriptor has changed since it was shown"],
  DESCRIPTOR_PARAMS: [422, "A webhook's params are invalid"],
  DESCRIPTOR_SCHEMA: [422, "The descriptor does not have the expected fields"],
  DESCRIPTOR_SCOPE: [422, "The site's product has no scope of this name"],
  DESCRIPTOR_TIMEOUT: [422, "The descriptor URL did not respond in time"],
  DESCRIPTOR_TLS: [422, "The TLS certificate of the descriptor's server was not accepted"],
  DESCRIPTOR_TOO_COMPLEX: [422, "The descriptor has too many values and keys"],
  DESCRIPTOR_TOO_DEEP: [422, "The descriptor is nested too deeply"],
  DESCRIPTOR_TOO_LARGE: [422, "The descriptor is larger than 512 KiB"],
  DESCRIPTOR_WEBHOOK_URL: [422, "A webhook's url is not a safe relative URL"],
  DIRECTORY_NOT_FOUND: [404, "The directory has no add-on with this key"],
  DIRECTORY_ONLY: [403, "Sites of this server install add-ons from the directory only"],
  DISK_FULL: [507, "The disk has no space for the file"],
  DISTRIBUTE_REFUSED: [409, "The database can't be distributed as it is"],
  DNS_DENIED: [422, "The host name resolves to an address that is not allowed"],
  DNS_FAIL: [422, "The host name does not resolve"],
  DRIVER_MISSING: [500, "The package sqlite3 is not installed or not built"],
  ENDPOINT_NOT_FOUND: [404, "No endpoint with this number on the site"],
  ENDPOINT_OF_WEBHOOK: [409, "The settings of an outgoing webhook are on the webhook"],
  ENDPOINT_STATE: [409, "The endpoint's state does not allow this operation"],
  EVENT_CONFLICT: [409, "An event with this ID but different content exists"],
  EVENT_NOT_FOUND: [404, "No event with this ID"],
  EVENT_OFF_SCHEMA: [422, "The event is not what the product's schema policy accepts"],
  EVENT_SCHEMA: [422, "The event does not have the expected fields"],
  FORMAT_LIMIT: [422, "A body is over the limit of its format's target"],
  FORBIDDEN_HOST: [421, "The Host header is not one of this server's names"],
  HEADERS_TOO_LARGE: [431, "The request line and the headers are too large"],
  HEADER_VALUE: [422, "A header name or value is not allowed"],
  HOST_DENIED: [422, "The host name is not allowed"],
  HOST_HEADER: [400, "The request must have exactly one Host header"],
  IDEMPOTENCY_CONFLICT: [409, "The idempotency key was used with another request"],
  IDEMPOTENCY_KEY: [400, "The idempotency key is invalid"],
  IDEMPOTENCY_UNFINISHED: [409, "The first request with the idempotency key has no response"],
  INTERNAL: [500, "Internal error"],
  IP_DENIED: [422, "The address is not allowed"],
  KEY_IN_USE: [409, "The signing key is in use and must be rotated first"],
  KEY_NOT_FOUND: [404, "No signing key with this ID"],
  LIFECYCLE_INSTALLED: [422, "The add-on did not accept the `installed` callback"],
  LIMIT_REACHED: [422, "The limit for this resource is reached"],
  LISTENER_EXISTS: [409, "Another listener has the add-on's deliveries"],
  LISTENER_NOT_FOUND: [404, "No listener with this ID, or it was made with another token"],
  LOGO_INVALID: [422, "The logo is not a PNG, JPEG or WebP image of at most 64 KiB"],
  METHOD_NOT_ALLOWED: [405, "This path does not support the method"],
  MOVE_DIFFERS: [500, "A row that was moved is not what it was"],
  MOVE_SOURCE: [409, "The database can't be moved as it is"],
  MOVE_TARGET: [409, "The target of the move is not an empty PostgreSQL database"],
  NOT_DISTRIBUTED: [500, "The database has Citus, and its tables are not distributed, or not all of them"],
  NOT_FOUND: [404, "Nothing at this path"],
  NO_WORKER: [503, "No process delivers: none with the role `all` or `worker` is running"],
  ORDER_BY: [422, "The pointer to the key that orders deliveries is invalid"],
  OVERLOADED: [503, "The server is overloaded"],
  PACE: [422, "The pace of a receiver is invalid"],
  PATH_INVALID: [400, "The path is not validly percent-encoded"],
  PRODUCT_BREAKING: [409, "The change of the product can break its subscribers, and was not forced"],
  PRODUCT_BUILT_IN: [409, "A built-in product can't be changed"],
  PRODUCT_FROM_FILE: [409, "The product comes from a file and is read-only"],
  PRODUCT_IMPORT: [422, "The document has no event types that can be imported"],
  PRODUCT_INVALID: [422, "The product document is invalid"],
  PRODUCT_IN_USE: [409, "A site is of the product"],
  PRODUCT_MISSING: [409, "The site's product is not in the catalogue of this server"],
  PRODUCT_TOO_LARGE: [413, "The product document is larger than 10 MiB"],
  PRODUCT_UNKNOWN: [404, "Unknown product"],
  PRODUCT_VERSION_NOT_FOUND: [404, "The product has no version with this number"],
  PRODUCT_WITHOUT_ADDONS: [422, "Sites of this product have no add-ons"],
  PROPERTY_NOT_FOUND: [404, "The add-on has no property with this key"],
  QUERY_INVALID: [400, "A query parameter is invalid"],
  RATE_LIMITED: [429, "Too many requests"],
  REKEY_NO_KEY: [409, "No new master key to encrypt with"],
  REPLAY_NOT_FOUND: [404, "No replay with this ID on the site"],
  REPLAY_RUNNING: [409, "A replay of this window to this receiver is running"],
  REPLICA_BEHIND: [503, "The read replica is more than 10 s behind"],
  REPLICA_FOREIGN: [500, "The read URL leads to no replica of the database"],
  REPLICA_UNREACHABLE: [503, "The read replica doesn't respond"],
  REQUEST_INVALID: [400, "The request is not valid HTTP"],
  REQUEST_TIMEOUT: [408, "The request did not arrive in time"],
  ROUTING_KEY: [422, "A routing key is missing or invalid"],
  ROLE_NEEDS_POSTGRES: [500, "A role other than `all` needs a database that processes can share"],
  SCOPE: [403, "The token does not allow this"],
  SCOPES_NOT_ACCEPTED: [409, "The add-on asks for scopes that were not accepted"],
  SECRET_HIDDEN: [403, "The prod profile doesn't show secrets; rotate them"],
  SHUTTING_DOWN: [503, "The server is stopping"],
  SITE_NOT_FOUND: [404, "No site with this key"],
  STORAGE: [503, "The database cannot be written"],
  STORE_EXISTS: [409, "There is a database already"],
  STORE_INVALID: [500, "The database file is no SQLite database, or is damaged"],
  STORE_LOCKED: [500, "Another process uses the database file"],
  TEMPLATE: [422, "A template is invalid"],
  TEMPLATE_RESULT: [422, "A template makes no JSON"],
  TEMPLATE_TOO_COMPLEX: [422, "A template exceeds a limit"],
  STORE_TOO_NEW: [500, "A later version of Callboard wrote the data"],
  TENANT_NOT_FOUND: [404, "The add-on is not installed on a host with this clientKey"],
  TOKEN_LAST_ADMIN: [409, "The last admin token can't be revoked"],
  TOKEN_NOT_FOUND: [404, "No token with this ID"],
  TOKEN_SERVER: [422, "The token server issued no access token"],
  TRANSACTION_MISSING: [409, "The client has no open transaction"],
  TRANSACTION_OTHER_DATABASE: [409, "The client is connected to another database than the host"],
  TRANSACTION_UNSUPPORTED: [422, "The host or the client has no transactions that others can use"],
  URL_CHARS: [422, "The URL contains characters that are not allowed"],
  URL_CREDENTIALS: [422, "The URL contains a user name or password"],
  URL_FRAGMENT: [422, "The URL contains a fragment"],
  URL_INVALID: [422, "The URL is invalid"],
  URL_PORT: [422, "The port is not allowed"],
  URL_SCHEME: [422, "The URL's scheme is not allowed"],
  URL_TOO_LONG: [422, "The URL is longer than 2,048 characters"],
  URL_UNVERIFIED: [422, "The URL did not pass the check of a new webhook"],
  WEBHOOK_FORMAT: [422, "The format does not belong to the site's product"],
  WEBHOOK_NOT_FOUND: [404, "No webhook with this ID"],
} as const satisfies Record<string, readonly [status: number, meaning: string]>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** One problem, with the JSON pointer to its place ("" for the whole document). */
export interface Problem {
  readonly pointer: string;
  readonly detail: string;
  readonly code?: ErrorCode;
}

export interface CallboardErrorOptions {
  readonly errors?: readonly Problem[];
  readonly cause?: unknown;
  /** Further members of the problem document. They are shown, so they never hold a secret. */
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds?: number;
}

/** Maximum number of problems in one error. */
export const MAX_PROBLEMS = 50;

/** An error caused by the caller. `errors` lists all problems, up to {@link MAX_PROBLEMS}. */
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
    this.errors = (options.errors ?? []).slice(0, MAX_PROBLEMS);
    this.extra = options.extra ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** Ends a switch over a union: a missing case fails the type check. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}

/** Returns the message of any thrown value. */
export function getMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
