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
  return (capture) => rules.every((fits) => fits(capture));
}

function rule(word: string): Filter {
  const colon = word.indexOf(":");
  const name = colon < 0 ? "" : word.slice(0, colon);
  const field = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
  if (field !== undefined) {
    const pattern = wildcard(word.slice(colon + 1));
    return (capture) => pattern.test(field(capture));
  }
  const wanted = word.toLowerCase();
  return (capture) =>
    [capture.event, capture.target, bodyText(capture)].some((part) => part.toLowerCase().includes(wanted));
}

/** The whole of it, `*` for any part. */
function wildcard(text: string): RegExp {
  const parts = text.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "i");
}
