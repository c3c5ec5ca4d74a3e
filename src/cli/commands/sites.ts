/** `callboard sites` */
import type { Ending } from "../exit.ts";
import type { Context } from "../context.ts";
import { print, printable } from "../io.ts";
import { printTable } from "../table.ts";

interface Site {
  readonly key: string;
  readonly product: string;
  readonly name: string;
  readonly baseUrl: string;
}

export async function listSites(
  { io, client }: Context,
  options: { readonly json?: boolean },
): Promise<Ending> {
  const list = await client.callList<{ readonly items: readonly Site[] }>("/sites");
  if (list.items.length === 0) io.note("no site; add one: callboard sites add KEY --product jira\n");
  printTable(io, options, list, {
    head: ["KEY", "PRODUCT", "NAME", "BASE URL"],
    rows: list.items.map(cellsOf),
  });
  return "done";
}

export async function addSite(
  { io, client }: Context,
  key: string,
  options: {
    readonly product: string;
    readonly name?: string;
    readonly baseUrl?: string;
    readonly json?: boolean;
  },
): Promise<Ending> {
  const { product, name = key, baseUrl } = options;
  const site = await client.call<Site>("POST", "/sites", {
    key,
    product,
    name,
    ...(baseUrl === undefined ? {} : { baseUrl }),
  });
  print(io, options, site, [`added: ${cellsOf(site).join("  ")}`]);
  return "done";
}

function cellsOf({ key, product, name, baseUrl }: Site): readonly string[] {
  return [key, product, printable(name), printable(baseUrl)];
}
