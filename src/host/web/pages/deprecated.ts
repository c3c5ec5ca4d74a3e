/** Marks deprecated event types on pages. */
import type { Deprecation } from "../../model/deprecation.ts";

/** Returns the replacement, shown beside the mark "deprecated". "" if there is none. */
export const describeUse = ({ replacedBy }: Pick<Deprecation, "replacedBy">): string =>
  replacedBy === undefined ? "" : `use ${replacedBy}`;

/** The mark of one that is named in a list of several, such as "crane.stopped: use crane.halted". */
export const describeNamed = (deprecation: Deprecation): string =>
  [deprecation.event, describeUse(deprecation)].filter((text) => text !== "").join(": ");
