/** `callboard addons …`, `enable` and `disable` */
import type { Schemas } from "../../client/index.ts";
import type { Context } from "../context.ts";
import type { Ending } from "../exit.ts";
import { print, printable } from "../io.ts";
import { fetchList } from "../list.ts";
import type { ListFlags } from "../list.ts";
import { printTable } from "../table.ts";
import { addonLines, callLines, historyLines, resumedLine } from "../told.ts";
import { isMissing } from "../missing.ts";

interface Options {
  readonly site: string;
  readonly json?: boolean;
}

export async function listAddons({ io, client }: Context, options: ListFlags & Options): Promise<Ending> {
  const { site } = options;
  const list = await fetchList(io, options, (page) => client.listAddons({ path: { site }, query: page }));
  if (list.items.length === 0)
    io.note(`No add-ons on site ${site}. Install one: callboard install URL --site ${site}\n`);
  printTable(io, options, list, { head: ["KEY", "STATE", "VERSION", "NAME"], rows: list.items.map(toCells) });
  return "done";
}

const toCells = ({ key, state, version, name, reinstall, availableVersion }: Schemas["AddonSummary"]) => [
  key,
  isMissing(reinstall) ? state : `${state}, secret lost`,
  `${version ?? ""}${isMissing(availableVersion) ? "" : ` (update: ${availableVersion})`}`,
  printable(name),
];

export async function showAddon({ io, client }: Context, key: string, options: Options): Promise<Ending> {
  const addon = await client.showAddon({ path: { site: options.site, key } });
  print(io, options, addon, [...addonLines(addon), ...historyLines(addon.lifecycle)]);
  return "done";
}

export async function enableAddon({ io, client }: Context, key: string, options: Options): Promise<Ending> {
  const addon = await client.enableAddon({ path: { site: options.site, key } });
  print(io, options, addon, switchedLines(addon, options));
  return "done";
}

export async function disableAddon({ io, client }: Context, key: string, options: Options): Promise<Ending> {
  const addon = await client.disableAddon({ path: { site: options.site, key } });
  print(io, options, addon, switchedLines(addon, options));
  return "done";
}

const switchedLines = ({ key, state, lifecycle }: Schemas["Addon"], { site }: Options) => [
  `${state} on ${site}: ${key}`,
  ...callLines(lifecycle),
];

export async function resumeAddon({ io, client }: Context, key: string, options: Options): Promise<Ending> {
  const resumed = await client.resumeAddon({ path: { site: options.site, key } });
  print(io, options, resumed, [resumedLine(key, resumed)]);
  return "done";
}

export async function rotateAddonSecret(
  { io, client }: Context,
  key: string,
  options: Options,
): Promise<Ending> {
  const changed = await client.rotateAddonSecret({ path: { site: options.site, key } });
  print(io, options, changed, [`secret rotated: ${changed.key}`, ...callLines(changed.lifecycle)]);
  return "done";
}
