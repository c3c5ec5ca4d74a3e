/** Presents values in responses: times as ISO 8601 UTC, missing values as null, lists with a cursor. */
import type { Lane } from "../../model/event.ts";
import type { Author } from "../../store/tables/audit.ts";
import type { Caller } from "../http/access.ts";

export function isoTime(at: number): string;
export function isoTime(at: number | undefined): string | null;
export function isoTime(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}

/** The lane by its name in the API. */
export const toFlow = (lane: Lane): "primary" | "secondary" => (lane === 0 ? "primary" : "secondary");

/** Decodes bytes from outside. Invalid UTF-8 becomes U+FFFD. */
export function toText(bytes: Buffer): string {
  return bytes.toString("utf8");
}

/** One page of a list, with the cursor of the next page if there is one. */
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

/** Returns the author of a change, for the audit log. */
export function toAuthor({ caller, address }: { readonly caller: Caller; readonly address: string }): Author {
  return { actor: caller.actor, address };
}
