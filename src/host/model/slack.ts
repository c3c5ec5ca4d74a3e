/**
 * An operational event as a message for an incoming webhook of Slack. Pure. What stands in a body may be anything: names come
 * from add-ons and from people, and whoever may publish events may publish one of these.
 */

/** The longest text that Slack takes. */
const LONGEST_TEXT = 40_000;
const LONGEST_NAME = 200;
const LONGEST_LINK = 2_000;

/** One line: the receiver, its state, since when, and a link. */
export function slackMessage(body: unknown): string {
  // Without mrkdwn a name in asterisks stays a name in asterisks.
  return JSON.stringify({ text: slackText(body).slice(0, LONGEST_TEXT), mrkdwn: false });
}

export function slackText(body: unknown): string {
  const at = (name: string) => line(memberOf(body, name));
  const receiver = line(memberOf(memberOf(body, "receiver"), "name"));
  const site = at("site");
  const who = [receiver || "Callboard", ...(site === "" ? [] : [`on ${site}`])].join(" ");
  const what = at("state") || at("event") || "test";
  const detail = DETAILS.flatMap((name) => {
    const value = at(name);
    return value === "" ? [] : [`${name} ${value}`];
  }).join(", ");
  const since = at("since");
  const link = linkOf(memberOf(body, "link"));
  return [
    `${who}: ${what}`,
    ...(detail === "" ? [] : [` (${detail})`]),
    ...(since === "" ? [] : [` since ${since}`]),
    ...(link === "" ? [] : [` ${link}`]),
  ].join("");
}

/** What a line says beside the state, where the event has it. */
const DETAILS = ["event", "stage", "count", "reason", "code", "key", "token", "expiresAt"] as const;

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

/** A value on one line, without anything that Slack would take for a mention, a link or a character that isn't seen. */
function line(value: unknown): string {
  if (typeof value !== "string" && typeof value !== "number") return "";
  const text = String(value)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim();
  const cut = Array.from(text).slice(0, LONGEST_NAME).join("");
  return escaped(cut).replaceAll("://", ":\u2060//");
}

/** The three characters that Slack asks to be escaped. */
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Only an address of the web, as one that Slack follows. */
function linkOf(value: unknown): string {
  if (typeof value !== "string" || value.length > LONGEST_LINK || !/^https?:/.test(value)) return "";
  if (!URL.canParse(value)) return "";
  return `<${escaped(new URL(value).href).replaceAll("|", "%7C")}>`;
}
