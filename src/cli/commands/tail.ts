/** `callboard deliveries tail`: a line whenever a delivery is made or changes. */
import type { Schemas } from "../../client/index.ts";
import { escapeLine } from "../../foreign-text.ts";
import type { Context } from "../context.ts";
import { deliveryCells, toFilter } from "../delivery-filter.ts";
import type { DeliveryFilter } from "../delivery-filter.ts";
import type { Ending } from "../exit.ts";
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
  const seen = new Map<string, string>();
  const query = { since: new Date().toISOString(), ...toFilter(options), limit: PAGE };
  for (let printed = 0; ;) {
    const { items } = await client.listDeliveries({ query });
    for (const delivery of items.toReversed()) {
      const state = `${delivery.state} ${delivery.attempts}`;
      if (seen.get(delivery.id) === state) continue;
      seen.set(delivery.id, state);
      io.out(`${escapeLine(options.json === true ? JSON.stringify(delivery) : toLine(delivery))}\n`);
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

function toLine(delivery: Schemas["Delivery"]): string {
  return deliveryCells(delivery).map(printable).join("  ");
}
