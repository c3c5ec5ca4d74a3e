/** `callboard enable` */
import type { Ending } from "../exit.ts";
import type { Context } from "../context.ts";
import { switchAddon } from "../switch.ts";
import type { SwitchOptions } from "../switch.ts";

export function enable(context: Context, key: string, options: SwitchOptions): Promise<Ending> {
  return switchAddon(context, "enable", key, options);
}
