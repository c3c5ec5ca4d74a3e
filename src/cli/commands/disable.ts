/** `callboard disable` */
import type { Ending } from "../exit.ts";
import type { Context } from "../context.ts";
import { switchAddon } from "../switch.ts";
import type { SwitchOptions } from "../switch.ts";

export function disable(context: Context, key: string, options: SwitchOptions): Promise<Ending> {
  return switchAddon(context, "disable", key, options);
}
