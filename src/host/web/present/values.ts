/** How values look in answers: times as ISO 8601 UTC, what is not there as null, lists with a cursor. */
import type { Lane } from "../../model/event.ts";
import type { Author } from "../../store/tables/audit.ts";
import type { Caller } from "../http/access.ts";

export function isoTime(at: number): string;
export function isoTime(at: number | undefined): string | null;
export function isoTime(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}

/** The lane by its name in the API. */
export const flowOf = (lane: Lane): "primary" | "secondary" => (lane === 0 ? "primary" : "secondary");

/** Bytes that a stranger sent, as text; what is not UTF-8 shows as U+FFFD. */
export function toText(bytes: Buffer): string {
  return bytes.toString("utf8");
}

/** A page of a list: its items and, when there is more, where to go on. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

export function presentList<T, U>(
  page: Page<T>,
  present: (item: T) => U,
): { items: U[]; next: string | null } {
  return { items: page.items.map((item) => present(item)), next: page.next ?? null };
}

/** Who asked, for the audit. */
export function toAuthor({ caller, address }: { readonly caller: Caller; readonly address: string }): Author {
  return { actor: caller.actor, address };
}
