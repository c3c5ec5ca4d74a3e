/** Traces with the SDK that operators load, and not one call of its API without the environment's wish. */
import * as api from "@opentelemetry/api";
import {
  AlwaysOffSampler,
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { createTracing } from "../../src/host/observe/tracing.ts";
import { startTestHost } from "../support/host.ts";
import { answerStatus, startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { waitFor } from "../support/wait-for.ts";
import type { DueDelivery } from "../../src/host/model/delivery.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const CALLER = "b7ad6b7169203331";
const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
/** Every call of the tracer that the API hands out. */
let calls = 0;

beforeAll(useSdk);

function useSdk(): void {
  api.trace.setGlobalTracerProvider({
    getTracer: (name, version) => {
      calls += 1;
      const tracer = provider.getTracer(name, version);
      return new Proxy(tracer, {
        get: (target, key, proxy) => {
          calls += 1;
          const value: unknown = Reflect.get(target, key, proxy);
          return typeof value === "function" ? (value.bind(target) as unknown) : value;
        },
      });
    },
  });
}
afterAll(() => api.trace.disable());
beforeEach(() => {
  exporter.reset();
  calls = 0;
});

async function deliver(env: Readonly<Record<string, string>>): Promise<Receiver> {
  const host = await startTestHost({ CALLBOARD_RETRY_SCHEDULE: "20ms", ...env });
  onTestFinished(() => host.stop());
  const receiver = await startReceiver((request, response, count) =>
    answerStatus(count === 1 ? 503 : 204)(request, response, count),
  );
  onTestFinished(() => receiver.close());
  await host.call("POST", "/api/v1/sites/jira/webhooks", {
    name: "Accounting",
    url: `${receiver.url}/secret`,
  });
  const event = { event: "jira:issue_created", payload: { issue: { key: "DEMO-1" } } };
  const traceparent = `00-${TRACE}-${CALLER}-01`;
  expect((await host.call("POST", "/api/v1/sites/jira/events", event, { traceparent })).status).toBe(202);
  await waitFor(() => expect(receiver.received).toHaveLength(2));
  return receiver;
}

/** The API with the tracer of this provider. */
const createTracer = (of: NodeTracerProvider): typeof api.trace =>
  new Proxy(api.trace, {
    get: (target, key) =>
      key === "getTracer" ? () => of.getTracer("test") : (Reflect.get(target, key) as unknown),
  });

const findId = (span: ReadableSpan | undefined) => span?.spanContext().spanId;

describe("with tracing on", () => {
  test("a request, its fan-out and each attempt are one trace, which the receiver is told of", async () => {
    const receiver = await deliver({ OTEL_SERVICE_NAME: "callboard" });
    const named = (name: string) => exporter.getFinishedSpans().filter((span) => span.name === name);
    await waitFor(() => expect(named("callboard.attempt")).toHaveLength(2));

    const [intake] = named("callboard.intake");
    const [fanOut] = named("callboard.fan-out");
    const [first, second] = named("callboard.attempt");
    expect(exporter.getFinishedSpans().map((span) => span.spanContext().traceId)).toEqual(
      Array(4).fill(TRACE),
    );
    expect(intake?.parentSpanContext).toMatchObject({ spanId: CALLER, isRemote: true });
    expect(fanOut?.parentSpanContext?.spanId).toBe(findId(intake));
    expect(first?.parentSpanContext?.spanId).toBe(findId(fanOut));
    expect(second?.parentSpanContext?.spanId).toBe(findId(fanOut));
    expect(receiver.received.map(({ headers }) => headers["traceparent"])).toEqual(
      [first, second].map((span) => `00-${TRACE}-${findId(span)}-01`),
    );
    expect(fanOut?.attributes).toMatchObject({ "callboard.site": "jira", "callboard.deliveries": 1 });
    expect([first?.status.code, second?.status.code]).toEqual([
      api.SpanStatusCode.ERROR,
      api.SpanStatusCode.UNSET,
    ]);
    expect(second?.attributes).toMatchObject({
      "callboard.site": "jira",
      "callboard.event_type": "jira:issue_created",
      "callboard.event_id": expect.stringMatching(/^evt_/),
      "callboard.delivery_id": receiver.received[1]?.headers["webhook-id"],
      "callboard.attempt": 2,
      "callboard.origin": receiver.url,
      "http.response.status_code": 204,
    });
    expect(JSON.stringify(exporter.getFinishedSpans().map(({ attributes }) => attributes))).not.toContain(
      "/secret",
    );
  });

  test("an attempt that is not sampled is told to the receiver, and nothing is made ready for it", () => {
    const unsampled = new NodeTracerProvider({ sampler: new AlwaysOffSampler() });
    const tracing = createTracing(
      { ...api, trace: createTracer(unsampled) },
      {
        get: () => {
          throw new Error("nobody asked for the site");
        },
      },
    );
    const attempt = tracing.attempt({ traceParent: `00-${TRACE}-${CALLER}-00` } as DueDelivery);
    expect(attempt.traceParent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
    expect(attempt.traceParent).not.toContain(CALLER);
    attempt.end(undefined);
  });

  test("without an SDK the caller's trace is sent as it came", () => {
    api.trace.disable();
    onTestFinished(useSdk);
    const tracing = createTracing(api, { get: () => undefined });
    const traceParent = `00-${TRACE}-${CALLER}-01`;
    expect(tracing.intake(traceParent, {}).traceParent).toBe(traceParent);
    expect(tracing.intake(undefined, {}).traceParent).toBeUndefined();
  });
});

test("with tracing off nothing of the API is called, and the caller's trace is sent as it came", async () => {
  const receiver = await deliver({});
  expect(calls).toBe(0);
  expect(receiver.received.map(({ headers }) => headers["traceparent"])).toEqual(
    Array(2).fill(`00-${TRACE}-${CALLER}-01`),
  );
});

test.each([
  [{}, false],
  [{ OTEL_SERVICE_NAME: "callboard" }, true],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318" }, true],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://127.0.0.1:4318/v1/traces" }, true],
  [{ OTEL_TRACES_EXPORTER: "otlp" }, true],
  [{ OTEL_TRACES_EXPORTER: "none", OTEL_SERVICE_NAME: "callboard" }, false],
  [{ OTEL_SDK_DISABLED: "true", OTEL_SERVICE_NAME: "callboard" }, false],
  [{ OTEL_SERVICE_NAME: " " }, false],
])("%j: tracing is %s", (env, tracing) => {
  expect(readConfig(env).tracing).toBe(tracing);
});
