/** How long a body filter takes for one event: an ordinary one on an ordinary body, and the worst that is accepted. */
import { compileMatcher } from "../../src/host/model/match.ts";
import type { MatchEvent } from "../../src/host/model/match.ts";
import { builtInCatalogue, createSampleText } from "../../src/catalogue/index.ts";
import { parseExact } from "../../src/json/exact.ts";
import { tellFigure } from "../report.ts";
import type { Figure } from "../report.ts";
import { median } from "../statistics.ts";

const EVENT = "jira:issue_updated";
const MAX_US = 5;
/** For 500 subscriptions that all have the worst filter, the events of others wait half a second. */
const MAX_WORST_US = 1_000;

const ORDINARY = {
  "issue.fields.project.key": { $in: ["PIER", "DOCK"] },
  "issue.fields.priority.name": { $ne: "Low" },
  "changelog.items": { field: "status", toString: "In Progress" },
};
const FALSE = { ...ORDINARY, "issue.fields.status.name": { $startsWith: "Closed" } };
const WORST = { $or: Array.from({ length: 99 }, (_, index) => ({ "list.value": -1 - index })) };

/** @param matches how many times a filter is evaluated for each round */
export function measureBodyFilters(rounds: number, matches: number): readonly Figure[] {
  const product = builtInCatalogue.get("jira");
  const body = parseExact(createSampleText(product, EVENT));
  const list = Array.from({ length: 3_000 }, (_, value) => ({ value }));
  const time = (bodyFilter: object, payload: unknown, count: number, isMatch: boolean): number => {
    const match = compileMatcher({ bodyFilter: bodyFilter as Readonly<Record<string, unknown>> });
    const event: MatchEvent = { product, event: EVENT, payload: () => payload };
    const times: number[] = [];
    for (let round = 0; round < rounds + 1; round += 1) {
      let matched = 0;
      const startedAt = performance.now();
      for (let each = 0; each < count; each += 1) if (match(event).matched) matched += 1;
      const took = performance.now() - startedAt;
      if (matched !== (isMatch ? count : 0))
        throw new Error(`the filter matched ${matched} of ${count} events`);
      // The first round warms up.
      if (round > 0) times.push((took * 1_000) / count);
    }
    return median(times);
  };
  const figures = [
    toFigure("body filter that matches", time(ORDINARY, body, matches, true), MAX_US),
    toFigure("body filter that does not match, with its reason", time(FALSE, body, matches, false), MAX_US),
    toFigure("worst body filter on a long list", time(WORST, { list }, matches / 200, true), MAX_WORST_US),
  ];
  for (const figure of figures) tellFigure(figure);
  return figures;
}

function toFigure(name: string, value: number, atMost: number): Figure {
  return {
    name,
    value,
    shown: `${value.toFixed(2)} µs`,
    limit: "-",
    detail: "for one event, compiled, median of the rounds",
    bar: { atMost, aim: atMost / 2, unit: "µs" },
  };
}
