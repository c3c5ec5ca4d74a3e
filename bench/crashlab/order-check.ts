/** Checks the order of what arrived by key, and the numbers of what is stored. Pure. */
import type { Arrival } from "./sink.ts";

export interface StoredPlace {
  readonly endpoint_no: number;
  readonly order_key: string | null;
  readonly sequence: number | string | null;
}

export interface OrderChecked {
  /** Add-ons and keys. */
  readonly keys: number;
  /** Deliveries that arrived first after a later one of their key. */
  readonly inversions: number;
  readonly violations: readonly string[];
}

export function checkOrder(arrivals: readonly Arrival[], stored: readonly StoredPlace[]): OrderChecked {
  const seen = new Set<string>();
  const last = new Map<string, number>();
  const inverted: string[] = [];
  const withoutNumber: string[] = [];
  for (const { addon, deliveryId, issueId, sequence } of arrivals) {
    // A crash can repeat a request, which may be after later ones.
    if (seen.has(deliveryId)) continue;
    seen.add(deliveryId);
    if (sequence === undefined) {
      withoutNumber.push(deliveryId);
      continue;
    }
    const key = `${addon} ${issueId ?? ""}`;
    if (sequence <= (last.get(key) ?? 0)) inverted.push(`${deliveryId} (${key}, number ${sequence})`);
    last.set(key, Math.max(sequence, last.get(key) ?? 0));
  }
  const gaps = findGaps(stored);
  const say = (wrong: readonly string[], what: string): readonly string[] =>
    wrong.length === 0 ? [] : [`order: ${wrong.length} ${what}, e.g. ${wrong[0] ?? ""}`];
  return {
    keys: last.size,
    inversions: inverted.length,
    violations: [
      ...say(inverted, "deliveries arrived after a later one of their key"),
      ...say(withoutNumber, "deliveries arrived without a number"),
      ...say(gaps, "keys have numbers with gaps"),
    ],
  };
}

/** Keys whose numbers are not 1, 2, 3 … */
function findGaps(stored: readonly StoredPlace[]): readonly string[] {
  const byKey = new Map<string, number[]>();
  for (const { endpoint_no, order_key, sequence } of stored) {
    const key = `${endpoint_no} ${order_key ?? "none"}`;
    const numbers = byKey.get(key) ?? [];
    numbers.push(Number(sequence ?? 0));
    byKey.set(key, numbers);
  }
  return [...byKey]
    .filter(([, numbers]) =>
      numbers.toSorted((one, other) => one - other).some((number, index) => number !== index + 1),
    )
    .map(([key]) => key);
}
