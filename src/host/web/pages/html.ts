import { count, utc } from "../../../format.ts";
import { parseOutcome } from "../../model/attempt-record.ts";
import type { DeliveryState, FailureReason } from "../../model/delivery.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** Text that may break where a name or a URL has a joint, rather than in the middle of a word. */
export function joints(text: string): string {
  return escapeHtml(text).replaceAll(/(?<=[_:/.?=-])(?=[^_:/.?=-])|(?=&amp;)/g, "<wbr>");
}

/** Text with `code` between backticks. */
export function inlineCode(text: string): string {
  return escapeHtml(text).replaceAll(/`([^`]+)`/g, "<code>$1</code>");
}

/** How the script shows a time: to the second, as "3 min ago", or short, for the axis of a chart. */
type TimeForm = "clock" | "ago" | "hour" | "day";

/** A moment, in UTC until the script shows it in local time; its title says it in UTC. */
export function time(at: number, as: TimeForm = "clock"): string {
  const whole = utc(at);
  const shown = as === "hour" ? whole.slice(11, 16) : as === "day" ? whole.slice(5, 10) : whole.slice(0, 19);
  return `<time datetime="${new Date(at).toISOString()}" data-as="${as}" title="${whole}">${shown}</time>`;
}

export type BadgeKind = "good" | "bad" | "warn" | "busy" | "quiet";

const SYMBOLS: Readonly<Record<BadgeKind, string>> = {
  good: "✓",
  bad: "✕",
  warn: "!",
  busy: "…",
  quiet: "○",
};

/** Words, a symbol and a color, never one of them alone. */
export function badge(kind: BadgeKind, text: string): string {
  return `<span class="badge ${kind}"><span aria-hidden="true">${SYMBOLS[kind]}</span>${escapeHtml(text)}</span>`;
}

export interface DeliveryStanding {
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly because: FailureReason | undefined;
}

/** A waiting delivery with attempts is "retrying". */
export function deliveryBadge({ state, attempts, because }: DeliveryStanding): string {
  const [kind, word] = STANDINGS[state === "waiting" && attempts > 0 ? "retrying" : state];
  return badge(kind, state === "failed" && because !== undefined ? `${word}: ${because}` : word);
}

/** "2 delivered", "1 retrying": deliveries that stand alike. */
export function standingBadge({
  state,
  tried,
  count: number,
}: {
  readonly state: DeliveryState;
  readonly tried: boolean;
  readonly count: number;
}): string {
  const [kind, word] = STANDINGS[state === "waiting" && tried ? "retrying" : state];
  return badge(kind, `${count(number)} ${word}`);
}

const STANDINGS = {
  delivered: ["good", "delivered"],
  failed: ["bad", "failed"],
  leased: ["busy", "sending"],
  waiting: ["quiet", "waiting"],
  retrying: ["warn", "retrying"],
} as const satisfies Record<string, readonly [kind: BadgeKind, word: string]>;

/** Formats the result of an attempt: the status, or the reason why there is none. */
export function outcomeText(outcome: string, status: number | undefined): string {
  if (status !== undefined) return String(status);
  const parsed = parseOutcome(outcome);
  const reason =
    parsed.kind === "unreachable" ? parsed.reason : parsed.kind === "forbidden" ? parsed.code : "";
  return reason === "" ? parsed.kind : reason.replaceAll("-", " ").toLowerCase();
}
