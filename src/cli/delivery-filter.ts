/** The options that choose deliveries, as a query of the API. */
import { parseDuration } from "../config.ts";
import { usageFailure } from "./exit.ts";

export interface DeliveryFilter {
  readonly site?: string;
  readonly addon?: string;
  readonly event?: string;
  readonly state?: string;
  readonly since?: string;
}

/** The same words as the API has; a duration becomes the time so long ago. */
export function filterWords(options: DeliveryFilter): Readonly<Record<string, string>> {
  const { site, addon, event, state, since } = options;
  const words = {
    site,
    addon,
    event,
    state,
    since: since === undefined ? undefined : readTime("since", since),
  };
  return Object.fromEntries(
    Object.entries(words).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
}

/** The latest moment that a date can be, in epoch ms (ECMAScript, "Time Values and Time Range"). */
const MAX_TIME = 8.64e15;

/** ISO 8601 of a time, or of a duration before now. @throws CommandFailure USAGE */
export function readTime(option: string, text: string): string {
  const ago = parseDuration(text);
  const at = ago === undefined ? Date.parse(text) : Date.now() - ago;
  if (!(Math.abs(at) <= MAX_TIME)) {
    throw usageFailure(`--${option} ${text} is neither a time nor a duration such as 1h`);
  }
  return new Date(at).toISOString();
}

/** A delivery as the list of the API has it, as far as lines tell it. */
export interface ListedDelivery {
  readonly id: string;
  readonly createdAt: string;
  readonly event: string | null;
  readonly addonKey: string | null;
  readonly webhookId: string | null;
  readonly url: string | null;
  readonly state: string;
  readonly reason: string | null;
  readonly attempts: number;
  readonly lastStatus: number | null;
  readonly lastOutcome: string | null;
}

/** Names of the cells of {@link deliveryCells}. */
export const DELIVERY_HEAD = ["TIME", "ID", "EVENT", "STATE", "ANSWER", "ATTEMPTS", "RECEIVER", "URL"];

export function deliveryCells(delivery: ListedDelivery): readonly string[] {
  const answer = delivery.lastStatus === null ? (delivery.lastOutcome ?? "-") : String(delivery.lastStatus);
  return [
    delivery.createdAt,
    delivery.id,
    delivery.event ?? "-",
    delivery.reason === null ? delivery.state : `${delivery.state} (${delivery.reason})`,
    answer,
    `#${delivery.attempts}`,
    delivery.addonKey ?? delivery.webhookId ?? "-",
    delivery.url ?? "-",
  ];
}
