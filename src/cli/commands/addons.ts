/** `callboard addons` */
import type { Ending } from "../exit.ts";
import type { Context } from "../context.ts";
import { print, printable } from "../io.ts";
import { printTable } from "../table.ts";
import { addonLines, callLines, historyLines } from "../told.ts";
import type { ToldAddon } from "../told.ts";

interface Options {
  readonly site: string;
  readonly json?: boolean;
}

export async function listAddons({ io, client }: Context, options: Options): Promise<Ending> {
  const list = await client.callList<{ readonly items: readonly ToldAddon[] }>(
    `/sites/${encodeURIComponent(options.site)}/addons`,
  );
  const rows = list.items.map(({ key, state, version, name, reinstall, availableVersion }) => [
    key,
    reinstall === null || reinstall === undefined ? state : `${state}, secret lost`,
    `${version ?? ""}${(availableVersion ?? "") === "" ? "" : ` (update: ${availableVersion})`}`,
    printable(name),
  ]);
  if (rows.length === 0) io.note(`no add-on on ${options.site}; install one: callboard install URL\n`);
  printTable(io, options, list, { head: ["KEY", "STATE", "VERSION", "NAME"], rows: rows });
  return "done";
}

export async function showAddon({ io, client }: Context, key: string, options: Options): Promise<Ending> {
  const addon = await client.call<ToldAddon>(
    "GET",
    `/sites/${encodeURIComponent(options.site)}/addons/${encodeURIComponent(key)}`,
  );
  print(io, options, addon, [...addonLines(addon), ...historyLines(addon.lifecycle)]);
  return "done";
}

export async function rotateAddonSecret(
  { io, client }: Context,
  key: string,
  options: Options,
): Promise<Ending> {
  const changed = await client.call<ToldAddon>(
    "POST",
    `/sites/${encodeURIComponent(options.site)}/addons/${encodeURIComponent(key)}/rotate-secret`,
  );
  print(io, options, changed, [`secret rotated: ${changed.key}`, ...callLines(changed.lifecycle)]);
  return "done";
}
