/** `callboard redeliver`: one delivery by its id, or everything that failed and fits a filter. */
import { deliveryCells, filterWords } from "../delivery-filter.ts";
import type { DeliveryFilter, ListedDelivery } from "../delivery-filter.ts";
import { CommandFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import type { Context } from "../index.ts";
import { print, printable } from "../io.ts";

interface Options extends DeliveryFilter {
  readonly failed?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export async function redeliver(
  { io, client }: Context,
  id: string | undefined,
  options: Options,
): Promise<Ending> {
  if ((id === undefined) === (options.failed !== true)) {
    throw new CommandFailure("usage", "USAGE", "Give the id of a delivery, or --failed with a filter");
  }
  if (id !== undefined) {
    const delivery = await client.call<ListedDelivery>(
      "POST",
      `/deliveries/${encodeURIComponent(id)}/redeliver`,
    );
    print(io, options, delivery, [deliveryCells(delivery).map(printable).join("  ")]);
    return "done";
  }
  const made = await client.call<{
    readonly count: number;
    readonly more: boolean;
    readonly dryRun: boolean;
  }>("POST", "/redeliveries", {
    filter: { ...filterWords(options), state: "failed" },
    dryRun: options.dryRun === true,
  });
  print(io, options, made, [
    `${made.count}${made.more ? " or more" : ""} deliveries ${made.dryRun ? "would be " : ""}reopened`,
  ]);
  return "done";
}
