/** Sends deliveries to the local application, by the same client that a host sends with. */
import { createEgress } from "../../egress/index.ts";
import type { ExchangeResult } from "../../egress/index.ts";
import {
  MAX_BODY_BYTES,
  MAX_DETAIL_LENGTH,
  UNANSWERED_REASONS,
  joinForward,
} from "../../host/model/listener.ts";
import type { HandedOver, ListenerResponse } from "../../host/model/listener.ts";
import { getHost } from "../../url-host.ts";

export interface Forward {
  /** Never rejects: without a response, the failure is what is told. */
  readonly send: (delivery: HandedOver) => Promise<ListenerResponse>;
  readonly close: () => Promise<void>;
}

/** @param timeoutMs for the whole request */
export function createForward(forwardTo: string, timeoutMs: number): Forward {
  const { post, close } = createEgress({
    // The person at the command line says where, on a machine of their own.
    allowNetworks: ["loopback", "0.0.0.0/0", "::/0", getHost(new URL(forwardTo))],
    allowHttp: true,
    connectTimeoutMs: timeoutMs,
    requestTimeoutMs: timeoutMs,
    maxAnswerBytes: MAX_BODY_BYTES,
  });
  return {
    send: async ({ deliveryId, attempt, path, headers, body }) => {
      const result = await post({
        url: joinForward(forwardTo, path),
        headers: headers.flat(),
        body: Buffer.from(body, "base64"),
      });
      return { deliveryId, attempt, durationMs: result.timing.durationMs, ...describe(result) };
    },
    close,
  };
}

/** The host makes of it what it would make of a response of its own. */
function describe({ outcome, answer }: ExchangeResult): Pick<ListenerResponse, "response" | "failure"> {
  if (answer !== undefined) {
    const { status, headers, body, cut } = answer;
    return { response: { status, headers, body: body.toString("base64"), isCut: cut !== false } };
  }
  const detail = "detail" in outcome ? outcome.detail.slice(0, MAX_DETAIL_LENGTH) : "";
  const reason = UNANSWERED_REASONS.find((each) => "reason" in outcome && each === outcome.reason);
  return { failure: { reason: reason ?? "protocol", detail } };
}
