/** What enabling and disabling an add-on have in common. */
import type { Ending } from "./exit.ts";
import type { Context } from "./context.ts";
import { print } from "./io.ts";
import { callLines } from "./told.ts";
import type { ToldAddon } from "./told.ts";

export interface SwitchOptions {
  readonly site: string;
  readonly json?: boolean;
}

export async function switchAddon(
  { io, client }: Context,
  verb: "enable" | "disable",
  key: string,
  options: SwitchOptions,
): Promise<Ending> {
  const path = `/sites/${encodeURIComponent(options.site)}/addons/${encodeURIComponent(key)}/${verb}`;
  const addon = await client.call<ToldAddon>("POST", path);
  print(io, options, addon, [`${addon.state} on ${options.site}: ${key}`, ...callLines(addon.lifecycle)]);
  return "done";
}
