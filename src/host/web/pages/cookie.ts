/** The session's cookie. With https its name binds it to this very host; with http it carries the port, as cookies do not. */
import type { IncomingMessage } from "node:http";

export interface CookieNames {
  readonly isHttps: boolean;
  /** As in the Host header. */
  readonly host: string;
}

export function cookieName({ isHttps, host }: CookieNames): string {
  return isHttps ? "__Host-callboard" : `callboard-${/:(\d+)$/.exec(host)?.[1] ?? "80"}`;
}

export function readCookie(request: IncomingMessage, name: string): string | undefined {
  for (const pair of (request.headers.cookie ?? "").split(";")) {
    const [key = "", value] = pair.split("=", 2);
    if (key.trim() === name && value !== undefined && /^[\w-]{20,100}\s*$/.test(value)) return value.trim();
  }
  return undefined;
}

/** The Set-Cookie header that begins a session, or ends it when there is no secret. */
export function setCookie(names: CookieNames, secret: string | undefined): string {
  const value = secret ?? "";
  const parts = [`${cookieName(names)}=${value}`, "Path=/", "HttpOnly", "SameSite=Strict"];
  if (names.isHttps) parts.push("Secure");
  if (secret === undefined) parts.push("Max-Age=0");
  return parts.join("; ");
}
