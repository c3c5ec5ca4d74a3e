/** `callboard install`: from a URL or a file; the same again is an upgrade. */
import type { Ending } from "../exit.ts";
import type { Context } from "../index.ts";
import { print } from "../io.ts";
import { descriptorMember } from "../source.ts";
import { addonLines, callLines, problemLines } from "../told.ts";
import type { ToldAddon, ToldWarning } from "../told.ts";

interface Installed extends ToldAddon {
  readonly warnings: readonly ToldWarning[];
}

export async function install(
  { io, client }: Context,
  descriptor: string,
  options: { readonly site: string; readonly confirmOrigin?: boolean; readonly json?: boolean },
): Promise<Ending> {
  const member = await descriptorMember(descriptor, io);
  const addon = await client.call<Installed>(
    "POST",
    `/sites/${encodeURIComponent(options.site)}/addons`,
    `{${member},"confirmOrigin":${options.confirmOrigin === true}}`,
  );
  print(io, options, addon, [
    `installed on ${options.site}: ${addonLines(addon).join("\n")}`,
    ...problemLines("warning", addon.warnings),
    ...callLines(addon.lifecycle),
  ]);
  return "done";
}
