/** Messages of chat tools, cut to what the tool accepts. Pure. */
import type { TargetLimit } from "../../../catalogue/index.ts";
import { renderDiscord } from "./discord.ts";
import type { FormattedBody } from "./formatted.ts";
import { renderGoogleChat } from "./google-chat.ts";
import { countCharacters, shorten } from "./message.ts";
import type { Message, Rendered } from "./message.ts";
import { renderSlack } from "./slack.ts";
import { renderTeams } from "./teams.ts";

export type Render = (message: Message) => Rendered;

export const CHAT_TOOLS = {
  slack: renderSlack,
  teams: renderTeams,
  discord: renderDiscord,
  "google-chat": renderGoogleChat,
} as const satisfies Record<string, Render>;

/** Renders the message, or as much of its beginning as fits. */
export function renderWithin(message: Message, render: Render, limit: TargetLimit): FormattedBody {
  const measure = ({ counted }: Rendered): number =>
    limit.unit === "bytes" ? Buffer.byteLength(counted) : counted.length;
  const whole = render(message);
  const from = measure(whole);
  if (from <= limit.max) return toBody(whole, from);
  // What escapes add is not known ahead: the greatest length that fits is searched for. No character takes less than one.
  let fits = 0;
  let exceeds = Math.min(countCharacters(message), limit.max + 1);
  while (exceeds - fits > 1) {
    const middle = Math.floor((fits + exceeds) / 2);
    if (measure(render(shorten(message, middle))) <= limit.max) fits = middle;
    else exceeds = middle;
  }
  const shortened = render(shorten(message, fits));
  const to = measure(shortened);
  return { ...toBody(shortened, to), cut: { from, to } };
}

const toBody = ({ json }: Rendered, size: number): FormattedBody => ({
  kind: "body",
  body: Buffer.from(json),
  size,
});
