/** Logs users in and out, and keeps a form whose session has ended until its user has logged in again. */
import type { IncomingMessage } from "node:http";
import type { Request, Response, Router } from "express";
import { CallboardError } from "../../../errors.ts";
import { size } from "../../../format.ts";
import type { SparseLog } from "../../../logger.ts";
import { toLimitKey } from "../../model/addresses.ts";
import { isMultipart } from "../http/multipart-form.ts";
import type { Origin } from "../http/origin.ts";
import { REQUEST_ID } from "../http/problems.ts";
import type { RefusalPace } from "../http/refusal-pace.ts";
import type { Rooms } from "../rooms.ts";
import {
  CSRF_FIELD,
  MAX_KEPT_FORM_BYTES,
  MAX_LOGIN_BYTES,
  MAX_RESUMING_LOGIN_BYTES,
  readForm,
  maskFormToken,
  requireFormToken,
  requireSameOrigin,
} from "./form.ts";
import { HOME, LOGIN, toLocalPath, toUrl } from "./paths.ts";
import { sendPortalEnd, sendPortalEntry } from "./portal-login.ts";
import { pause } from "./refusal.ts";
import type { Sender } from "./sender.ts";
import { isFramed } from "./visitors.ts";
import type { Visitors } from "./visitors.ts";

export interface LoginParts {
  readonly rooms: Pick<Rooms, "publicUrl" | "rates" | "sessions">;
  readonly sender: Sender;
  readonly visitors: Visitors;
  readonly readOrigin: (request: IncomingMessage) => Origin;
  readonly pauseFor: RefusalPace["pauseFor"];
  readonly sparse: SparseLog;
}

/** The secret that a user logs in with: an API token, or the one-time link from the command line. */
type SecretKind = "token" | "link";

/** A form of a session that has ended, as the login page carries it. */
interface KeptForm {
  readonly action: string;
  /** The fields, as JSON. */
  readonly fields: string;
}

interface LoginView {
  readonly to: string;
  readonly error?: string;
  readonly resume?: KeptForm | undefined;
}

export interface Login {
  readonly addRoutes: (router: Router) => void;
  /** Sends the login page to a request without a session. A form comes back after the login, with what was typed. */
  readonly ask: (request: Request, response: Response) => Promise<void>;
}

export function createLogin(parts: LoginParts): Login {
  const { rooms, sender, visitors, readOrigin, pauseFor } = parts;
  const { sessions, rates, publicUrl } = rooms;

  const sendLogin = (request: Request, response: Response, { to, error, resume }: LoginView): Promise<void> =>
    sender.sendView(request, response, undefined, {
      kind: "view",
      view: "login",
      title: "Log in",
      status: error === undefined ? 200 : 401,
      data: { to, error, resume },
    });

  function beginSession(request: Request, form: URLSearchParams, kind: SecretKind) {
    const { address } = readOrigin(request);
    return kind === "token"
      ? sessions.beginWithToken(form.get("token")?.trim() ?? "", address)
      : sessions.beginWithLink(String(request.params["secret"]), address);
  }

  async function logIn(request: Request, response: Response, kind: SecretKind): Promise<void> {
    const { address } = readOrigin(request);
    const form =
      request.method === "POST" ? await readForm(request, maxLoginBytes(request)) : new URLSearchParams();
    try {
      const { secret } = await beginSession(request, form, kind);
      const before = visitors.readSecret(request);
      if (before !== undefined) await sessions.end(before);
      visitors.writeSecret(request, response, secret);
      await sendStart(request, response, form, secret);
      return;
    } catch (error) {
      logRefusal(parts.sparse, { response, refusal: error, kind, address });
      if (!(error instanceof CallboardError) || error.code !== "AUTH_INVALID") throw error;
      try {
        // Only wrong secrets count, and each kind separately, so that a user with a valid token or link always gets in.
        rates.wrongLogins.take(`${kind} ${toLimitKey(address)}`);
      } catch (tooMany) {
        logRefusal(parts.sparse, { response, refusal: tooMany, kind, address });
        throw tooMany;
      }
      if (isFramed(request)) return sendPortalEnd(sender, request, response);
      const to = toLocalPath(form.get("to"));
      await sendLogin(request, response, { to, error: error.message, resume: readKept(form) });
    }
  }

  /** The first page after a login: the requested one, or the kept form. */
  async function sendStart(
    request: Request,
    response: Response,
    form: URLSearchParams,
    secret: string,
  ): Promise<void> {
    const kept = readKept(form);
    const session = kept === undefined ? undefined : await sessions.find(secret);
    if (kept === undefined || session === undefined) {
      sender.goTo(response, toLocalPath(form.get("to")));
      return;
    }
    const fields = [...parseFields(kept.fields), [CSRF_FIELD, maskFormToken(session.csrf)] as const];
    await sender.sendView(request, response, undefined, {
      kind: "view",
      view: "resume",
      title: "Send again",
      data: { action: kept.action, fields },
    });
  }

  async function showLogin(request: Request, response: Response): Promise<void> {
    const to = toLocalPath(toUrl(request).searchParams.get("to"));
    if ((await visitors.find(request)) !== undefined) sender.goTo(response, to);
    else if (isFramed(request)) await sendPortalEnd(sender, request, response);
    else await sendLogin(request, response, { to });
  }

  async function useLink(request: Request, response: Response): Promise<void> {
    // Express passes HEAD to GET handlers. Mail scanners send HEAD, which must not use up the link.
    if (request.method !== "GET") {
      response.status(204).end();
      return;
    }
    if (await sessions.isPortalLink(String(request.params["secret"]))) return enterPortal(request, response);
    // A page elsewhere must not log a browser in to a session of its own choice.
    const site = request.headers["sec-fetch-site"] ?? "none";
    if (site !== "none" && site !== "same-origin") {
      throw new CallboardError("CSRF", "Open the link from your terminal, or type it into the address bar");
    }
    await logIn(request, response, "link");
  }

  /**
   * A portal's link comes by mail, or is the address of a frame. In a frame it logs in at once, with a cookie of this frame's site.
   * Elsewhere it asks first: programs that look through mail open links, and a page elsewhere must not choose a session.
   */
  async function enterPortal(request: Request, response: Response): Promise<void> {
    if (isFramed(request)) return logIn(request, response, "link");
    await sendPortalEntry(sender, request, response);
  }

  async function logOut(request: Request, response: Response): Promise<void> {
    requireSameOrigin(request, publicUrl);
    const visitor = await visitors.find(request);
    const secret = visitors.readSecret(request);
    if (visitor !== undefined && secret !== undefined) {
      requireFormToken(await readForm(request), visitor.csrf);
      await sessions.end(secret);
    }
    visitors.writeSecret(request, response, undefined);
    sender.goTo(response, LOGIN, "logged-out");
  }

  return {
    addRoutes: (router) => {
      router.get(LOGIN, showLogin);
      router.post(LOGIN, async (request, response) => {
        requireSameOrigin(request, publicUrl);
        await logIn(request, response, "token");
      });
      router.get(`${LOGIN}/:secret`, useLink);
      router.post(`${LOGIN}/:secret`, async (request, response) => {
        requireSameOrigin(request, publicUrl);
        await logIn(request, response, "link");
      });
      router.post("/admin/logout", logOut);
    },
    ask: async (request, response) => {
      if (isFramed(request)) return sendPortalEnd(sender, request, response);
      if (request.method !== "POST") {
        sender.goTo(response, `${LOGIN}?to=${encodeURIComponent(request.originalUrl)}`);
        return;
      }
      const { address } = readOrigin(request);
      rates.formsWithoutSession.take(toLimitKey(address));
      await pause(pauseFor(address));
      const form = await readKeptForm(request);
      form.delete(CSRF_FIELD);
      await sendLogin(request, response, {
        to: HOME,
        error: "Your session has ended. Log in, and what you typed is there to be sent again.",
        resume: { action: request.originalUrl, fields: JSON.stringify([...form]) },
      });
    },
  };
}

interface RefusedLogin {
  readonly response: Response;
  readonly refusal: unknown;
  readonly kind: SecretKind;
  readonly address: string;
}

function logRefusal(sparse: SparseLog, { response, refusal, kind, address }: RefusedLogin): void {
  if (!(refusal instanceof CallboardError)) return;
  const { code, message } = refusal;
  const requestId = String(response.getHeader(REQUEST_ID) ?? "");
  const fields = { requestId, code, error: message, with: kind, address };
  sparse.write(`${code} ${address}`, "info", "login.refused", fields);
}

async function readKeptForm(request: Request): Promise<URLSearchParams> {
  if (isMultipart(request.headers["content-type"])) {
    throw new CallboardError(
      "AUTH_MISSING",
      "Your session has ended, and a form with a file is not kept. Log in in another tab, then go back and send it again.",
    );
  }
  try {
    return await readForm(request, MAX_KEPT_FORM_BYTES);
  } catch (error) {
    if (!(error instanceof CallboardError) || error.code !== "BODY_TOO_LARGE") throw error;
    throw new CallboardError(
      "BODY_TOO_LARGE",
      `Your session has ended, and a form of more than ${size(MAX_KEPT_FORM_BYTES)} is not kept. Log in in another tab, then go back and send it again.`,
    );
  }
}

function maxLoginBytes(request: Request): number {
  return toUrl(request).searchParams.has("resume") ? MAX_RESUMING_LOGIN_BYTES : MAX_LOGIN_BYTES;
}

function readKept(form: URLSearchParams): KeptForm | undefined {
  const action = form.get("resume-action");
  const fields = form.get("resume-fields");
  return action === null || fields === null ? undefined : { action: toLocalPath(action), fields };
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
