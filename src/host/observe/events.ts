/** Counts and traces the events that are accepted. */
import { messageOf } from "../../errors.ts";
import type { Acceptor } from "../events/accept.ts";
import type { Snapshots } from "../store/snapshot.ts";
import type { Figures, Labels } from "./figures.ts";
import type { Tracing } from "./tracing.ts";

/** Pairs of site and deprecated event type that have labels of their own; the others are counted together. */
const MAX_PAIRS = 200;
const OTHER = "other";

export interface ObservedEventsParts {
  readonly acceptor: Acceptor;
  readonly figures: Figures;
  readonly tracing: Tracing | undefined;
  readonly snapshots: Pick<Snapshots, "get">;
}

export function observeEvents({ acceptor, figures, tracing, snapshots }: ObservedEventsParts): Acceptor {
  const findSiteKey = (siteNo: number | undefined): string =>
    (siteNo === undefined ? undefined : snapshots.get(siteNo)?.site.key) ?? "removed";

  const isDeprecated = (siteNo: number | undefined, event: string): boolean => {
    const product = siteNo === undefined ? undefined : snapshots.get(siteNo)?.product;
    return product?.byName.get(event)?.status === "deprecated";
  };

  const pairs = new Set<string>();
  /** A product can have thousands of deprecated event types. */
  function deprecatedLabels(site: string, event: string): Labels {
    const pair = `${site} ${event}`;
    if (pairs.size < MAX_PAIRS) pairs.add(pair);
    return { site, event: pairs.has(pair) ? event : OTHER };
  }

  async function accept(events: Parameters<Acceptor["accept"]>[0]): ReturnType<Acceptor["accept"]> {
    const accepted = await acceptor.accept(events);
    accepted.forEach(({ event, duplicate, deliveries }, index) => {
      const site = findSiteKey(events[index]?.siteNo);
      figures.count(duplicate ? "callboard_events_duplicate_total" : "callboard_events_accepted_total", {
        site,
      });
      if (!duplicate && isDeprecated(events[index]?.siteNo, event))
        figures.count("callboard_events_deprecated_total", deprecatedLabels(site, event));
      if (!duplicate && deliveries.length > 0)
        figures.count("callboard_deliveries_created_total", { site }, deliveries.length);
      for (const { failed } of duplicate ? [] : deliveries) {
        if (failed !== undefined)
          figures.count("callboard_deliveries_ended_total", { site, state: "failed", reason: failed });
      }
    });
    return accepted;
  }
  if (tracing === undefined) return { ...acceptor, accept };

  return {
    ...acceptor,
    accept: async (events) => {
      const [first] = events;
      const traced = tracing.fanOut(first?.traceParent, {
        "callboard.site": findSiteKey(first?.siteNo),
        "callboard.events": events.length,
      });
      const { traceParent } = traced;
      try {
        const accepted = await accept(events.map((event) => ({ ...event, traceParent })));
        const deliveries = accepted.reduce((sum, one) => sum + one.deliveries.length, 0);
        traced.end(undefined, { "callboard.deliveries": deliveries });
        return accepted;
      } catch (error) {
        traced.end(messageOf(error));
        throw error;
      }
    },
  };
}
