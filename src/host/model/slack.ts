/**
 * Formats an operational event for an incoming webhook of Slack. Pure. Bodies can have any values: names come from add-ons
 * and users, and every publisher can publish such events.
 */

/** Slack's maximum text length. */
const MAX_TEXT_LENGTH = 40_000;
const MAX_NAME_LENGTH = 200;
const MAX_LINK_LENGTH = 2_000;

/** Returns one line: the receiver, its state, since when, and a link. */
export function slackMessage(body: unknown): string {
  // Without mrkdwn, asterisks in names are not formatting.
  return JSON.stringify({ text: slackText(body).slice(0, MAX_TEXT_LENGTH), mrkdwn: false });
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
  const link = formatLink(memberOf(body, "link"));
  return [
    `${who}: ${what}`,
    ...(detail === "" ? [] : [` (${detail})`]),
    ...(since === "" ? [] : [` since ${since}`]),
    ...(link === "" ? [] : [` ${link}`]),
  ].join("");
}

/** Fields shown beside the state, if present. */
const DETAILS = ["event", "stage", "count", "reason", "code", "key", "token", "expiresAt"] as const;

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

/** Formats a value on one line, without text that Slack would read as a mention or link, and without invisible characters. */
function line(value: unknown): string {
  if (typeof value !== "string" && typeof value !== "number") return "";
  const text = String(value)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim();
  const cut = Array.from(text).slice(0, MAX_NAME_LENGTH).join("");
  return escaped(cut).replaceAll("://", ":\u2060//");
}

/** Escapes the three characters that Slack requires. */
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Accepts web URLs only. */
function formatLink(value: unknown): string {
  if (typeof value !== "string" || value.length > MAX_LINK_LENGTH || !/^https?:/.test(value)) return "";
  if (!URL.canParse(value)) return "";
  return `<${escaped(new URL(value).href).replaceAll("|", "%7C")}>`;
}
