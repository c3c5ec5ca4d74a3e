/** A replay as people ask for it, in a form or in a body. */
import { CallboardError } from "../../../errors.ts";
import type { Receiver } from "../../model/endpoint.ts";
import { parseWebhookId } from "../../model/ids.ts";
import type { ReplayWish, ShownReplay } from "../../replay/replays.ts";
import { parseTime } from "../../model/time-text.ts";

interface ReplayBody {
  readonly to: { readonly addon?: string; readonly webhook?: string };
  readonly since: string;
  readonly until?: string;
  readonly events?: readonly string[];
  readonly onlyMissing?: boolean;
  readonly dryRun?: boolean;
}

function refused(pointer: string, detail: string): CallboardError {
  return new CallboardError("BODY_SCHEMA", `The body does not fit: ${pointer} ${detail}`, {
    errors: [{ pointer, detail, code: "BODY_SCHEMA" }],
  });
}

function requireTime(name: "since" | "until", text: string): number {
  const at = parseTime(text);
  if (at === undefined) throw refused(`/${name}`, "must be a time such as 2026-01-31T12:00:00Z");
  return at;
}

function requireReceiver({ addon, webhook = "" }: ReplayBody["to"]): Receiver {
  if (addon !== undefined) return { kind: "addon", addonKey: addon };
  try {
    // The site in the ID is the one of the path, or the webhook is not found.
    return { kind: "webhook", webhookNo: parseWebhookId(webhook).no };
  } catch {
    throw refused(
      "/to/webhook",
      `must be the ID of a webhook; ${JSON.stringify(webhook.slice(0, 80))} is none`,
    );
  }
}

/** @throws {CallboardError} BODY_SCHEMA for times and receivers that can't be read */
export function replayWish({ to, since, until, events, onlyMissing = true }: ReplayBody): ReplayWish {
  return {
    receiver: requireReceiver(to),
    since: requireTime("since", since),
    until: until === undefined ? undefined : requireTime("until", until),
    events,
    onlyMissing,
  };
}

/** Returns the number of examined events per second since the replay was created. */
export function computeRate({ createdAt, endedAt, result }: ShownReplay, now: number): number {
  const seconds = Math.max(1, (endedAt ?? now) - createdAt) / 1_000;
  return Math.round((result.counts.events / seconds) * 10) / 10;
}
