/** Warns of filters that are valid JQL but have clauses that no event decides. */
import type { Descriptor } from "../../protocol/descriptor.ts";
import type { Warning } from "./warnings.ts";

/** @param undecidedIn the clauses of a filter that can't be judged from any event */
export function filterWarnings(
  { webhooks }: Pick<Descriptor, "webhooks">,
  undecidedIn: (filter: string) => readonly string[] | undefined,
): readonly Warning[] {
  return webhooks.flatMap(({ filter = "" }, position) =>
    (filter.trim() === "" ? [] : (undecidedIn(filter) ?? [])).map((clause) => ({
      code: "FILTER_UNDECIDED" as const,
      pointer: `/modules/webhooks/${position}/filter`,
      detail: `The clause ${clause} can't be judged from an event: events are delivered unless another clause excludes them`,
    })),
  );
}
