/** Writes an event with its deliveries in the transaction of a program around the host, in one statement. */
import { layOut } from "../db/batch.ts";
import type { CallerTransaction } from "../db/caller-transaction.ts";
import type { NewDelivery } from "../../model/delivery.ts";
import type { NewEvent } from "../../model/event.ts";
import { deliveriesChange, dueNotice } from "./deliveries.ts";
import type { NoticedAt } from "./deliveries.ts";
import { eventsChange } from "./events.ts";

export interface CallerRows {
  readonly event: NewEvent;
  readonly deliveries: readonly NewDelivery[];
  /** Where deliveries wait for a claim or a number once the transaction is committed. */
  readonly due: readonly NoticedAt[];
}

/** `known`: an event with the same ID of its publisher was committed meanwhile. `outside`: there is no transaction any more. */
export type Written = "written" | "known" | "outside";

/** @param now the database's time, which the times of the deliveries are on */
export async function writeWithin(
  tx: CallerTransaction,
  { event, deliveries, due }: CallerRows,
  now: number,
): Promise<Written> {
  const { checks, changes, bind } = layOut(
    {
      checks: [
        { sql: tx.isWithin, bind: [tx.mark] },
        dueNotice(tx.dialect, due) ?? { sql: "true", bind: [] },
      ],
      changes: [eventsChange(tx.dialect, [event]), deliveriesChange(tx.dialect, deliveries, now)],
    },
    (n) => `$${n}`,
  );
  const [isWithin = "", notice = ""] = checks;
  const [insertEvent, insertDeliveries] = changes.map(({ sql }) => sql);
  // Without deliveries there is nothing to insert.
  const ofDeliveries =
    insertDeliveries === undefined
      ? ""
      : `, d AS (${insertDeliveries} WHERE EXISTS (SELECT 1 FROM e) RETURNING 1)`;
  const [row] = await tx.query<{ is_within: boolean; is_written: boolean }>(
    `WITH e AS (${insertEvent ?? ""} WHERE ${isWithin} ON CONFLICT DO NOTHING RETURNING 1)${ofDeliveries}
     SELECT ${isWithin} AS is_within, EXISTS (SELECT 1 FROM e) AS is_written,
       CASE WHEN EXISTS (SELECT 1 FROM e) THEN ${notice} END AS is_told`,
    bind,
  );
  if (row?.is_written === true) return "written";
  return row?.is_within === true ? "known" : "outside";
}
