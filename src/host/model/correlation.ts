/** What callers send so that one story can be followed through several systems: a request id, and W3C trace context. Pure. */

const REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9._~:@/+=-]{0,127}$/;

/** The id of a request as its caller gave it; undefined when there is none that could stand in a header, a log and a page. */
export function requestIdOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === "string" && REQUEST_ID.test(header) ? header : undefined;
}

/** A place in a trace. */
export interface TraceParent {
  readonly traceId: string;
  readonly spanId: string;
  readonly flags: number;
}

const TRACE_PARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
/** A version that does not exist. */
const FORBIDDEN_VERSION = "ff";
const LONGEST = 512;

/** Reads a `traceparent` header (W3C Trace Context, level 1); undefined when it is not one, and its sender is to be ignored. */
export function readTraceParent(header: string | readonly string[] | undefined): TraceParent | undefined {
  if (typeof header !== "string" || header.length > LONGEST) return undefined;
  const [, version, traceId = "", spanId = "", flags = "", more] = TRACE_PARENT.exec(header.trim()) ?? [];
  if (version === undefined || version === FORBIDDEN_VERSION) return undefined;
  // Only later versions may have further parts.
  if (version === "00" && more !== undefined) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, flags: Number.parseInt(flags, 16) };
}

/** The header, in version 00, which every later version reads. */
export function formatTraceParent({ traceId, spanId, flags }: TraceParent): string {
  return `00-${traceId}-${spanId}-${flags.toString(16).padStart(2, "0")}`;
}
