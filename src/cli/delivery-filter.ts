/** The options that choose deliveries, as a filter of the API. */
import type { RequestOf, Schemas } from "../client/index.ts";
import { defined } from "../defined.ts";
import { isMissing } from "./missing.ts";

type Filter = Omit<NonNullable<RequestOf<"listDeliveries">["query"]>, "limit" | "cursor">;

/** The same words as the API has. */
export interface DeliveryFilter extends Omit<Filter, "q"> {
  readonly search?: string;
}

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
    since,
    until,
    q: search,
    test,
  });
}

/** Names of the cells of {@link deliveryCells}. */
export const DELIVERY_HEAD = ["TIME", "ID", "EVENT", "STATE", "RESPONSE", "ATTEMPTS", "RECEIVER", "URL"];

export function deliveryCells(delivery: Schemas["Delivery"]): readonly string[] {
  const response = isMissing(delivery.lastStatus)
    ? (delivery.lastOutcome ?? "-")
    : String(delivery.lastStatus);
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
  isMissing(reason) ? state : `${state} (${reason})`;

/** The key of the add-on or the ID of the webhook that gets it. */
export const nameReceiver = ({
  addonKey,
  webhookId,
}: Pick<Schemas["Delivery"], "addonKey" | "webhookId">): string => addonKey ?? webhookId ?? "-";
