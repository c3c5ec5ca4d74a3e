/** Decides what a reply means: accepted, refused, or neither. Pure. */
import { findSaid } from "../host/model/receiver-word.ts";
import { DELIVERY_WORDS } from "../protocol/headers.ts";
import type { Reply } from "./exchange.ts";

/** Undefined if the reply is what it has to be; a reason in a few words otherwise. */
export type Complaint = string | undefined;

/** Statuses that ask a host to send the request again, so that they refuse nothing. */
const COME_AGAIN: readonly number[] = [408, 425, 429];

/** The statuses that tell an operator that a request was not authenticated. */
const PLAIN_REFUSALS: readonly number[] = [401, 403];

/** A genuine request must be answered with 2xx within the limit: every other status ends or repeats the delivery. */
export function complainUnlessAccepted(reply: Reply, limitMs: number): Complaint {
  if (reply.kind === "none") return `no response: ${reply.detail}`;
  if (reply.durationMs > limitMs) return `responded after ${Math.round(reply.durationMs)} ms`;
  return isSuccess(reply.status) ? undefined : `returned ${reply.status}`;
}

/**
 * A forged request must be refused: any 4xx but 408, 425 and 429, with which a host sends it again. A 5xx is an accident, not a
 * decision, and a 3xx leads somewhere else.
 */
export function complainUnlessRefused(reply: Reply): Complaint {
  if (reply.kind === "none") return `neither accepted nor refused: ${reply.detail}`;
  const { status } = reply;
  if (isSuccess(status)) return `accepted with ${status}`;
  if (status >= 500) return `returned ${status}, as for a failure of its own`;
  if (status < 400) return `returned ${status}, which refuses nothing`;
  return COME_AGAIN.includes(status) ? `returned ${status}, which asks for another attempt` : undefined;
}

/** What is worth saying of a refusal that counts. */
export function remarkOnRefusal(reply: Reply): string | undefined {
  if (reply.kind === "none" || PLAIN_REFUSALS.includes(reply.status)) return undefined;
  return `refused with ${reply.status}; 401 would say that the request was not authenticated`;
}

/** To a sample, an add-on has no reason to say more than its status. A host ignores unknown values, and obeys the known ones. */
export function complainAboutWord(reply: Reply): Complaint {
  if (reply.kind === "none") return undefined;
  const word = findSaid(reply.headers);
  if (word === undefined) return undefined;
  if (word === "disable") return "is answered with disable, which makes the subscription inactive";
  if (!DELIVERY_WORDS.some((known) => known === word))
    return `is answered with ${JSON.stringify(word.slice(0, 80))}, which hosts ignore`;
  return isSuccess(reply.status)
    ? `is answered with ${word} beside a 2xx, where it means nothing`
    : undefined;
}

const isSuccess = (status: number): boolean => status >= 200 && status <= 299;

/** A stack trace of Node, Java, Python or .NET. */
const STACK_TRACE = /\n\s+at [\w$.<>[\] /]+\(|^Traceback \(most recent call last\)|\n\s+at .+:\d+:\d+/m;

/** What a response tells that it must not tell, in a few words. */
export function listLeaks(reply: Reply, secrets: readonly string[]): readonly string[] {
  if (reply.kind === "none") return [];
  const text = `${reply.headers.map(([name, value]) => `${name}: ${value}`).join("\n")}\n\n${reply.body.toString("utf8")}`;
  return [
    ...(secrets.some((secret) => text.includes(secret)) ? ["a shared secret"] : []),
    ...(STACK_TRACE.test(text.replaceAll("<br>", "\n").replaceAll("&nbsp;", " ")) ? ["a stack trace"] : []),
  ];
}
