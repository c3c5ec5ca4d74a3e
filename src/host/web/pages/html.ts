import { onFirstUse } from "../../../on-first-use.ts";
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

/** A moment in UTC; the script shows it in local time, or as "3 min ago". */
export function time(at: number, as: "clock" | "ago" = "clock"): string {
  const iso = new Date(at).toISOString();
  const shown = iso.slice(0, 19).replace("T", " ");
  return `<time datetime="${iso}" data-as="${as}" title="${shown} UTC">${shown}</time>`;
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

export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${trim(ms / 1_000)} s`;
  if (ms < 3_600_000) return `${trim(ms / 60_000)} min`;
  if (ms < 172_800_000) return `${trim(ms / 3_600_000)} h`;
  return `${trim(ms / 86_400_000)} days`;
}

const trim = (value: number) => String(Math.round(value * 10) / 10);

export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 ** 2 ? `${trim(bytes / 1024)} KiB` : `${trim(bytes / 1024 ** 2)} MiB`;
}

const getNumberFormat = onFirstUse(() => new Intl.NumberFormat("en"));
export function count(value: number): string {
  return getNumberFormat().format(value);
}

/** "98.7 %"; never rounded up to 100. */
export function percent(share: number | undefined): string {
  return share === undefined ? "–" : `${Math.floor(share * 1000) / 10} %`;
}

/** "1 delivery", "3 deliveries". */
export function plural(value: number, one: string, many: string): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}
