/** The error codes of an operation: those that follow from what it reads, and its own. Pure. */
import type { ErrorCode } from "../../../errors.ts";
import { ERROR_CODES } from "../../../errors.ts";
import { groupBy } from "../../../group-by.ts";
import type { KeyMeaning, Route } from "./route.ts";

/** Of every operation: the door, access, the query, and what can fail anywhere. */
const OF_ALL = [
  "AUTH_INVALID",
  "AUTH_MISSING",
  "BODY_ALREADY_READ",
  "FORBIDDEN_HOST",
  "HOST_HEADER",
  "INTERNAL",
  // A worker serves no operation.
  "NOT_FOUND",
  "OVERLOADED",
  "PATH_INVALID",
  "QUERY_INVALID",
  "SCOPE",
  "SHUTTING_DOWN",
  "STORAGE",
] as const satisfies readonly ErrorCode[];

const OF_BODIES = [
  "BODY_DUPLICATE_KEY",
  "BODY_FORBIDDEN_KEY",
  "BODY_NOT_JSON",
  "BODY_NOT_UTF8",
  "BODY_SCHEMA",
  "BODY_TIMEOUT",
  "BODY_TOO_COMPLEX",
  "BODY_TOO_DEEP",
  "BODY_TOO_LARGE",
  "CHARSET",
  "CONTENT_ENCODING",
  "CONTENT_TYPE",
] as const satisfies readonly ErrorCode[];

/** Of addresses that this server sends to. */
export const OF_URLS = [
  "DNS_DENIED",
  "DNS_FAIL",
  "HOST_DENIED",
  "IP_DENIED",
  "URL_CHARS",
  "URL_CREDENTIALS",
  "URL_FRAGMENT",
  "URL_INVALID",
  "URL_PORT",
  "URL_SCHEME",
  "URL_TOO_LONG",
] as const satisfies readonly ErrorCode[];

/** Of reading a descriptor. */
export const OF_DESCRIPTORS = [
  ...OF_URLS,
  "BODY_FILTER",
  "BODY_FILTER_BESIDE_FILTER",
  "BODY_FILTER_TOO_COMPLEX",
  "DESCRIPTOR_BASEURL",
  "DESCRIPTOR_DUPLICATE_KEY",
  "DESCRIPTOR_FETCH",
  "DESCRIPTOR_FILTER",
  "DESCRIPTOR_FORBIDDEN_KEY",
  "DESCRIPTOR_FOREIGN",
  "DESCRIPTOR_NOT_JSON",
  "DESCRIPTOR_NOT_UTF8",
  "DESCRIPTOR_PARAMS",
  "DESCRIPTOR_SCHEMA",
  "DESCRIPTOR_SCOPE",
  "DESCRIPTOR_TIMEOUT",
  "DESCRIPTOR_TLS",
  "DESCRIPTOR_TOO_COMPLEX",
  "DESCRIPTOR_TOO_DEEP",
  "DESCRIPTOR_TOO_LARGE",
  "DESCRIPTOR_WEBHOOK_URL",
  "PRODUCT_MISSING",
  "PRODUCT_WITHOUT_ADDONS",
] as const satisfies readonly ErrorCode[];

/** Of an install with a descriptor that was read. */
export const OF_INSTALLS = [
  ...OF_DESCRIPTORS,
  "ADDON_ORIGIN_CHANGED",
  "ADDON_STATE",
  "DESCRIPTOR_CHANGED",
  "DIRECTORY_NOT_FOUND",
  "DIRECTORY_ONLY",
  "LIFECYCLE_INSTALLED",
  "SCOPES_NOT_ACCEPTED",
] as const satisfies readonly ErrorCode[];

const OF_KEYS = {
  replays: ["IDEMPOTENCY_CONFLICT", "IDEMPOTENCY_KEY", "IDEMPOTENCY_UNFINISHED"],
  "event-id": ["IDEMPOTENCY_KEY"],
  nothing: [],
} as const satisfies Record<KeyMeaning, readonly ErrorCode[]>;

type Facts = Pick<Route, "path" | "query" | "body" | "errors" | "idempotencyKey">;

export function listErrorCodes(facts: Facts): readonly ErrorCode[] {
  const { path, query = {}, body, errors = [], idempotencyKey } = facts;
  const codes: readonly ErrorCode[] = [
    ...OF_ALL,
    ...(path.includes("{site}") || "site" in query ? (["SITE_NOT_FOUND"] as const) : []),
    ...(path.includes("{product}") ? (["PRODUCT_UNKNOWN"] as const) : []),
    ...(body === undefined ? [] : OF_BODIES),
    ...OF_KEYS[idempotencyKey],
    ...errors,
  ];
  return [...new Set(codes)].sort();
}

/** The codes by their status. */
export function groupByStatus(codes: readonly ErrorCode[]): ReadonlyMap<number, readonly ErrorCode[]> {
  return new Map([...groupBy(codes, (code) => ERROR_CODES[code][0])].sort(([one], [other]) => one - other));
}
