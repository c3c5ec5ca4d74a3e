/** Which add-ons may be checked: a check attacks, so it stays on this machine unless the user owns the other one. */
import { isLocalhost } from "../egress/allow-list.ts";
import type { Egress } from "../egress/index.ts";
import { createThisMachine } from "../egress/index.ts";
import { getHost } from "../url-host.ts";
import { isLoopbackAddress } from "../host/model/addresses.ts";
import { isObject } from "../json/object.ts";
import { CheckProblem } from "./outcome.ts";
import { parseUrl } from "../parse-url.ts";

const DESCRIPTOR_FILE = "/atlassian-connect.json";
const MAX_DESCRIPTOR_BYTES = 512 * 1024;

/**
 * Returns the URL of the descriptor: the given one, or the usual file if it has no path.
 * @throws {CheckProblem} URL_INVALID; CHECK_URL_DENIED if it is not on this machine, unless the user owns it
 */
export function requireTarget(text: string, isOwned: boolean): URL {
  const url = parseUrl(text);
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") {
    throw new CheckProblem(
      "usage",
      "URL_INVALID",
      "The URL of the add-on's descriptor is not valid",
      "For example: callboard check http://localhost:3000/atlassian-connect.json",
    );
  }
  requireOwn(url, "The URL", isOwned);
  if (url.pathname === "/") url.pathname = DESCRIPTOR_FILE;
  return url;
}

/**
 * Looks whether the URL serves something that could be a descriptor, whose baseUrl may be attacked.
 * @throws {CheckProblem} ADDON_UNREACHABLE, DESCRIPTOR_NOT_FOUND, CHECK_URL_DENIED
 */
export async function requireDescriptor(
  egress: Pick<Egress, "request">,
  url: string,
  isOwned: boolean,
): Promise<void> {
  const { outcome, answer } = await egress.request({ method: "GET", url, maxBytes: MAX_DESCRIPTOR_BYTES });
  if (answer === undefined) {
    const detail = "detail" in outcome ? outcome.detail : "";
    throw new CheckProblem(
      "unreachable",
      "ADDON_UNREACHABLE",
      `${url} does not respond: ${detail}`,
      "Start the add-on, or let the check do it: callboard check URL -- npm start",
    );
  }
  const found = outcome.kind === "accepted" ? objectIn(answer.body) : undefined;
  if (found === undefined) {
    throw new CheckProblem(
      "notFound",
      "DESCRIPTOR_NOT_FOUND",
      `${url} returned ${answer.status}${outcome.kind === "accepted" ? " without a JSON object" : ""}, not a descriptor`,
    );
  }
  const { baseUrl } = found;
  const base = typeof baseUrl === "string" ? parseUrl(baseUrl) : undefined;
  if (base !== undefined) requireOwn(base, "The descriptor's baseUrl", isOwned);
}

function objectIn(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function requireOwn(url: URL, what: string, isOwned: boolean): void {
  if (isOwned || isOnThisMachine(getHost(url))) return;
  throw new CheckProblem(
    "refused",
    "CHECK_URL_DENIED",
    `${what} is on another machine, ${url.hostname}, and a check attacks what it checks`,
    "If it is yours, say so with --i-own-this-url",
  );
}

function isOnThisMachine(host: string): boolean {
  const machine = createThisMachine();
  return isLocalhost(host) || isLoopbackAddress(host) || machine.hasName(host) || machine.hasAddress(host);
}
