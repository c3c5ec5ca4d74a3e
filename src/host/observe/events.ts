/** Counts and traces the events that are accepted. */
import { getMessage } from "../../errors.ts";
import type { Acceptor } from "../events/accept.ts";
import type { AcceptWithin } from "../events/accept-within.ts";
import type { AcceptedEvent, IncomingEvent } from "../model/plan.ts";
import type { Snapshots } from "../store/snapshot.ts";
import type { Figures, Labels } from "./figures.ts";
import type { Tracing } from "./tracing.ts";

/** Pairs of site and deprecated event type that have labels of their own; the others are counted together. */
const MAX_PAIRS = 200;
const OTHER = "other";

export interface ObservedEventsParts {
  readonly acceptor: Acceptor;
  readonly acceptWithin: AcceptWithin;
  readonly figures: Figures;
  readonly tracing: Tracing | undefined;
  readonly snapshots: Pick<Snapshots, "get">;
}

export interface ObservedEvents {
  readonly acceptor: Acceptor;
  readonly acceptWithin: AcceptWithin;
}

export function observeEvents({
  acceptor,
  acceptWithin,
  figures,
  tracing,
  snapshots,
}: ObservedEventsParts): ObservedEvents {
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

  function count(event: IncomingEvent | undefined, accepted: AcceptedEvent): void {
    const site = findSiteKey(event?.siteNo);
    if (accepted.duplicate) {
      figures.count("callboard_events_duplicate_total", { site });
      return;
    }
    figures.count("callboard_events_accepted_total", { site });
    if (isDeprecated(event?.siteNo, accepted.event))
      figures.count("callboard_events_deprecated_total", deprecatedLabels(site, accepted.event));
    const { deliveries } = accepted;
    if (deliveries.length > 0)
      figures.count("callboard_deliveries_created_total", { site }, deliveries.length);
    for (const { failed } of deliveries) {
      if (failed !== undefined)
        figures.count("callboard_deliveries_ended_total", { site, state: "failed", reason: failed });
    }
  }

  /** The span of fan-out around the work, whose events carry on its trace. */
  async function traced(
    events: readonly IncomingEvent[],
    work: (events: readonly IncomingEvent[]) => Promise<readonly AcceptedEvent[]>,
  ): Promise<readonly AcceptedEvent[]> {
    if (tracing === undefined) return work(events);
    const [first] = events;
    const span = tracing.fanOut(first?.traceParent, {
      "callboard.site": findSiteKey(first?.siteNo),
      "callboard.events": events.length,
    });
    const { traceParent } = span;
    try {
      const accepted = await work(events.map((event) => ({ ...event, traceParent })));
      const deliveries = accepted.reduce((sum, one) => sum + one.deliveries.length, 0);
      span.end(undefined, { "callboard.deliveries": deliveries });
      return accepted;
    } catch (error) {
      span.end(getMessage(error));
      throw error;
    }
  }

  return {
    acceptor: {
      ...acceptor,
      accept: (events) =>
        traced(events, async (given) => {
          const accepted = await acceptor.accept(given);
          accepted.forEach((each, index) => count(events[index], each));
          return accepted;
        }),
    },
    acceptWithin: async (client, event) => {
      const [accepted] = await traced([event], async (given) => [
        await acceptWithin(client, given[0] ?? event),
      ]);
      if (accepted === undefined) throw new Error("an accepted event has a result");
      // The transaction may still come to nothing, so that the event isn't one of those that were accepted.
      figures.count("callboard_events_in_transactions_total", { site: findSiteKey(event.siteNo) });
      return accepted;
    },
  };
}
