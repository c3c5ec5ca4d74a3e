/** The choice of a receiver in a form: a select where they are few, and the matches of a search where they are many. */
import type { NamedReceiver } from "../../model/find-receivers.ts";
import { readWebhookId } from "../../model/ids.ts";
import type { Portal } from "../../model/portal.ts";
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

/** Where receivers are looked for. */
export interface ChoicePlace {
  /** Keys of the sites that the caller reaches. */
  readonly reached: readonly string[];
  readonly portal: Portal | undefined;
}

/** Lists the receivers of all sites that the caller reaches, for the choice of a filter. */
export function chooseReceiver(
  search: string,
  { reached, portal }: ChoicePlace,
  { receivers }: Rooms,
): ReceiverChoice {
  const options: ReceiverOption[] = [];
  let found = 0;
  let all = 0;
  for (const siteKey of reached) {
    const own = receivers.find(siteKey, { portal });
    const matches = search === "" ? own : receivers.find(siteKey, { portal, search });
    all += own.length;
    found += matches.length;
    for (const match of matches.slice(0, MAX_LISTED - options.length)) options.push(toOption(siteKey, match));
  }
  return { options, found, isSearch: all > MAX_LISTED };
}

/** Returns the name of a receiver that an address names. Undefined if there is none like that on the sites that the caller reaches. */
export function nameReceiver(
  value: string,
  { reached, portal }: ChoicePlace,
  { receivers, sites }: Rooms,
): string | undefined {
  const [kind, ...rest] = value.split("|");
  const id = rest.at(-1) ?? "";
  const webhook = readWebhookId(id);
  const ofWebhook = webhook === undefined ? undefined : sites.findKey(webhook.siteNo);
  const siteKey = kind === "addon" ? rest[0] : ofWebhook;
  if (siteKey === undefined || !reached.includes(siteKey)) return undefined;
  const named = receivers
    .find(siteKey, { portal, search: id })
    .find((each) => each.id === id && each.receiver.kind === kind);
  return named === undefined ? undefined : toOption(siteKey, named).text;
}
