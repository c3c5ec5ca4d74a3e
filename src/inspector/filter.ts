/**
 * The filter of the list, the console and the stream: words that must all fit. `event:jira:*`, `product:jira`, `jwt:bad`,
 * `kind:lifecycle` and `id:` look at one thing each, any other word is searched for in event, target and body.
 */
import type { Capture } from "./capture.ts";
import { bodyText } from "./capture.ts";

export type Filter = (capture: Capture) => boolean;

type Field = (capture: Capture) => string;

const FIELDS: Readonly<Record<string, Field>> = {
  event: ({ event }) => event,
  product: ({ product }) => product,
  kind: ({ kind }) => kind,
  jwt: ({ verification }) => verification.state,
  id: ({ deliveryId }) => deliveryId ?? "",
};

export function readFilter(text: string): Filter {
  const rules = text.split(/\s+/).filter(Boolean).map(rule);
  return (capture) => rules.every((isMet) => isMet(capture));
}

function rule(word: string): Filter {
  const colon = word.indexOf(":");
  const name = colon < 0 ? "" : word.slice(0, colon);
  const field = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
  if (field !== undefined) {
    const pattern = word.slice(colon + 1);
    return (capture) => fits(pattern, field(capture));
  }
  const wanted = word.toLowerCase();
  return (capture) =>
    [capture.event, capture.target, bodyText(capture)].some((part) => part.toLowerCase().includes(wanted));
}

/**
 * Reports whether a value fits the pattern, in which `*` stands for any text. Takes time that grows with their lengths only,
 * which no regular expression with many stars does.
 */
function fits(pattern: string, value: string): boolean {
  const [first = "", ...rest] = pattern.toLowerCase().split("*");
  const text = value.toLowerCase();
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}
