/** The choice of a receiver in a form: a select where they are few, and the matches of a search where they are many. */
import type { NamedReceiver } from "../../model/find-receivers.ts";
import type { Caller } from "../http/access.ts";
import { sitesOf } from "../http/query.ts";
import type { Rooms } from "../rooms.ts";

/** Receivers that a select lists. */
export const MAX_LISTED = 100;

interface ReceiverOption {
  readonly value: string;
  readonly text: string;
}

/** A receiver of one of several sites, as forms and addresses name it: `addon|site|key` or `webhook|id`. */
function toOption(siteKey: string, { receiver, name, id }: NamedReceiver): ReceiverOption {
  const value = receiver.kind === "addon" ? `addon|${siteKey}|${id}` : `webhook|${id}`;
  return { value, text: `${name} (${siteKey})` };
}

export interface ReceiverChoice {
  /** Receivers of all sites that match, at most {@link MAX_LISTED}. */
  readonly options: readonly ReceiverOption[];
  /** Number of receivers that match. */
  readonly found: number;
  /** There are too many for a select: the form has a search. */
  readonly isSearch: boolean;
}

/** Lists the receivers of all sites that the caller reaches, for the choice of a filter. */
export async function chooseReceiver(search: string, caller: Caller, rooms: Rooms): Promise<ReceiverChoice> {
  const options: ReceiverOption[] = [];
  let found = 0;
  let all = 0;
  for (const siteKey of await sitesOf(undefined, caller, rooms)) {
    const { portal } = caller;
    all += rooms.receivers.find(siteKey, { portal }).length;
    const matches = rooms.receivers.find(siteKey, { portal, search });
    found += matches.length;
    for (const match of matches.slice(0, MAX_LISTED - options.length)) options.push(toOption(siteKey, match));
  }
  return { options, found, isSearch: all > MAX_LISTED };
}

/** Returns the name of a receiver that an address names. Undefined if there is none like that. */
export async function nameReceiver(value: string, caller: Caller, rooms: Rooms): Promise<string | undefined> {
  const [kind, ...rest] = value.split("|");
  const id = rest.at(-1) ?? "";
  const siteKeys =
    kind === "addon" ? [rest[0] ?? ""] : (await sitesOf(undefined, caller, rooms)).filter(() => id !== "");
  for (const siteKey of siteKeys) {
    const own = rooms.receivers.find(siteKey, { portal: caller.portal, search: id });
    const named = own.find((each) => each.id === id && each.receiver.kind === kind);
    if (named !== undefined) return toOption(siteKey, named).text;
  }
  return undefined;
}
