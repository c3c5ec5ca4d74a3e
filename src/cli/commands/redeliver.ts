/** `callboard redeliver`: one delivery by its ID, or everything that failed and fits a filter. */
import { affectedText, changeMany } from "../consent.ts";
import { deliveryCells, filterWords } from "../delivery-filter.ts";
import type { DeliveryFilter, ListedDelivery } from "../delivery-filter.ts";
import { usageFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import type { Context } from "../context.ts";
import { print, printable } from "../io.ts";
import { timeoutOf, waitForDeliveries, waitedLine } from "../wait.ts";
import type { WaitOptions } from "../wait.ts";

interface Options extends DeliveryFilter, WaitOptions {
  readonly wait?: boolean;
  readonly failed?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export async function redeliver(
  { io, client }: Context,
  id: string | undefined,
  options: Options,
): Promise<Ending> {
  if ((id === undefined) === (options.failed !== true)) {
    throw usageFailure("Give the id of a delivery, or --failed with a filter");
  }
  timeoutOf(options);
  if (id === undefined && options.wait === true) {
    throw usageFailure("--wait waits for one delivery: give its ID");
  }
  if (id !== undefined) {
    const delivery = await client.call<ListedDelivery>(
      "POST",
      `/deliveries/${encodeURIComponent(id)}/redeliver`,
    );
    if (options.wait === true) {
      const [waited] = await waitForDeliveries({ io, client }, delivery.id, [delivery], options);
      print(io, options, waited ?? delivery, waited === undefined ? [] : [waitedLine(waited).trimStart()]);
      return waited?.state === "delivered" ? "done" : "failed";
    }
    print(io, options, delivery, [deliveryCells(delivery).map(printable).join("  ")]);
    return "done";
  }
  return redeliverFailed({ io, client }, options);
}

async function redeliverFailed(context: Context, options: Options): Promise<Ending> {
  if (options.state !== undefined && options.state !== "failed") {
    throw usageFailure(`--failed and --state ${options.state} exclude each other`);
  }
  const made = await changeMany(
    context,
    {
      path: "/redeliveries",
      filter: { ...filterWords(options), state: "failed" },
      kind: "failed",
      fate: "will be sent again; tests are left out",
    },
    options,
  );
  print(context.io, options, made, [`${affectedText(made)} ${made.dryRun ? "would be " : ""}reopened`]);
  return "done";
}
