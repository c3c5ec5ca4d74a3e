/** Finds the user of a request by the cookie of the session. */
import type { IncomingMessage } from "node:http";
import type { Request, Response } from "express";
import { callerWith, meetsNeed } from "../http/access.ts";
import type { Caller } from "../http/access.ts";
import type { Origin } from "../http/origin.ts";
import type { Rooms } from "../rooms.ts";
import { cookieName, readCookie, setCookie } from "./cookie.ts";
import type { CookieNames } from "./cookie.ts";

/** The user of a session. */
export interface Visitor {
  readonly caller: Caller;
  /** The value that forms must carry. */
  readonly csrf: string;
}

/** Reports whether the pages about the whole server are open to the caller. */
export const isOfHost = (caller: Caller): boolean =>
  caller.siteKey === undefined && meetsNeed(caller, { scope: "admin" });

export interface Visitors {
  /** Resolves to undefined without a valid session. */
  readonly find: (request: Request) => Promise<Visitor | undefined>;
  /** Returns the session's secret from the cookie. It can be invalid. */
  readonly readSecret: (request: Request) => string | undefined;
  /** Sets the cookie, or deletes it if there is no secret. */
  readonly writeSecret: (request: Request, response: Response, secret: string | undefined) => void;
}

export function createVisitors(
  { sessions, href }: Pick<Rooms, "sessions" | "href">,
  readOrigin: (request: IncomingMessage) => Origin,
): Visitors {
  const toCookieNames = (request: Request): CookieNames => ({
    isHttps: readOrigin(request).isHttps,
    host: request.headers.host ?? "",
    basePath: href("/").slice(0, -1),
  });
  const readSecret = (request: Request) => readCookie(request, cookieName(toCookieNames(request)));
  return {
    find: async (request) => {
      const secret = readSecret(request);
      const session = secret === undefined ? undefined : await sessions.find(secret);
      return session === undefined ? undefined : { caller: callerWith(session.token, session), csrf: session.csrf };
    },
    readSecret,
    writeSecret: (request, response, secret) => {
      response.setHeader("set-cookie", setCookie(toCookieNames(request), secret));
    },
  };
}
