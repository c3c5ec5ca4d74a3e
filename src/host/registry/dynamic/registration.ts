/** What a single registration of a dynamic webhook may be. */
import { CallboardError } from "../../../errors.ts";
import { requireDynamicFilter } from "../../model/filter.ts";

export interface Registration {
  readonly events: readonly string[];
  /** JQL; blank = every issue. */
  readonly jqlFilter: string;
  /** For `jira:issue_updated`: only when one of these fields was changed. */
  readonly fieldIds?: readonly string[];
  /** For issue properties: only these. */
  readonly propertyKeys?: readonly string[];
}

/** The events that Jira lets an add-on register for. */
export const DYNAMIC_EVENTS: ReadonlySet<string> = new Set([
  "jira:issue_created",
  "jira:issue_updated",
  "jira:issue_deleted",
  "comment_created",
  "comment_updated",
  "comment_deleted",
  "issue_property_set",
  "issue_property_deleted",
  "sprint_created",
  "sprint_updated",
  "sprint_closed",
  "sprint_deleted",
  "sprint_started",
  "jira:version_released",
  "jira:version_unreleased",
  "jira:version_created",
  "jira:version_moved",
  "jira:version_updated",
  "jira:version_merged",
  "jira:version_deleted",
]);

/** Parsing takes about a tenth of a millisecond per character, and nothing else happens meanwhile. */
const MAX_FILTERS_LENGTH = 10_000;

/** Why each is refused, in one sentence with the code of the rule; undefined for those that are not. */
export function registrationProblems(
  registrations: readonly Registration[],
): readonly (string | undefined)[] {
  const checked = new Set<string>();
  let length = 0;
  return registrations.map(({ events, jqlFilter }) => {
    if (events.length === 0) return "A webhook must name at least one event (BODY_SCHEMA)";
    const unknown = events.filter((event) => !DYNAMIC_EVENTS.has(event));
    if (unknown.length > 0) {
      return `These are not events that an add-on can register for: ${unknown.join(", ")} (EVENT_UNKNOWN)`;
    }
    if (jqlFilter.trim() === "" || checked.has(jqlFilter)) return undefined;
    length += jqlFilter.length;
    if (length > MAX_FILTERS_LENGTH) {
      return `The filters have more than ${MAX_FILTERS_LENGTH} characters in all (DESCRIPTOR_FILTER)`;
    }
    try {
      requireDynamicFilter(jqlFilter);
      checked.add(jqlFilter);
      return undefined;
    } catch (error) {
      if (error instanceof CallboardError) return `${error.message} (${error.code})`;
      throw error;
    }
  });
}
