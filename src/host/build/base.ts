/** What every step of a build stands on: what was opened, and the clocks and names that need no room. */
import type { OwnAddress } from "../address.ts";
import type { HostContext } from "../context.ts";
import { createEventIds } from "../model/ids.ts";
import type { Uuid } from "../model/ids.ts";
import type { OpenHost } from "../open.ts";

export interface Base extends Pick<
  HostContext,
  "config" | "clock" | "logger" | "database" | "seal" | "now" | "baseUrl"
> {
  readonly catalogue: OpenHost["catalogue"];
  readonly newEventId: () => Uuid;
}

export function createBase(
  { config, catalogue, clock, logger, database, seal }: OpenHost,
  { baseUrl }: OwnAddress,
): Base {
  const newEventId = createEventIds(clock.now);
  return { config, catalogue, clock, logger, database, seal, now: database.now, newEventId, baseUrl };
}
