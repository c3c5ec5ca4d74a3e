/** `callboard uninstall` */
import { confirm, counted, waitingOf } from "../consent.ts";
import type { Ending } from "../exit.ts";
import type { Context } from "../context.ts";
import { print } from "../io.ts";
import { callLines } from "../told.ts";
import type { ToldCall } from "../told.ts";

export async function uninstall(
  { io, client }: Context,
  key: string,
  options: { readonly site: string; readonly yes?: boolean; readonly json?: boolean },
): Promise<Ending> {
  const { site } = options;
  const path = `/sites/${encodeURIComponent(site)}/addons/${encodeURIComponent(key)}`;
  const { webhooks } = await client.call<{ readonly webhooks: readonly unknown[] }>("GET", path);
  const waiting = await waitingOf(client, { site, addon: key });
  const extent = `${counted(webhooks.length, "webhook", "webhooks")}, ${waiting} and the shared secret`;
  await confirm(io, `Uninstalling ${key} from ${site} ends ${extent}.`, options);
  const { lifecycle } = await client.call<{ readonly lifecycle: readonly ToldCall[] }>("DELETE", path);
  print(io, options, { key, lifecycle }, [
    `uninstalled from ${options.site}: ${key}`,
    ...callLines(lifecycle),
  ]);
  return "done";
}
