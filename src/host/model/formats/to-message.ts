/** An event as a message for people. Pure. */
import { findEventType, isOperational } from "../../../catalogue/index.ts";
import { isObject } from "../../../json/object.ts";
import { isScalar } from "../../../json/scalar.ts";
import { readBodyValue } from "../payload.ts";
import type { Fact, Message } from "./message.ts";
import { describeOperational } from "./operational-line.ts";
import { oneLine } from "./plain-text.ts";
import type { FormatSubject } from "./subject.ts";

const MAX_FACTS = 12;
/** Maximum depth at which facts are looked for; a member of the body has depth 1. */
const MAX_DEPTH = 5;
/** Maximum number of objects that are looked at. */
const MAX_OBJECTS = 500;
/** Maximum length of a value, in characters: more than any chat tool accepts in a message. */
const MAX_VALUE_LENGTH = 50_000;
const MAX_NAME_LENGTH = 100;

/** Members below the first level that tell people what an object is. */
const TELLING: ReadonlySet<string> = new Set([
  "key",
  "name",
  "displayName",
  "title",
  "summary",
  "subject",
  "status",
  "state",
  "message",
  "text",
  "description",
]);

export function toMessage({ body, event, product, site }: FormatSubject): Message {
  const { value } = readBodyValue(body);
  if (isOperational(event)) return { facts: [], ...describeOperational(value) };
  const name = findEventType(product, event)?.name ?? event;
  return {
    title: `${oneLine(name, MAX_NAME_LENGTH)} on ${oneLine(site.name, MAX_NAME_LENGTH)}`,
    facts: listFacts(value, product.eventPath?.[0]),
    link: undefined,
  };
}

/**
 * Lists the plain values of the body, and of the objects in it those by which people know them, upper levels first.
 *
 * @param named the member that holds the event type, which the title has
 */
function listFacts(body: unknown, named: string | undefined): readonly Fact[] {
  const facts: Fact[] = [];
  const queue: { readonly path: readonly string[]; readonly value: object }[] = [];
  if (isObject(body)) queue.push({ path: [], value: body });
  for (let at = 0; at < Math.min(queue.length, MAX_OBJECTS) && facts.length < MAX_FACTS; at += 1) {
    const { path, value } = queue[at] as (typeof queue)[number];
    for (const [name, member] of Object.entries(value)) {
      if (isObject(member) && path.length < MAX_DEPTH && queue.length < MAX_OBJECTS) {
        queue.push({ path: [...path, name], value: member });
      }
      const isTelling = path.length === 0 ? name !== named : TELLING.has(name);
      if (!isTelling || !isScalar(member) || member === "") continue;
      if (facts.length === MAX_FACTS) break;
      facts.push({
        name: oneLine([...path, name].join(" "), MAX_NAME_LENGTH),
        value: oneLine(String(member), MAX_VALUE_LENGTH),
      });
    }
  }
  return facts;
}
