/** Guards the Inspector's pages: security headers, the Host header, the access token and the origin of forms. */
import { createHmac } from "node:crypto";
import type { Request, RequestHandler, Response } from "express";
import { isSameText } from "../../addon/index.ts";
import { createRateLimit } from "../../rate-limit.ts";

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const COOKIE = "callboard-inspector";

export const securityHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
  });
  next();
};

/** Captures stay out of the browser's cache. */
export const notStored: RequestHandler = (_request, response, next) => {
  response.set("cache-control", "no-store");
  next();
};

/** 421 for a Host header that is none of ours. The names are asked for each time, since the port may be a free one. */
export function onlyKnownHosts(known: () => ReadonlySet<string>): RequestHandler {
  return (request, response, next) => {
    if (known().has((request.headers.host ?? "").toLowerCase())) next();
    else response.status(421).type("text").send("This is not a name of the Webhook Inspector.\n");
  };
}

/** 403 for a form that another site sent. Programs that are no browser send neither header. */
export const onlyOwnForms: RequestHandler = (request, response, next) => {
  if (request.method === "GET" || request.method === "HEAD" || isOwnForm(request)) next();
  else response.status(403).type("text").send("The form was not sent from the Inspector's own page.\n");
};

function isOwnForm({ headers }: Request): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin" || site === "none";
  const { origin, host = "" } = headers;
  return origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
}

const MAX_WRONG = 10;
const WRONG_PERIOD_MS = 5 * 60_000;

export interface Login {
  /** Lets through whoever is logged in, and sends others to /login. */
  readonly required: RequestHandler;
  /**
   * Whether `token` is the right one; the answer then carries the cookie.
   * @throws {CallboardError} RATE_LIMITED when too many wrong ones came from this address
   */
  readonly accept: (token: string, request: Request, response: Response) => boolean;
}

/** Without a token everybody is let through, which is for loopback only. */
export function createLogin(accessToken: string | undefined, isHttps: boolean): Login {
  if (accessToken === undefined) {
    return { required: (_request, _response, next) => next(), accept: () => true };
  }
  // The cookie is made of the token, so that it ends with it and nothing has to be kept.
  const cookie = createHmac("sha256", accessToken).update(COOKIE).digest("base64url");
  const wrong = createRateLimit(MAX_WRONG, WRONG_PERIOD_MS);
  /** Limit of wrong tokens, for the login page and all other requests together. */
  function isRight(token: string, { socket }: Request): boolean {
    if (isSameText(token, accessToken ?? "")) return true;
    // Only wrong ones are counted: nobody can lock out the right one.
    wrong.take(socket.remoteAddress ?? "");
    return false;
  }
  return {
    required: (request, response, next) => {
      const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
      if (isSameText(readCookie(request), cookie) || (bearer !== undefined && isRight(bearer, request)))
        next();
      else response.redirect(303, "/login");
    },
    accept: (token, request, response) => {
      if (!isRight(token, request)) return false;
      response.cookie(COOKIE, cookie, { httpOnly: true, sameSite: "strict", secure: isHttps, path: "/" });
      return true;
    },
  };
}

function readCookie({ headers }: Request): string {
  const pairs = (headers.cookie ?? "").split(/;\s*/).map((pair) => pair.split("="));
  return pairs.find(([name]) => name === COOKIE)?.[1] ?? "";
}
