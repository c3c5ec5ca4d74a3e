/** The options that choose deliveries, as a filter of the API. */
import type { RequestOf, Schemas } from "../client/index.ts";
import { parseDuration } from "../duration.ts";
import { defined } from "../defined.ts";
import { usageFailure } from "./exit.ts";

type Filter = Omit<NonNullable<RequestOf<"listDeliveries">["query"]>, "limit" | "cursor">;

/** The same words as the API has; times can be durations. */
export interface DeliveryFilter extends Omit<Filter, "q"> {
  readonly search?: string;
}

/** A duration becomes the time so long ago. */
export function toFilter({
  site,
  addon,
  webhook,
  endpoint,
  event,
  state,
  reason,
  since,
  until,
  search,
  test,
}: DeliveryFilter): Filter {
  return defined({
    site,
    addon,
    webhook,
    endpoint,
    event,
    state,
    reason,
    since: since === undefined ? undefined : readTime("since", since),
    until: until === undefined ? undefined : readTime("until", until),
    q: search,
    test,
  });
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

/** Names of the cells of {@link deliveryCells}. */
export const DELIVERY_HEAD = ["TIME", "ID", "EVENT", "STATE", "RESPONSE", "ATTEMPTS", "RECEIVER", "URL"];

export function deliveryCells(delivery: Schemas["Delivery"]): readonly string[] {
  const response = delivery.lastStatus === null ? (delivery.lastOutcome ?? "-") : String(delivery.lastStatus);
  return [
    delivery.createdAt,
    delivery.id,
    delivery.event ?? "-",
    formatState(delivery),
    response,
    `#${delivery.attempts}`,
    nameReceiver(delivery),
    delivery.url ?? "-",
  ];
}

/** "failed (exhausted)" */
export const formatState = ({ state, reason }: Pick<Schemas["Delivery"], "state" | "reason">): string =>
  reason === null ? state : `${state} (${reason})`;

/** The key of the add-on or the ID of the webhook that gets it. */
export const nameReceiver = ({
  addonKey,
  webhookId,
}: Pick<Schemas["Delivery"], "addonKey" | "webhookId">): string => addonKey ?? webhookId ?? "-";
