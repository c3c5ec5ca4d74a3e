/** Finds the user of a request by the cookie of the session. */
import type { IncomingMessage } from "node:http";
import type { Request, Response } from "express";
import { callerWith, meetsNeed } from "../http/access.ts";
import type { Caller } from "../http/access.ts";
import type { Origin } from "../http/origin.ts";
import type { Rooms } from "../rooms.ts";
import { cookieName, readCookie, setCookie } from "./cookie.ts";
import type { CookieNames, CookiePlace } from "./cookie.ts";

/** The user of a session. */
export interface Visitor {
  readonly caller: Caller;
  /** The value that forms must carry. */
  readonly csrf: string;
}

/** Reports whether the pages about the whole server are open to the caller. */
export const isOfHost = (caller: Caller): boolean =>
  caller.siteKey === undefined && meetsNeed(caller, { scope: "admin" });

/** Reports whether a browser loads the page into a frame. It says so in every navigation there. */
export const isFramed = ({ headers }: IncomingMessage): boolean => headers["sec-fetch-dest"] === "iframe";

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
  const readSecretAt = (request: Request, place: CookiePlace) =>
    readCookie(request, cookieName(toCookieNames(request), place));

  /** The cookie of a frame counts in a frame, where no other one is; elsewhere, what only a frame can send is the exception. */
  function readPlaced(request: Request): readonly [secret: string | undefined, place: CookiePlace] {
    const [own, framed] = [readSecretAt(request, "own"), readSecretAt(request, "frame")];
    return framed !== undefined && (own === undefined || isFramed(request))
      ? [framed, "frame"]
      : [own, "own"];
  }

  return {
    find: async (request) => {
      const [secret, place] = readPlaced(request);
      const session = secret === undefined ? undefined : await sessions.find(secret);
      if (session === undefined) return undefined;
      const caller = callerWith(session.token, session);
      // Other sites can make a browser send this cookie: it never has the rights of a whole token.
      if (place === "frame" && caller.portal === undefined) return undefined;
      return { caller, csrf: session.csrf };
    },
    readSecret: (request) => readPlaced(request)[0],
    writeSecret: (request, response, secret) => {
      const place = isFramed(request) ? "frame" : "own";
      response.setHeader("set-cookie", setCookie(toCookieNames(request), secret, place));
    },
  };
}
