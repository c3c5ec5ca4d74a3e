/** Why nothing is being sent, and whether somebody has to do something about it. Pure. */
import type { Schemas } from "../client/index.ts";
import { isMissing } from "./missing.ts";

type NotSending = Schemas["NotSending"];

const CALM: ReadonlySet<string> = new Set<NotSending["reason"]>(["nothing-waits", "not-due"]);

/** Reports whether nothing is sent although something should be. */
export const isStuck = (notSending: Pick<NotSending, "reason"> | null): boolean =>
  !isMissing(notSending) && !CALM.has(notSending.reason);
