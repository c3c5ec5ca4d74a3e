/** Publishes rows of an outbox: those of each site in their order. */
import { defined } from "../../defined.ts";
import { CallboardError } from "../../errors.ts";
import { groupBy } from "../../group-by.ts";
import { readTermsColumn, toOutcome } from "../model/outbox.ts";
import type { OutboxOutcome, OutboxRow, ReadPublished } from "../model/outbox.ts";
import type { IncomingEvent } from "../model/plan.ts";
import { acceptInOrder } from "./in-order.ts";
import type { AcceptTogether } from "./in-order.ts";

export interface RowPublisherParts {
  readonly readEvent: ReadPublished;
  readonly accept: AcceptTogether<IncomingEvent>;
  readonly bodyLimitBytes: number;
}

export interface SettledRow {
  readonly row: OutboxRow;
  readonly outcome: OutboxOutcome;
}

/** Resolves to what became of each row. A payload that is not there is larger than the limit, and was not read. */
export type PublishRows = (
  rows: readonly OutboxRow[],
  payloads: ReadonlyMap<string, string>,
) => Promise<readonly SettledRow[]>;

interface ReadRow {
  readonly row: OutboxRow;
  readonly incoming: IncomingEvent;
}

export function createPublishRows({ readEvent, accept, bodyLimitBytes }: RowPublisherParts): PublishRows {
  function read(row: OutboxRow, payload: string | undefined): ReadRow | SettledRow {
    const { id, site, event, project, user, flow, terms } = row;
    try {
      if (payload === undefined) throw tooLarge(row, bodyLimitBytes);
      // Its values are checked where those of every event are.
      const options = defined({
        ...readTermsColumn(terms),
        id,
        project: project ?? undefined,
        user: user ?? undefined,
        flow: flow ?? undefined,
      }) as Parameters<ReadPublished>[3];
      return { row, incoming: readEvent(site, event, Buffer.from(payload), options) };
    } catch (error) {
      return { row, outcome: toOutcome(error) };
    }
  }

  async function publishSite(rows: readonly ReadRow[]): Promise<readonly SettledRow[]> {
    const outcomes = await acceptInOrder(
      rows.map(({ incoming }) => incoming),
      accept,
    );
    return rows.flatMap(({ row }, index) => {
      const outcome = outcomes[index];
      return outcome === undefined ? [] : [{ row, outcome }];
    });
  }

  return async (rows, payloads) => {
    const found = rows.map((row) => read(row, payloads.get(row.no)));
    const refused = found.filter((each) => "outcome" in each);
    const bySite = groupBy(
      found.filter((each) => "incoming" in each),
      ({ incoming }) => incoming.siteNo,
    );
    const published = await Promise.all([...bySite.values()].map(publishSite));
    return [...refused, ...published.flat()];
  };
}

function tooLarge({ payloadBytes }: OutboxRow, limitBytes: number): CallboardError {
  return new CallboardError(
    "BODY_TOO_LARGE",
    `The payload has ${payloadBytes} bytes; the limit is ${limitBytes} bytes (CALLBOARD_BODY_LIMIT)`,
  );
}
