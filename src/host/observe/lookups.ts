/** Remembers whether name servers answered the last attempts of this process. */
import { steadyNow } from "../../steady.ts";
import { NAMES_ANSWERED, afterLookup, namesFail } from "../model/name-lookups.ts";
import type { LookedUp } from "../model/name-lookups.ts";

export interface Lookups {
  readonly met: (lookup: LookedUp) => void;
  readonly fail: () => boolean;
}

export function createLookups(): Lookups {
  let lookups = NAMES_ANSWERED;
  return {
    met: (lookup) => {
      lookups = afterLookup(lookups, lookup, steadyNow());
    },
    fail: () => namesFail(lookups, steadyNow()),
  };
}
