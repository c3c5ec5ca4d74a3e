/**
 * The session's cookie. With https its name binds it to this very host; with http it carries the port, as cookies do not.
 * Below a base path it is for that path alone: the rest of the host belongs to others. (`__Host-` allows no path but `/`.)
 */
import type { IncomingMessage } from "node:http";

export interface CookieNames {
  readonly isHttps: boolean;
  /** Value of the Host header. */
  readonly host: string;
  /** The path of the base URL; "" for none. */
  readonly basePath: string;
}

export function cookieName({ isHttps, host, basePath }: CookieNames): string {
  if (isHttps) return basePath === "" ? "__Host-callboard" : "__Secure-callboard";
  return `callboard-${/:(\d+)$/.exec(host)?.[1] ?? "80"}`;
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
  const parts = [
    `${cookieName(names)}=${value}`,
    `Path=${names.basePath || "/"}`,
    "HttpOnly",
    "SameSite=Strict",
  ];
  if (names.isHttps) parts.push("Secure");
  if (secret === undefined) parts.push("Max-Age=0");
  return parts.join("; ");
}
