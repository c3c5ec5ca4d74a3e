/** An operational event as one line: the receiver, its state, and since when. Pure. Every publisher can publish such events. */
import { readMember } from "../../../json/member.ts";
import type { Message } from "./message.ts";
import { oneLine, readLink } from "./plain-text.ts";

const MAX_LENGTH = 200;

/** Fields shown beside the state, if present. */
const DETAILS = ["event", "stage", "count", "reason", "code", "key", "token", "expiresAt"] as const;

export function describeOperational(body: unknown): Pick<Message, "title" | "link"> {
  const at = (name: string) => format(readMember(body, name));
  const receiver = format(readMember(readMember(body, "receiver"), "name"));
  const site = at("site");
  const who = [receiver || "Callboard", ...(site === "" ? [] : [`on ${site}`])].join(" ");
  const what = at("state") || at("event") || "test";
  const detail = DETAILS.flatMap((name) => {
    const value = at(name);
    return value === "" ? [] : [`${name} ${value}`];
  }).join(", ");
  const since = at("since");
  return {
    title: [
      `${who}: ${what}`,
      ...(detail === "" ? [] : [` (${detail})`]),
      ...(since === "" ? [] : [` since ${since}`]),
    ].join(""),
    link: readLink(readMember(body, "link")),
  };
}

function format(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? oneLine(String(value), MAX_LENGTH) : "";
}
