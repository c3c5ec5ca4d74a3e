/** The receiver's own word about a delivery, which a response says beside its status. Pure. */
import { DELIVERY_WORDS, WEBHOOK_DELIVERY } from "../../protocol/headers.ts";
import type { DeliveryWord } from "../../protocol/headers.ts";

type Headers = readonly (readonly [name: string, value: string])[];

/** Returns undefined without a response, for a response without a word, and for a word that is unknown. */
export function findWord(headers: Headers | undefined): DeliveryWord | undefined {
  const said = findSaid(headers);
  return said === undefined ? undefined : DELIVERY_WORDS.find((word) => word === said);
}

/** Returns what the header says in lower case, known or not; undefined without the header. */
export function findSaid(headers: Headers | undefined): string | undefined {
  // Nearly all names have another length, which costs less to compare.
  const header = headers?.find(
    ([name]) => name.length === WEBHOOK_DELIVERY.length && name.toLowerCase() === WEBHOOK_DELIVERY,
  );
  return header?.[1].trim().toLowerCase();
}
