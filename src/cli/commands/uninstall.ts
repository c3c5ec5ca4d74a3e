/** `callboard uninstall` */
import { confirm, counted, describeWaiting } from "../consent.ts";
import type { Context } from "../context.ts";
import type { Ending } from "../exit.ts";
import { print } from "../io.ts";
import { callLines } from "../told.ts";

export async function uninstall(
  { io, client }: Context,
  key: string,
  options: { readonly site: string; readonly yes?: boolean; readonly json?: boolean },
): Promise<Ending> {
  const { site } = options;
  const path = { site, key };
  const { webhooks } = await client.showAddon({ path });
  const waiting = await describeWaiting(client, { site, addon: key });
  const extent = `${counted(webhooks.length, "webhook", "webhooks")}, ${waiting} and the shared secret`;
  await confirm(io, `Uninstalling ${key} from ${site} ends ${extent}.`, options);
  const { lifecycle } = await client.uninstallAddon({ path });
  print(io, options, { key, uninstalled: true, lifecycle }, [
    `uninstalled from ${site}: ${key}`,
    ...callLines(lifecycle),
  ]);
  return "done";
}
