/** An endpoint, as pages and API show it, and an attempt that a person asks for. */
import { receiverFields } from "../../model/receiver.ts";
import { CallboardError } from "../../../errors.ts";
import type { EndpointRate, ListedEndpoint } from "../../delivery-log/endpoint-figures.ts";
import { toGate } from "../../model/breaker.ts";
import { formatId } from "../../model/ids.ts";
import type { Pace } from "../../model/pace.ts";
import { standstillText } from "../../model/standstill.ts";
import type { Standstill } from "../../model/standstill.ts";
import type { StuckKey } from "../../store/tables/stuck-keys.ts";
import type { Author } from "../../store/tables/audit.ts";
import type { Rooms } from "../rooms.ts";
import { isoTime } from "./values.ts";

export function presentEndpoint(endpoint: ListedEndpoint, { endpoints }: Pick<Rooms, "endpoints">) {
  const { siteNo, queue, next } = endpoint;
  return {
    site: endpoint.siteKey,
    number: endpoint.no,
    receiver: endpoint.name,
    ...receiverFields(siteNo, endpoint.receiver),
    origin: endpoint.origin,
    state: endpoint.state,
    receiverState: endpoint.receiverState,
    goneSince: isoTime(endpoint.goneSince),
    waiting: queue.waiting,
    waitingIsMore: queue.more,
    oldestWaitingAt: isoTime(endpoint.oldestWaitingAt),
    nextAttemptAt: next.kind === "none" ? null : isoTime(next.at),
    last:
      queue.last === undefined
        ? null
        : {
            deliveryId: formatId("dlv", siteNo, queue.last.id),
            outcome: queue.last.outcome,
            status: queue.last.status ?? null,
            durationMs: queue.last.ms ?? null,
          },
    rates: {
      "1h": presentRate(endpoint.hour),
      "24h": presentRate(endpoint.day),
      "7d": presentRate(endpoint.week),
    },
    series: endpoint.series.map(({ startsAt, good, bad }) => ({ startsAt: isoTime(startsAt), good, bad })),
    breaker: toGate(endpoint, endpoints.now()),
    failures: endpoint.failures,
    openUntil: isoTime(endpoint.openUntil),
    pausedAt: isoTime(endpoint.pausedAt),
    nextProbeAt: endpoint.pausedAt === undefined ? null : isoTime(endpoint.probeAt),
    failingSince: isoTime(endpoint.failingSince),
    failedAttempts: endpoint.failedAttempts,
    failedDeliveries: endpoint.failedDeliveries,
    expired: endpoint.expired,
    pace: presentPace(endpoint.pace),
    orderBy: endpoint.orderBy ?? null,
  };
}

export const presentStuckKey = (
  siteNo: number,
  { id, outcome, status, dueAt, more, ...stuck }: StuckKey,
) => ({
  ...stuck,
  deliveryId: formatId("dlv", siteNo, id),
  lastOutcome: outcome ?? null,
  lastStatus: status ?? null,
  nextAttemptAt: isoTime(dueAt),
  behindIsMore: more,
});

/** Presents a pace with every member; null for what is as the server has it. */
export const presentPace = (pace: Pace | undefined) =>
  pace === undefined
    ? null
    : {
        rate: pace.rate ?? null,
        slots: pace.slots ?? null,
        timeoutMs: pace.timeoutMs ?? null,
        retryProfile: pace.retryProfile ?? null,
        retryDelaysMs: pace.retryDelaysMs ?? null,
      };

const presentRate = ({ attempts, success, averageMs, failed }: EndpointRate) => ({
  attempts,
  success: success ?? null,
  averageMs: averageMs === undefined ? null : Math.round(averageMs),
  failedDeliveries: failed,
});

/** Presents the reason why nothing is being sent. Null if something is, or soon will be. */
export const presentStandstill = (standstill: Standstill | undefined) =>
  standstill === undefined
    ? null
    : {
        reason: standstill.reason,
        detail: standstillText(standstill),
        until: isoTime(standstill.until),
        endpoints: standstill.endpoints,
      };

/** @throws {CallboardError} ENDPOINT_NOT_FOUND for what is no number: there cannot be such an endpoint */
export function endpointNo(text: string | undefined = ""): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new CallboardError("ENDPOINT_NOT_FOUND", `There is no endpoint ${JSON.stringify(text)}`);
}

/**
 * Makes an attempt due now, and says with which delivery.
 * @throws {CallboardError} ENDPOINT_NOT_FOUND; ENDPOINT_STATE if nothing waits for it or its receiver gets nothing
 */
export async function tryNow(
  siteKey: string,
  no: number,
  by: Author,
  { endpoints, registry }: Rooms,
): Promise<string> {
  const { receiverState } = await endpoints.show(siteKey, no);
  if (receiverState !== "active") {
    const wayOut = receiverState === "disabled" ? "Enable it" : "Resume it, or make it active";
    throw new CallboardError(
      "ENDPOINT_STATE",
      `The receiver is ${receiverState}, so nothing is sent to it. ${wayOut}`,
    );
  }
  const { siteNo, deliveryId } = await registry.tryEndpoint(siteKey, no, by);
  return formatId("dlv", siteNo, deliveryId);
}
