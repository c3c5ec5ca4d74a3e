/**
 * Traces by OpenTelemetry's API. What is done with them is for the SDK that the operator loads before us (`node --require`);
 * without one its calls do nothing. The API is loaded only when tracing is on: otherwise not one call of it is made.
 *
 * Contexts are passed on by hand. Following them through every promise would cost more than the spans do.
 */
import { formatOutcome } from "../model/attempt-record.ts";
import type * as opentelemetry from "@opentelemetry/api";
import { formatTraceParent, readTraceParent } from "../model/correlation.ts";
import { VERSION } from "../../version.ts";
import type { AttemptTrace } from "../delivery/observer.ts";
import { eventOfDelivery, formatId } from "../model/ids.ts";
import type { Snapshots } from "../store/snapshot.ts";
import type { DueDelivery, AttemptRecord } from "../model/delivery.ts";

/** Some work that is traced. */
export interface Traced {
  /** What work that follows from it belongs to. */
  readonly traceParent: string | undefined;
  /** `failure` is a code or an outcome; undefined when it went well. */
  readonly end: (failure: string | undefined, attributes?: Attributes) => void;
}

export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface Tracing {
  /** A request with events. */
  readonly intake: (traceParent: string | undefined, attributes: Attributes) => Traced;
  /** Events that are matched, written and handed over. */
  readonly fanOut: (traceParent: string | undefined, attributes: Attributes) => Traced;
  readonly attempt: (delivery: DueDelivery) => AttemptTrace;
}

/** The API package: given by a test that counts its calls. */
export type TraceApi = Pick<
  typeof opentelemetry,
  "trace" | "ROOT_CONTEXT" | "SpanKind" | "SpanStatusCode" | "isSpanContextValid"
>;

export function createTracing(api: TraceApi, snapshots: Pick<Snapshots, "get">): Tracing {
  const { trace, ROOT_CONTEXT, SpanKind, SpanStatusCode } = api;
  const tracer = trace.getTracer("callboard", VERSION);
  const AS_CLIENT = { kind: SpanKind.CLIENT };

  /** Deliveries of one event come after one another: what they belong to is read once for all of them. */
  let last: { readonly text: string; readonly context: opentelemetry.Context } | undefined;

  function toContext(traceParent: string | undefined): opentelemetry.Context {
    if (traceParent === undefined) return ROOT_CONTEXT;
    if (last?.text === traceParent) return last.context;
    const parent = readTraceParent(traceParent);
    if (parent === undefined) return ROOT_CONTEXT;
    const { traceId, spanId, flags } = parent;
    const context = trace.setSpanContext(ROOT_CONTEXT, {
      traceId,
      spanId,
      traceFlags: flags,
      isRemote: true,
    });
    last = { text: traceParent, context };
    return context;
  }

  function start(
    name: string,
    kind: (typeof SpanKind)[keyof typeof SpanKind],
    traceParent: string | undefined,
    attributes: Attributes,
  ): Traced {
    const span = tracer.startSpan(name, { kind, attributes }, toContext(traceParent));
    return {
      traceParent: toTraceParent(span) ?? traceParent,
      end: (failure, found) => {
        if (found !== undefined) span.setAttributes(found);
        if (failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
        span.end();
      },
    };
  }

  /** What follows from the span belongs to; undefined for the span of an API without an SDK. */
  function toTraceParent(span: opentelemetry.Span): string | undefined {
    const own = span.spanContext();
    if (!span.isRecording() && !api.isSpanContextValid(own)) return undefined;
    return formatTraceParent({ traceId: own.traceId, spanId: own.spanId, flags: own.traceFlags });
  }

  /** One for every attempt: written out, since what costs a microsecond here is a hundredth of the delivery. */
  class AttemptSpan implements AttemptTrace {
    readonly traceParent: string | undefined;
    readonly #span: opentelemetry.Span;

    constructor(delivery: DueDelivery) {
      const span = tracer.startSpan("callboard.attempt", AS_CLIENT, toContext(delivery.traceParent));
      this.#span = span;
      this.traceParent = toTraceParent(span) ?? delivery.traceParent;
      // Nothing is made ready for a span that is not sampled.
      if (span.isRecording()) describe(span, delivery);
    }

    end(attempt: AttemptRecord | undefined): void {
      const span = this.#span;
      const failure = attempt === undefined ? "postponed" : formatOutcome(attempt.outcome);
      if (failure !== "accepted") span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
      if (attempt?.status !== undefined) span.setAttribute("http.response.status_code", attempt.status);
      span.end();
    }
  }

  function describe(span: opentelemetry.Span, delivery: DueDelivery): void {
    const { siteNo, id, event, attempts, endpointNo } = delivery;
    const snapshot = snapshots.get(siteNo);
    const origin = snapshot?.endpoints.get(endpointNo)?.origin;
    span.setAttribute("http.request.method", "POST");
    // Not the whole URL: many have a secret in their path.
    if (origin !== undefined) span.setAttribute("callboard.origin", origin);
    span.setAttribute("callboard.site", snapshot?.site.key ?? "");
    span.setAttribute("callboard.event_type", event);
    span.setAttribute("callboard.event_id", formatId("evt", siteNo, eventOfDelivery(id)));
    span.setAttribute("callboard.delivery_id", formatId("dlv", siteNo, id));
    span.setAttribute("callboard.attempt", attempts + 1);
  }

  return {
    intake: (traceParent, attributes) => start("callboard.intake", SpanKind.SERVER, traceParent, attributes),
    fanOut: (traceParent, attributes) =>
      start("callboard.fan-out", SpanKind.INTERNAL, traceParent, attributes),
    attempt: (delivery) => new AttemptSpan(delivery),
  };
}

export async function loadTracing(snapshots: Pick<Snapshots, "get">): Promise<Tracing> {
  return createTracing(await import("@opentelemetry/api"), snapshots);
}
