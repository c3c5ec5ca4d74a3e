/** Serves the table of pages: who gets in, what a form must carry, and how an answer or an error looks in a browser. */
import type { IncomingMessage } from "node:http";
import express from "express";
import type { ErrorRequestHandler, Request, RequestHandler, Response, Router } from "express";
import { CallboardError, ERROR_CODES } from "../../../errors.ts";
import type { ErrorCode } from "../../../errors.ts";
import { createRateLimit } from "../../../rate-limit.ts";
import type { RateLimit } from "../../../rate-limit.ts";
import { callerWith, meetsNeed, requireNeed, requireSite } from "../http/access.ts";
import type { Caller } from "../http/access.ts";
import { toLimitKey } from "../../model/addresses.ts";
import { hasUnreadBody } from "../http/linger.ts";
import { noteMethods, refuseOtherMethod } from "../../../methods.ts";
import type { Origin } from "../http/origin.ts";
import { REQUEST_ID } from "../http/problems.ts";
import type { SparseLog } from "../../../logger.ts";
import type { RefusalPace } from "../http/refusal-pace.ts";
import type { ReportProblem } from "../http/problems.ts";
import type { Rooms } from "../rooms.ts";
import type { Assets } from "./assets.ts";
import { cookieName, readCookie, setCookie } from "./cookie.ts";
import type { CookieNames } from "./cookie.ts";
import {
  CSRF_FIELD,
  MAX_KEPT_FORM_BYTES,
  MAX_LOGIN_BYTES,
  MAX_RESUMING_LOGIN_BYTES,
  readForm,
  requireFormToken,
  requireSameOrigin,
} from "./form.ts";
import type { Live } from "./live.ts";
import { noticeText } from "./notices.ts";
import type { Page, PageAnswer, ViewAnswer, Visit } from "./page.ts";
import type { Render } from "./render.ts";
import { navigation, sectionAt } from "./sections.ts";

const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const MINUTE_MS = 60_000;
const HOME = "/admin";
const LOGIN = "/admin/login";
const LIVE = "/admin/live";
/** A refusal of a stranger that is not worth a page: it costs less than what was refused. */
export const CHEAP_REFUSALS: ReadonlySet<ErrorCode> = new Set([
  "BODY_TIMEOUT",
  "BODY_TOO_COMPLEX",
  "BODY_TOO_LARGE",
  "OVERLOADED",
  "RATE_LIMITED",
]);

export interface RouterParts {
  readonly pages: readonly Page[];
  readonly rooms: Rooms;
  readonly live: Live;
  readonly render: Render;
  readonly assets: Assets;
  readonly originOf: (request: IncomingMessage) => Origin;
  readonly pauseFor: RefusalPace["pauseFor"];
  /** Notes what is our own fault, and gives what may be told. */
  readonly report: ReportProblem;
  readonly sparse: SparseLog;
  /** Shown on every page, e.g. that deliveries may reach this machine's own network. */
  readonly banner: string | undefined;
  /** Shown to whoever may change the host, e.g. that it is reached over plain http. */
  readonly warnings: readonly string[];
}

/** Whoever is logged in. */
interface Visitor {
  readonly caller: Caller;
  readonly csrf: string;
}

export function createPageRouter(parts: RouterParts): Router {
  const { pages, rooms, live, render, assets, originOf, report, sparse } = parts;
  const { href, publicUrl, sessions } = rooms;
  const router = express.Router();
  const { wrongLogins, formsWithoutSession } = rooms.rates;
  const { pauseFor } = parts;

  const toCookieNames = (request: Request): CookieNames => ({
    isHttps: originOf(request).isHttps,
    host: request.headers.host ?? "",
    basePath: href("/").slice(0, -1),
  });
  const readSessionCookie = (request: Request) => readCookie(request, cookieName(toCookieNames(request)));

  async function findVisitor(request: Request): Promise<Visitor | undefined> {
    const secret = readSessionCookie(request);
    const session = secret === undefined ? undefined : await sessions.find(secret);
    return session === undefined ? undefined : { caller: callerWith(session.token), csrf: session.csrf };
  }

  function bannerFor(caller: Caller): string | undefined {
    const all = [parts.banner ?? "", ...(isOfHost(caller) ? parts.warnings : [])].filter(
      (text) => text !== "",
    );
    return all.length === 0 ? undefined : all.join(" ");
  }

  /** Every redirect goes to a page of ours. */
  function goTo(response: Response, to: string): void {
    response.setHeader("cache-control", "no-store");
    response.redirect(303, href(to));
  }

  async function sendView(
    request: Request,
    response: Response,
    visitor: Visitor | undefined,
    {
      view,
      title,
      section,
      data,
      status,
      live: isLive,
    }: Omit<ViewAnswer, "section"> & Partial<Pick<ViewAnswer, "section">>,
  ): Promise<void> {
    const notice = noticeText(toUrl(request).searchParams.get("notice"));
    const html = await render(`/host/${view}`, {
      title,
      app: "Callboard",
      home: href(HOME),
      assets: href("/assets"),
      version: assets.version,
      nav:
        visitor === undefined || section === undefined
          ? undefined
          : navigation(section, isOfHost(visitor.caller), rooms.receivers.inspectorUrl(), href),
      who:
        visitor === undefined
          ? undefined
          : {
              text: visitor.caller.actor.replace(/^token:/, ""),
              logout: href("/admin/logout"),
              csrf: visitor.csrf,
            },
      live: isLive === true ? href(LIVE) : undefined,
      banner: visitor === undefined ? undefined : bannerFor(visitor.caller),
      notice: notice === undefined ? undefined : { kind: "good", text: notice },
      csrf: visitor === undefined ? "" : `<input type="hidden" name="${CSRF_FIELD}" value="${visitor.csrf}">`,
      may: (scope: "admin" | "events:write") => visitor !== undefined && mayDo(visitor.caller, scope),
      ...data,
    });
    response.status(status ?? 200).setHeader("cache-control", "no-store");
    response.type("text/html; charset=utf-8").send(html);
  }

  async function send(
    request: Request,
    response: Response,
    visitor: Visitor,
    answer: PageAnswer,
  ): Promise<void> {
    switch (answer.kind) {
      case "view":
        return sendView(request, response, visitor, answer);
      case "redirect": {
        goTo(response, withNotice(answer.to, answer.notice));
        return;
      }
      case "file":
        response.setHeader("cache-control", "no-store");
        response.setHeader("content-disposition", `attachment; filename="${answer.name}"`);
        response.type(answer.contentType);
        if (typeof answer.body === "string" || Buffer.isBuffer(answer.body)) {
          response.end(answer.body);
          return;
        }
        for await (const part of answer.body) {
          if (response.destroyed) return;
          if (!response.write(part)) await drained(response);
        }
        response.end();
    }
  }

  function serve(page: Page): RequestHandler {
    const limit: RateLimit | undefined =
      page.perMinute === undefined ? undefined : createRateLimit(page.perMinute, MINUTE_MS);
    return async (request, response) => {
      const isForm = page.method === "post";
      if (isForm) requireSameOrigin(request, publicUrl);
      const visitor = await findVisitor(request);
      if (visitor === undefined) return askToLogIn(request, response, isForm);
      requireNeed(visitor.caller, { scope: page.scope });
      if (page.reach === "host") requireSite(visitor.caller, undefined);
      const form = isForm ? await readForm(request) : new URLSearchParams();
      if (isForm) requireFormToken(form, visitor.csrf);
      limit?.take(visitor.caller.tokenId);
      const url = toUrl(request);
      const leaving = new AbortController();
      response.once("close", () => leaving.abort());
      const visit: Visit = {
        params: request.params as Readonly<Record<string, string>>,
        query: url.searchParams,
        form,
        url: url.pathname + url.search,
        caller: visitor.caller,
        author: { actor: visitor.caller.actor, address: originOf(request).address },
        signal: leaving.signal,
      };
      await send(request, response, visitor, await page.answer(visit, rooms));
    };
  }

  /** A form of a session that has ended comes back to be sent again: what was typed is not lost. */
  async function askToLogIn(request: Request, response: Response, isForm: boolean): Promise<void> {
    if (!isForm) {
      goTo(response, `${LOGIN}?to=${encodeURIComponent(request.originalUrl)}`);
      return;
    }
    const { address } = originOf(request);
    formsWithoutSession.take(toLimitKey(address));
    await pause(pauseFor(address));
    const form = await readKeptForm(request);
    form.delete(CSRF_FIELD);
    await sendView(request, response, undefined, {
      kind: "view",
      view: "login",
      title: "Log in",
      status: 401,
      data: {
        to: HOME,
        error: "Your session has ended. Log in, and what you typed is there to be sent again.",
        resume: { action: request.originalUrl, fields: JSON.stringify([...form]) },
      },
    });
  }

  async function logIn(request: Request, response: Response, secretOf: "token" | "link"): Promise<void> {
    const { address } = originOf(request);
    const form =
      request.method === "POST" ? await readForm(request, maxLoginBytes(request)) : new URLSearchParams();
    const to = localPath(form.get("to"));
    try {
      const begun =
        secretOf === "token"
          ? await sessions.beginWithToken(form.get("token")?.trim() ?? "", address)
          : await sessions.beginWithLink(String(request.params["secret"]), address);
      const before = readSessionCookie(request);
      if (before !== undefined) await sessions.end(before);
      response.setHeader("set-cookie", setCookie(toCookieNames(request), begun.secret));
      const resumed = await resumedForm(form, begun.secret);
      if (resumed === undefined) {
        goTo(response, to);
        return;
      }
      await sendView(request, response, undefined, {
        kind: "view",
        view: "resume",
        title: "Send again",
        data: resumed,
      });
    } catch (error) {
      const logRefusal = (refusal: unknown) => {
        if (!(refusal instanceof CallboardError)) return;
        const { code, message } = refusal;
        const requestId = String(response.getHeader(REQUEST_ID) ?? "");
        sparse.write(`${code} ${address}`, "info", "login.refused", {
          requestId,
          code,
          error: message,
          with: secretOf,
          address,
        });
      };
      logRefusal(error);
      if (!(error instanceof CallboardError) || error.code !== "AUTH_INVALID") throw error;
      try {
        // Only what is wrong is counted, and each kind by itself: whoever has the right token or link gets in.
        wrongLogins.take(`${secretOf} ${toLimitKey(address)}`);
      } catch (tooMany) {
        logRefusal(tooMany);
        throw tooMany;
      }
      await sendView(request, response, undefined, {
        kind: "view",
        view: "login",
        title: "Log in",
        status: 401,
        data: { to, error: error.message, resume: readResume(form) },
      });
    }
  }

  async function resumedForm(
    form: URLSearchParams,
    secret: string,
  ): Promise<Readonly<Record<string, unknown>> | undefined> {
    const resume = readResume(form);
    const session = resume === undefined ? undefined : await sessions.find(secret);
    if (resume === undefined || session === undefined) return undefined;
    return {
      action: resume.action,
      fields: [...parseFields(resume.fields), [CSRF_FIELD, session.csrf] as const],
    };
  }

  router.use(["/admin", "/assets"], setPageHeaders);
  router.get("/", (_request, response) => goTo(response, HOME));
  router.get("/assets/:file", assets.serve);

  router.get(LOGIN, async (request, response) => {
    const to = localPath(toUrl(request).searchParams.get("to"));
    if ((await findVisitor(request)) !== undefined) {
      goTo(response, to);
      return;
    }
    await sendView(request, response, undefined, {
      kind: "view",
      view: "login",
      title: "Log in",
      data: { to, error: undefined, resume: undefined },
    });
  });
  router.post(LOGIN, async (request, response) => {
    requireSameOrigin(request, publicUrl);
    await logIn(request, response, "token");
  });
  router.get(`${LOGIN}/:secret`, async (request, response) => {
    // Express passes HEAD to GET handlers. Scanners of mail send HEAD, and must not use the link up.
    if (request.method !== "GET") {
      response.status(204).end();
      return;
    }
    // A page elsewhere must not log a browser in to a session of its own choice.
    const site = request.headers["sec-fetch-site"] ?? "none";
    if (site !== "none" && site !== "same-origin") {
      throw new CallboardError("CSRF", "Open the link from your terminal, or type it into the address bar");
    }
    await logIn(request, response, "link");
  });
  router.post("/admin/logout", async (request, response) => {
    requireSameOrigin(request, publicUrl);
    const visitor = await findVisitor(request);
    const secret = readSessionCookie(request);
    if (visitor !== undefined && secret !== undefined) {
      requireFormToken(await readForm(request), visitor.csrf);
      await sessions.end(secret);
    }
    response.setHeader("set-cookie", setCookie(toCookieNames(request), undefined));
    goTo(response, withNotice(LOGIN, "logged-out"));
  });
  router.get(LIVE, async (request, response, next) => {
    const visitor = await findVisitor(request);
    if (visitor === undefined) throw new CallboardError("AUTH_MISSING", "Log in first");
    requireNeed(visitor.caller, { scope: "read" });
    await live.stream(request, response, next);
  });
  for (const page of pages) router[page.method](page.path, serve(page));
  noteMethods(router);
  router.use("/admin", (request, response) => {
    if (refuseOtherMethod(request, response)) return;
    throw new CallboardError("NOT_FOUND", "The address may be mistyped, or what stood here was removed.");
  });

  const answerError: ErrorRequestHandler = async (thrown, request, response, next) => {
    if (!request.originalUrl.startsWith("/admin")) {
      next(thrown);
      return;
    }
    const requestId = String(response.getHeader(REQUEST_ID) ?? "");
    const error = report(thrown, requestId);
    if (response.headersSent) return void response.destroy();
    try {
      const visitor = await findVisitor(request).catch(() => undefined);
      if (visitor === undefined) await pause(pauseFor(originOf(request).address));
      if (visitor === undefined && CHEAP_REFUSALS.has(error.code)) {
        if (hasUnreadBody(request)) response.setHeader("connection", "close");
        if (error.retryAfterSeconds !== undefined)
          response.setHeader("retry-after", String(error.retryAfterSeconds));
        response.status(error.status).setHeader("cache-control", "no-store");
        response.type("text/plain; charset=utf-8").send(`${error.message}\n`);
        return;
      }
      if (error.retryAfterSeconds !== undefined)
        response.setHeader("retry-after", String(error.retryAfterSeconds));
      await sendView(request, response, visitor, {
        kind: "view",
        view: "error",
        title: ERROR_CODES[error.code][1],
        section: sectionAt(toUrl(request).pathname),
        status: error.status,
        data: {
          error,
          requestId,
          url: request.originalUrl,
          back: request.method === "GET" && error.status !== 404,
        },
      });
    } catch (failure) {
      next(failure);
    }
  };
  router.use(answerError);
  return router;
}

async function pause(ms: number): Promise<void> {
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
}

async function readKeptForm(request: Request): Promise<URLSearchParams> {
  try {
    return await readForm(request, MAX_KEPT_FORM_BYTES);
  } catch (error) {
    if (!(error instanceof CallboardError) || error.code !== "BODY_TOO_LARGE") throw error;
    throw new CallboardError(
      "BODY_TOO_LARGE",
      `Your session has ended, and a form of more than ${MAX_KEPT_FORM_BYTES / 1024} KiB is not kept. Log in in another tab, then go back and send it again.`,
    );
  }
}

function maxLoginBytes(request: Request): number {
  return toUrl(request).searchParams.has("resume") ? MAX_RESUMING_LOGIN_BYTES : MAX_LOGIN_BYTES;
}

/** Loosens the policy of every answer for what a page needs. */
export const setPageHeaders: RequestHandler = (_request, response, next) => {
  response.setHeader("content-security-policy", CONTENT_SECURITY_POLICY);
  // With no referrer at all a browser sends `Origin: null` with a form.
  response.setHeader("referrer-policy", "same-origin");
  next();
};

/** Whether the pages about the whole host are for this caller. */
function isOfHost(caller: Caller): boolean {
  return caller.siteKey === undefined && mayDo(caller, "admin");
}

function mayDo(caller: Caller, scope: "admin" | "events:write"): boolean {
  return meetsNeed(caller, { scope });
}

/** Only path and query mean something; the host name was checked before. */
function toUrl(request: Request): URL {
  return new URL(request.originalUrl, "http://host");
}

function withNotice(to: string, notice: string | undefined): string {
  if (notice === undefined) return to;
  const url = new URL(to, "http://host");
  url.searchParams.set("notice", notice);
  return url.pathname + url.search + url.hash;
}

/** Where to go after the login: one of our own pages, whatever was asked for. */
function localPath(to: string | null): string {
  if (to === null || !to.startsWith(HOME)) return HOME;
  const url = new URL(to, "http://host");
  return url.host === "host" && /^\/admin(?:\/|$)/.test(url.pathname) ? url.pathname + url.search : HOME;
}

interface Resume {
  readonly action: string;
  /** The form's fields, as JSON. */
  readonly fields: string;
}

function readResume(form: URLSearchParams): Resume | undefined {
  const action = form.get("resume-action");
  const fields = form.get("resume-fields");
  return action === null || fields === null ? undefined : { action: localPath(action), fields };
}

function parseFields(json: string): readonly (readonly [name: string, value: string])[] {
  try {
    const fields = JSON.parse(json) as unknown;
    if (!Array.isArray(fields)) return [];
    return fields.flatMap((field: unknown) =>
      Array.isArray(field) && typeof field[0] === "string" && typeof field[1] === "string"
        ? [[field[0], field[1]] as const]
        : [],
    );
  } catch {
    return [];
  }
}

function drained(response: Response): Promise<void> {
  return new Promise((resolve) => {
    response.once("drain", resolve).once("close", resolve);
  });
}
