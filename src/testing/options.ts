/** Options of a test host, parsed. Pure. */
import { DEFAULT_PRODUCT } from "../catalogue/index.ts";
import type { EventNames } from "../catalogue/index.ts";
import { parseDuration } from "../duration.ts";
import type { HostSettings } from "../embed/settings.ts";
import { CallboardError } from "../errors.ts";
import { RETRY_SCHEDULES, isRetrySchedule } from "../host/model/retry-schedules.ts";
import type { RetryScheduleName } from "../host/model/retry-schedules.ts";
import type { Logger } from "../logger.ts";

/** A built-in product that sites can be of. */
export type TestProduct = Exclude<keyof EventNames, "callboard">;

/** A product file as a value; see docs/own-products.md. */
export interface ProductDocument {
  readonly product: string;
  readonly [member: string]: unknown;
}

/** Settings that a test host has of its own. */
type Fixed =
  | "adminToken"
  | "baseUrl"
  | "dataDir"
  | "databaseUrl"
  | "databasePool"
  | "host"
  | "listenUrl"
  | "masterKey"
  | "masterKeyNext"
  | "metricsListen"
  | "port"
  | "profile"
  | "retrySchedule"
  | "role";

export interface TestHostOptions<
  Product extends TestProduct | ProductDocument = TestProduct | ProductDocument,
> {
  /** Product of the site; Jira when left out. */
  readonly product?: Product;
  /** Key of the site; that of the product when left out. */
  readonly site?: string;
  /** Name of a retry schedule, or the delays of one: `["5s", "1m"]`. The product's own when left out, as in production. */
  readonly retrySchedule?: RetryScheduleName | readonly string[];
  /** The time at which the host's clock begins; the computer's time when left out. */
  readonly now?: Date | number | string;
  /**
   * The clock that receivers judge signatures by. `real` when left out: add-ons have clocks of their own, which don't follow when
   * this one is set forward. With `virtual`, give yours the host's: `createAddon({ now: host.now })`.
   */
  readonly signingClock?: "real" | "virtual";
  /** Gets the log lines; nothing is logged when it is left out. */
  readonly logger?: Logger;
  /** Other settings of a host, such as `requestTimeout`. */
  readonly settings?: Omit<HostSettings, Fixed>;
}

export interface ParsedOptions {
  readonly product: string;
  readonly document: ProductDocument | undefined;
  readonly site: string;
  /** A named schedule. */
  readonly scheduleName: string | undefined;
  readonly settings: HostSettings;
  readonly clock: { readonly beginAt?: number; readonly signing: "real" | "virtual" };
}

/** @throws {CallboardError} ARGUMENT_INVALID */
export function completeOptions({
  product = DEFAULT_PRODUCT,
  retrySchedule,
  now,
  signingClock = "real",
  settings = {},
  site,
}: TestHostOptions): ParsedOptions {
  const key = typeof product === "string" ? product : product.product;
  const delays = typeof retrySchedule === "object" ? retrySchedule : undefined;
  if (typeof retrySchedule === "string" && !isRetrySchedule(retrySchedule))
    throw invalid(
      `retrySchedule: ${JSON.stringify(retrySchedule)} is none of ${Object.keys(RETRY_SCHEDULES).join(", ")}, and no list of delays`,
    );
  return {
    product: key,
    document: typeof product === "string" ? undefined : product,
    site: site ?? key,
    scheduleName: typeof retrySchedule === "string" ? retrySchedule : undefined,
    settings: { ...settings, ...(delays === undefined ? {} : { retrySchedule: delays }) },
    clock: { signing: signingClock, ...(now === undefined ? {} : { beginAt: parseTime(now) }) },
  };
}

function parseTime(now: Date | number | string): number {
  const at = new Date(now).getTime();
  if (Number.isNaN(at))
    throw invalid(`now: ${JSON.stringify(now)} is not a time such as 2026-01-31T12:00:00Z`);
  return at;
}

/**
 * Returns milliseconds of "6h", "30s" or a number of milliseconds.
 * @throws {CallboardError} ARGUMENT_INVALID
 */
export function toDurationMs(name: string, value: string | number): number {
  const ms = typeof value === "number" ? value : parseDuration(value);
  if (ms === undefined || !(ms >= 0 && ms <= MAX_DURATION_MS))
    throw invalid(
      `${name}: ${JSON.stringify(value)} is not a duration such as "6h", "90s" or 500 (ms), up to 366 days`,
    );
  return ms;
}

const MAX_DURATION_MS = 366 * 86_400_000;

const invalid = (message: string): CallboardError => new CallboardError("ARGUMENT_INVALID", message);
