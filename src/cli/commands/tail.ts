/** `callboard deliveries tail`: a line whenever a delivery is made or changes. */
import { escapeLine } from "../../foreign-text.ts";
import { deliveryCells, filterWords } from "../delivery-filter.ts";
import type { DeliveryFilter, ListedDelivery } from "../delivery-filter.ts";
import type { Ending } from "../exit.ts";
import type { Context } from "../context.ts";
import { printable } from "../io.ts";

const POLL_MS = 500;
const PAGE = 200;
/** Deliveries that are watched for changes; older ones are forgotten. */
const MAX_WATCHED = 2_000;

interface Options extends DeliveryFilter {
  readonly count?: number;
  readonly json?: boolean;
}

export async function tail({ io, client }: Context, options: Options): Promise<Ending> {
  const most = options.count ?? Infinity;
  const startedAt = new Date().toISOString();
  const seen = new Map<string, string>();
  const query = new URLSearchParams({ since: startedAt, ...filterWords(options), limit: String(PAGE) });
  for (let printed = 0; ;) {
    const { items } = await client.call<{ readonly items: readonly ListedDelivery[] }>(
      "GET",
      `/deliveries?${query}`,
    );
    for (const delivery of items.toReversed()) {
      const state = `${delivery.state} ${delivery.attempts}`;
      if (seen.get(delivery.id) === state) continue;
      seen.set(delivery.id, state);
      io.out(`${escapeLine(options.json === true ? JSON.stringify(delivery) : lineOf(delivery))}\n`);
      printed += 1;
      if (printed >= most) return "done";
    }
    for (const oldest of seen.keys()) {
      if (seen.size <= MAX_WATCHED) break;
      seen.delete(oldest);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function lineOf(delivery: ListedDelivery): string {
  return deliveryCells(delivery).map(printable).join("  ");
}
