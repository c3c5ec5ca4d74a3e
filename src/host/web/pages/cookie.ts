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

/**
 * `own`: of pages at the top of a window. `frame`: of a portal in a frame of another site. It is kept apart for each of these sites
 * (Partitioned, "CHIPS"), which browsers allow where they block third-party cookies.
 */
export type CookiePlace = "own" | "frame";

export function cookieName({ isHttps, host, basePath }: CookieNames, place: CookiePlace = "own"): string {
  const name = place === "own" ? "callboard" : "callboard-portal";
  if (isHttps) return basePath === "" ? `__Host-${name}` : `__Secure-${name}`;
  return `${name}-${/:(\d+)$/.exec(host)?.[1] ?? "80"}`;
}

export function readCookie(request: IncomingMessage, name: string): string | undefined {
  for (const pair of (request.headers.cookie ?? "").split(";")) {
    const [key = "", value] = pair.split("=", 2);
    if (key.trim() === name && value !== undefined && /^[\w-]{20,100}\s*$/.test(value)) return value.trim();
  }
  return undefined;
}

/** The Set-Cookie header that begins a session, or ends it when there is no secret. */
export function setCookie(
  names: CookieNames,
  secret: string | undefined,
  place: CookiePlace = "own",
): string {
  const value = secret ?? "";
  const isFramed = place === "frame";
  const parts = [
    `${cookieName(names, place)}=${value}`,
    `Path=${names.basePath || "/"}`,
    "HttpOnly",
    isFramed ? "SameSite=None" : "SameSite=Strict",
  ];
  // Browsers take a cookie without Secure for a frame from nobody, and one with it over http from this machine.
  if (names.isHttps || isFramed) parts.push("Secure");
  if (isFramed) parts.push("Partitioned");
  if (secret === undefined) parts.push("Max-Age=0");
  return parts.join("; ");
}
