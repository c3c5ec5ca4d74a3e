/** Keys and names that own products can't have. */
import { backlog } from "../backlog/product.ts";
import { callboard } from "../callboard/product.ts";
import { confluence } from "../confluence/product.ts";
import { SHARED_FORMATS } from "../formats.ts";
import { jira } from "../jira/product.ts";
import { isOperational } from "../names.ts";
import { projectrak } from "../projectrak/product.ts";
import { tracker } from "../tracker/product.ts";

const BUILT_IN = [jira, confluence, projectrak, backlog, tracker, callboard];

/** The key of a product is that of its webhook format too. */
const RESERVED_KEYS: ReadonlySet<string> = new Set([...BUILT_IN, ...SHARED_FORMATS].map(({ key }) => key));

const HOST_EVENTS: ReadonlySet<string> = new Set(
  BUILT_IN.flatMap(({ eventTypes }) => eventTypes.filter(({ isHostEvent }) => isHostEvent)).map(
    ({ event }) => event,
  ),
);

export const isReservedKey = (key: string): boolean => RESERVED_KEYS.has(key);

/** Returns the reason why an own product can't have an event type of that name, as a sentence. */
export function whyReservedEvent(event: string): string | undefined {
  if (isOperational(event))
    return `"${event}" is an operational event of Callboard, which sites of all products have.`;
  if (HOST_EVENTS.has(event)) return `"${event}" is a host event of Atlassian Connect.`;
  if (/^callboard\b/i.test(event)) return `"${event}" must not begin with "callboard".`;
  return undefined;
}
