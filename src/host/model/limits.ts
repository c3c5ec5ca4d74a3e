/** Limits as values: every limit that protects the server has a name, an owner and a level that a page can show. */

/**
 * The unit that a limit is counted for. `client` is a client address (an IPv6 client has its /64), `host` is everything
 * together, `request` is a single request.
 */
export type LimitOwner =
  "request" | "client" | "token" | "site" | "installation" | "endpoint" | "connection" | "host";

export type LimitUnit =
  "bytes" | "values" | "deliveries" | "connections" | "requests" | "forms" | "ms" | "characters";

export interface LimitLevel {
  /** The highest present level of any owner, in the unit of the limit. */
  readonly highest: number;
  /** The owner that has it, in words that may be shown; undefined when the owner is the host, or nothing counts now. */
  readonly of?: string;
}

/** One row of docs/limits.md, and of the limits on the status page. */
export interface Limit {
  /** A noun in sentence case: "Bytes being read". */
  readonly name: string;
  /** The configuration key that sets it; undefined for a fixed limit. */
  readonly setting?: string;
  /** The value without a configuration. */
  readonly default: number;
  /** The value in force. */
  readonly max: number;
  readonly unit: LimitUnit;
  readonly per: LimitOwner;
  /** The response beyond it: status and code, such as "413 BODY_TOO_COMPLEX". */
  readonly refusal: string;
  /** The present level; undefined where nothing is counted between requests. */
  readonly level?: () => LimitLevel;
}
