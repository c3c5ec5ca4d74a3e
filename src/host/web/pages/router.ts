/** Serves the table of pages: checks access and forms, and shows errors as pages. */
import type { IncomingMessage } from "node:http";
import express from "express";
import type { ErrorRequestHandler, Request, RequestHandler, Router } from "express";
import { CallboardError, ERROR_CODES } from "../../../errors.ts";
import type { SparseLog } from "../../../logger.ts";
import { noteMethods, refuseOtherMethod } from "../../../methods.ts";
import { createRateLimit } from "../../../rate-limit.ts";
import type { RateLimit } from "../../../rate-limit.ts";
import { requireNeed, requireSite } from "../http/access.ts";
import type { FormWithFile } from "../http/multipart-form.ts";
import type { WithSites } from "../http/loaded-sites.ts";
import type { Origin } from "../http/origin.ts";
import { REQUEST_ID } from "../http/problems.ts";
import type { ReportProblem } from "../http/problems.ts";
import { requireSubject } from "../http/subject.ts";
import type { RefusalPace } from "../http/refusal-pace.ts";
import type { Rooms } from "../rooms.ts";
import type { Assets } from "./assets.ts";
import { readForm, readFormWithFile, requireFormToken, requireSameOrigin } from "./form.ts";
import type { Live } from "./live.ts";
import { createLogin } from "./login.ts";
import type { Page, Visit } from "./page.ts";
import { HOME, LIVE, PORTAL_LOGO, toUrl } from "./paths.ts";
import { setPageHeaders } from "./policy.ts";
import { sendLogo } from "./portal-frame.ts";
import { pause, sendCheaply, setErrorHead } from "./refusal.ts";
import { sectionAt } from "./sections.ts";
import { createSender } from "./sender.ts";
import type { SenderParts } from "./sender.ts";
import { createVisitors } from "./visitors.ts";
import type { Visitor } from "./visitors.ts";

const MINUTE_MS = 60_000;
const NO_FORM: FormWithFile = { fields: new URLSearchParams(), file: undefined };

export interface RouterParts extends SenderParts {
  readonly pages: readonly Page[];
  readonly rooms: Rooms;
  readonly withSites: WithSites;
  readonly live: Live;
  readonly assets: Assets;
  readonly readOrigin: (request: IncomingMessage) => Origin;
  readonly pauseFor: RefusalPace["pauseFor"];
  /** Logs errors of the server, and returns what the client is shown. */
  readonly report: ReportProblem;
  readonly sparse: SparseLog;
}

export function createPageRouter(parts: RouterParts): Router {
  const { pages, rooms, withSites, live, assets, readOrigin, pauseFor, report } = parts;
  const { publicUrl } = rooms;
  const router = express.Router();
  const sender = createSender(parts);
  const visitors = createVisitors(rooms, readOrigin);
  const login = createLogin({ ...parts, sender, visitors });

  async function readPageForm(
    { fileField }: Page,
    request: Request,
    visitor: Visitor,
  ): Promise<FormWithFile> {
    const form =
      fileField === undefined
        ? { fields: await readForm(request), file: undefined }
        : await readFormWithFile(request, fileField);
    requireFormToken(form.fields, visitor.csrf);
    return form;
  }

  function serve(page: Page): RequestHandler {
    const limit: RateLimit | undefined =
      page.perMinute === undefined ? undefined : createRateLimit(page.perMinute, MINUTE_MS);
    return async (request, response) => {
      const isForm = page.method === "post";
      if (isForm) requireSameOrigin(request, publicUrl);
      const visitor = await visitors.find(request);
      if (visitor === undefined) return login.ask(request, response);
      const { caller } = visitor;
      const params = request.params as Readonly<Record<string, string>>;
      requireNeed(caller, { scope: page.scope, isOpenToPortals: page.subject !== undefined });
      await withSites(() => requireSubject(page.subject, { caller, params, rooms }));
      if (page.reach === "host") requireSite(caller, undefined);
      const form = isForm ? await readPageForm(page, request, visitor) : NO_FORM;
      limit?.take(caller.tokenId);
      const url = toUrl(request);
      const leaving = new AbortController();
      response.once("close", () => leaving.abort());
      const visit: Visit = {
        params,
        query: url.searchParams,
        form: form.fields,
        file: form.file,
        url: url.pathname + url.search,
        caller,
        author: { actor: caller.actor, address: readOrigin(request).address },
        signal: leaving.signal,
      };
      const answer = async () => sender.send(request, response, visitor, await page.answer(visit, rooms));
      // What is around a page may need sites as well: it is found before anything is sent.
      await (isForm ? answer() : withSites(answer));
    };
  }

  const answerError: ErrorRequestHandler = async (thrown, request, response, next) => {
    if (!request.originalUrl.startsWith(HOME)) {
      next(thrown);
      return;
    }
    const requestId = String(response.getHeader(REQUEST_ID) ?? "");
    const error = report(thrown, requestId);
    if (response.headersSent) return void response.destroy();
    try {
      const visitor = await visitors.find(request).catch(() => undefined);
      if (visitor === undefined) {
        await pause(pauseFor(readOrigin(request).address));
        if (sendCheaply(request, response, error)) return;
      }
      setErrorHead(response, error);
      await sender.sendView(request, response, visitor, {
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

  router.use([HOME, "/assets"], setPageHeaders);
  router.get("/", (_request, response) => sender.goTo(response, HOME));
  router.get(PORTAL_LOGO, async (_request, response) => sendLogo(response, await rooms.portalLooks.read()));
  router.get("/assets/:file", assets.serve);
  router.get("/favicon.ico", (_request, response) =>
    response.redirect(302, rooms.href("/assets/callboard.svg")),
  );
  login.addRoutes(router);
  router.get(LIVE, async (request, response, next) => {
    const visitor = await visitors.find(request);
    if (visitor === undefined) throw new CallboardError("AUTH_MISSING", "Log in first");
    requireNeed(visitor.caller, { scope: "read" });
    await live.stream(request, response, next);
  });
  for (const page of pages) router[page.method](page.path, serve(page));
  noteMethods(router);
  router.use(HOME, (request, response) => {
    if (refuseOtherMethod(request, response)) return;
    throw new CallboardError("NOT_FOUND", "Check the address. The page may have been deleted.");
  });
  router.use(answerError);
  return router;
}
