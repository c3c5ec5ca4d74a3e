/**
 * Traces by OpenTelemetry's API. What is done with them is for the SDK that the operator loads before us (`node --require`);
 * without one its calls do nothing. The API is loaded only when tracing is on: otherwise not one call of it is made.
 *
 * Contexts are passed on by hand. Following them through every promise would cost more than the spans do.
 */
import type * as opentelemetry from "@opentelemetry/api";
import { formatTraceParent, readTraceParent } from "../model/correlation.ts";
import { VERSION } from "../../version.ts";
import type { AttemptTrace } from "../delivery/observer.ts";
import type { DueDelivery } from "../store/deliveries.ts";
import { eventOfDelivery, formatId } from "../store/ids.ts";
import type { Snapshots } from "../store/snapshot.ts";

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

  /** Deliveries of one event come after one another: what they belong to is read once for all of them. */
  let last: { readonly text: string; readonly context: opentelemetry.Context } | undefined;

  function contextOf(traceParent: string | undefined): opentelemetry.Context {
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
    const span = tracer.startSpan(name, { kind, attributes }, contextOf(traceParent));
    const own = span.spanContext();
    return {
      traceParent: api.isSpanContextValid(own)
        ? formatTraceParent({ traceId: own.traceId, spanId: own.spanId, flags: own.traceFlags })
        : traceParent,
      end: (failure, found) => {
        if (found !== undefined) span.setAttributes(found);
        if (failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
        span.end();
      },
    };
  }

  return {
    intake: (traceParent, attributes) => start("callboard.intake", SpanKind.SERVER, traceParent, attributes),
    fanOut: (traceParent, attributes) =>
      start("callboard.fan-out", SpanKind.INTERNAL, traceParent, attributes),
    attempt: (delivery) => {
      const { siteNo, id, event, attempts, endpointNo } = delivery;
      const snapshot = snapshots.get(siteNo);
      const origin = snapshot?.endpoints.get(endpointNo)?.origin;
      const { traceParent, end } = start("callboard.attempt", SpanKind.CLIENT, delivery.traceParent, {
        "http.request.method": "POST",
        // Not the whole URL: many have a secret in their path.
        ...(origin === undefined ? {} : { "callboard.origin": origin }),
        "callboard.site": snapshot?.site.key ?? "",
        "callboard.event_type": event,
        "callboard.event_id": formatId("evt", siteNo, eventOfDelivery(id)),
        "callboard.delivery_id": formatId("dlv", siteNo, id),
        "callboard.attempt": attempts + 1,
      });
      return {
        traceParent,
        end: (attempt) => {
          if (attempt === undefined) return end("postponed");
          const failure = attempt.outcome === "accepted" ? undefined : attempt.outcome;
          end(
            failure,
            attempt.status === undefined ? undefined : { "http.response.status_code": attempt.status },
          );
        },
      };
    },
  };
}

export async function loadTracing(snapshots: Pick<Snapshots, "get">): Promise<Tracing> {
  return createTracing(await import("@opentelemetry/api"), snapshots);
}
