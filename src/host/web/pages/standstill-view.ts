/** Why nothing is being sent, as the pages show it. */
import { standstillText } from "../../model/standstill.ts";
import type { Standstill } from "../../model/standstill.ts";

export interface StandstillView {
  readonly text: string;
  readonly until: number | undefined;
  /** Somebody has to do something about it. */
  readonly isTrouble: boolean;
}

/** Undefined while deliveries are sent. */
export function standstillView(standstill: Standstill | undefined): StandstillView | undefined {
  if (standstill === undefined) return undefined;
  const { reason, until } = standstill;
  const isTrouble = reason !== "nothing-waits" && reason !== "not-due";
  return { text: standstillText(standstill), until, isTrouble };
}
