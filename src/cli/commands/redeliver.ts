/** `callboard redeliver`: one delivery by its ID, or everything that failed and fits a filter. */
import { affectedText, changeMany } from "../consent.ts";
import type { MassOptions } from "../consent.ts";
import type { Context } from "../context.ts";
import { deliveryCells, toFilter } from "../delivery-filter.ts";
import type { DeliveryFilter } from "../delivery-filter.ts";
import { usageFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import { print, printable } from "../io.ts";
import { waitForDeliveries, waitedLine } from "../wait.ts";
import type { WaitOptions } from "../wait.ts";

interface Options extends DeliveryFilter, MassOptions, WaitOptions {
  readonly wait?: boolean;
  readonly failed?: boolean;
  readonly json?: boolean;
}

export async function redeliver(context: Context, id: string | undefined, options: Options): Promise<Ending> {
  if ((id === undefined) === (options.failed !== true)) {
    throw usageFailure("Give the ID of a delivery, or --failed with a filter");
  }
  if (id !== undefined) return redeliverOne(context, id, options);
  if (options.wait === true) throw usageFailure("--wait requires the ID of one delivery");
  return redeliverFailed(context, options);
}

async function redeliverOne({ io, client }: Context, id: string, options: Options): Promise<Ending> {
  const delivery = await client.redeliver({ path: { id } });
  if (options.wait !== true) {
    print(io, options, delivery, [deliveryCells(delivery).map(printable).join("  ")]);
    return "done";
  }
  const [waited] = await waitForDeliveries({ io, client }, delivery.id, [delivery], options);
  print(io, options, waited ?? delivery, waited === undefined ? [] : [waitedLine(waited).trimStart()]);
  return waited?.state === "delivered" ? "done" : "failed";
}

async function redeliverFailed({ io, client }: Context, options: Options): Promise<Ending> {
  const { state = "failed", ...filter } = toFilter(options);
  if (state !== "failed") throw usageFailure(`--failed and --state ${state} exclude each other`);
  const made = await changeMany(
    io,
    {
      change: (dryRun) => client.redeliverMany({ body: { filter: { ...filter, state }, dryRun } }),
      filtered: Object.keys(filter),
      kind: "failed",
      fate: `will be sent again${filter.test === undefined ? "; tests are left out" : ""}`,
    },
    options,
  );
  print(io, options, made, [`${affectedText(made)} ${made.dryRun ? "would be " : ""}reopened`]);
  return "done";
}
