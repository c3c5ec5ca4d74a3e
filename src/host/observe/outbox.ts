/** Counts what becomes of the rows of an outbox, and how many there are. */
import type { OutboxOutcome, OutboxStanding } from "../model/outbox.ts";
import type { Figures } from "./figures.ts";

export interface OutboxFigures {
  readonly onSettled: (outcome: Exclude<OutboxOutcome, { kind: "postponed" }>) => void;
  readonly onStanding: (standing: OutboxStanding) => void;
}

export function createOutboxFigures(figures: Pick<Figures, "count" | "set" | "clear">): OutboxFigures {
  return {
    onSettled: (outcome) => {
      const result = outcome.kind === "accepted" && outcome.duplicate ? "duplicate" : outcome.kind;
      figures.count("callboard_outbox_read_total", { result });
    },
    onStanding: (standing) => {
      figures.set("callboard_outbox_up", standing.kind === "reading" ? 1 : 0);
      figures.clear("callboard_outbox_rows");
      if (standing.kind !== "reading") return;
      figures.set("callboard_outbox_rows", standing.waiting, { state: "waiting" });
      figures.set("callboard_outbox_rows", standing.refused, { state: "refused" });
    },
  };
}
