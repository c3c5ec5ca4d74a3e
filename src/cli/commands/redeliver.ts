/** `callboard redeliver`: one delivery by its ID, or everything that failed and fits a filter. */
import { confirm, counted } from "../consent.ts";
import { deliveryCells, filterWords } from "../delivery-filter.ts";
import type { DeliveryFilter, ListedDelivery } from "../delivery-filter.ts";
import { CommandFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import type { Context } from "../index.ts";
import { print, printable } from "../io.ts";

interface Options extends DeliveryFilter {
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
  return redeliverFailed({ io, client }, options);
}

interface Redelivered {
  readonly count: number;
  readonly more: boolean;
  readonly dryRun: boolean;
}

async function redeliverFailed({ io, client }: Context, options: Options): Promise<Ending> {
  if (options.state !== undefined && options.state !== "failed") {
    throw new CommandFailure("usage", "USAGE", `--failed and --state ${options.state} exclude each other`);
  }
  const words = filterWords(options);
  const filter = { ...words, state: "failed" };
  const ask = (dryRun: boolean) => client.call<Redelivered>("POST", "/redeliveries", { filter, dryRun });
  const meant = await ask(true);
  if (options.dryRun !== true && meant.count > 0) {
    const names = Object.keys(words).filter((name) => name !== "state");
    const where = names.length === 0 ? "of every site, receiver and time" : `that fit ${names.join(", ")}`;
    await confirm(io, `${countOf(meant, "failed ")} ${where} will be sent again; tests are left out.`, {
      yes: options.yes,
      isRequired: names.length === 0,
    });
  }
  const made = options.dryRun === true ? meant : await ask(false);
  print(io, options, made, [`${countOf(made)} ${made.dryRun ? "would be " : ""}reopened`]);
  return "done";
}

const countOf = ({ count, more }: Redelivered, kind = "") =>
  `${more ? "At least " : ""}${counted(count, `${kind}delivery`, `${kind}deliveries`)}`;
