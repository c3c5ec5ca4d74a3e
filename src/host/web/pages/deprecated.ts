/** How pages mark a deprecated event type. */
import type { Deprecation } from "../../model/deprecation.ts";

/** What to use instead, for the place beside the mark "deprecated"; "" where nothing takes its place. */
export const describeUse = ({ replacedBy }: Pick<Deprecation, "replacedBy">): string =>
  replacedBy === undefined ? "" : `use ${replacedBy}`;

/** The mark of one that is named in a list of several, such as "crane.stopped: use crane.halted". */
export const describeNamed = (deprecation: Deprecation): string =>
  [deprecation.event, describeUse(deprecation)].filter((text) => text !== "").join(": ");
