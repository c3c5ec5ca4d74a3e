/**
 * Accepts events of one site in their order: all in one transaction, or in smaller parts, one after the other, where one of them is
 * refused. What follows an event that has to wait waits as well. Pure, but for what it is given.
 */
import { toOutcome } from "../model/outbox.ts";
import type { OutboxOutcome } from "../model/outbox.ts";

/** Accepts all of them in one transaction, or none. */
export type AcceptTogether<E> = (events: readonly E[]) => Promise<readonly { readonly duplicate: boolean }[]>;

/** Resolves to the outcome of each. */
export async function acceptInOrder<E>(
  events: readonly E[],
  accept: AcceptTogether<E>,
): Promise<readonly OutboxOutcome[]> {
  try {
    const accepted = await accept(events);
    return accepted.map(({ duplicate }) => ({ kind: "accepted", duplicate }));
  } catch (error) {
    const outcome = toOutcome(error);
    if (outcome.kind === "postponed" || events.length === 1) return events.map(() => outcome);
  }
  const middle = Math.ceil(events.length / 2);
  const before = await acceptInOrder(events.slice(0, middle), accept);
  const rest = events.slice(middle);
  const postponed = before.find(({ kind }) => kind === "postponed");
  return [
    ...before,
    ...(postponed === undefined ? await acceptInOrder(rest, accept) : rest.map(() => postponed)),
  ];
}
