/** `callboard uninstall` */
import type { Ending } from "../exit.ts";
import type { Context } from "../index.ts";
import { print } from "../io.ts";
import { callLines } from "../told.ts";
import type { ToldCall } from "../told.ts";

export async function uninstall(
  { io, client }: Context,
  key: string,
  options: { readonly site: string; readonly json?: boolean },
): Promise<Ending> {
  const path = `/sites/${encodeURIComponent(options.site)}/addons/${encodeURIComponent(key)}`;
  const { lifecycle } = await client.call<{ readonly lifecycle: readonly ToldCall[] }>("DELETE", path);
  print(io, options, { key, lifecycle }, [
    `uninstalled from ${options.site}: ${key}`,
    ...callLines(lifecycle),
  ]);
  return "done";
}
