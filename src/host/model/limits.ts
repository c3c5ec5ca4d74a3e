/** Limits as values, with a name, an owner and a level for the status page. */

/**
 * The unit of counting. `client` is a client address (for IPv6, its /64), `target` the origin of a URL that requests are sent to,
 * `host` the whole server, `request` one request.
 */
export type LimitOwner =
  | "request"
  | "client"
  | "target"
  | "token"
  | "site"
  | "installation"
  | "endpoint"
  | "listener"
  | "connection"
  | "host";

export type LimitUnit =
  | "bytes"
  | "values"
  | "deliveries"
  | "connections"
  | "requests"
  | "forms"
  | "ms"
  | "characters"
  | "add-ons"
  | "listeners";

export interface LimitLevel {
  /** The highest current level of any owner, in the unit of the limit. */
  readonly highest: number;
  /** The owner with that level, in words that can be shown. Undefined if the owner is the host or nothing is counted. */
  readonly of?: string;
}

/** A row of docs/limits.md and of the status page. */
export interface Limit {
  /** A noun phrase in sentence case: "Bytes being read". */
  readonly name: string;
  /** The configuration key that sets it. Undefined for a fixed limit. */
  readonly setting?: string;
  /** Value without configuration. */
  readonly default: number;
  /** Current value. */
  readonly max: number;
  readonly unit: LimitUnit;
  readonly per: LimitOwner;
  /** Response beyond the limit: status and code, such as "413 BODY_TOO_COMPLEX". */
  readonly refusal: string;
  /** Returns the current level. Undefined if nothing is counted between requests. */
  readonly level?: () => LimitLevel;
}
