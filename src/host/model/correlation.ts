/** Parses what callers send to follow a request through several systems: a request ID and W3C Trace Context. Pure. */

const REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9._~:@/+=-]{0,127}$/;

/** Returns the caller's request ID. Undefined if it is missing or unsafe for a header, a log or a page. */
export function findRequestId(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === "string" && REQUEST_ID.test(header) ? header : undefined;
}

/** A position in a trace. */
export interface TraceParent {
  readonly traceId: string;
  readonly spanId: string;
  readonly flags: number;
}

const TRACE_PARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
/** Reserved by the specification. */
const FORBIDDEN_VERSION = "ff";
const MAX_LENGTH = 512;

/** Parses a `traceparent` header (W3C Trace Context, level 1). Undefined for an invalid one, which must be ignored. */
export function readTraceParent(header: string | readonly string[] | undefined): TraceParent | undefined {
  if (typeof header !== "string" || header.length > MAX_LENGTH) return undefined;
  const [, version, traceId = "", spanId = "", flags = "", more] = TRACE_PARENT.exec(header.trim()) ?? [];
  if (version === undefined || version === FORBIDDEN_VERSION) return undefined;
  // Only later versions can have further parts.
  if (version === "00" && more !== undefined) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, flags: Number.parseInt(flags, 16) };
}

/** Formats the header in version 00, which every later version accepts. */
export function formatTraceParent({ traceId, spanId, flags }: TraceParent): string {
  return `00-${traceId}-${spanId}-${flags.toString(16).padStart(2, "0")}`;
}
