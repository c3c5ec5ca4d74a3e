/**
 * Creates an add-on: an Express router that serves the descriptor, stores tenants and passes verified webhooks to handlers.
 */
import express from "express";
import type { Request, RequestHandler, Response, Router } from "express";
import { CallboardError } from "../errors.ts";
import type { LifecycleEvent } from "../protocol/descriptor.ts";
import { LIFECYCLE_ALGORITHMS } from "../protocol/lifecycle.ts";
import { parseBasePath } from "../protocol/qsh.ts";
import type { Refusal } from "../protocol/verdict.ts";
import { FAILED, TAKEN, send, sendProblem, sendRefusal } from "./answer.ts";
import { createCallbacks } from "./callbacks.ts";
import { createMemoryHandled } from "./deduplication.ts";
import type { HandledDeliveries } from "./deduplication.ts";
import { fillDescriptor, listWebhookModules } from "./descriptor.ts";
import type { AddonDescriptor } from "./descriptor.ts";
import type { Answer, LifecycleHandler, WebhookHandler } from "./event.ts";
import type { CatalogueEvents } from "./event-types.ts";
import { judgeBody, judgeSignedInstall, judgeTenant } from "./judge.ts";
import type { Judge, Trusted, TrustedTenant } from "./judge.ts";
import { ATLASSIAN_KEY_SERVER, createKeyServer } from "./key-server.ts";
import { createOwnDeliveries } from "./own-deliveries.ts";
import type { OwnDeliveries } from "./own-deliveries.ts";
import { headerPairs, receivedHead, requireRawBody, withBody } from "./received.ts";
import type { Received } from "./received.ts";
import { reportToStandardError } from "./report.ts";
import type { Report } from "./report.ts";
import { createRoutes } from "./routes.ts";
import type { Route } from "./routes.ts";
import { signCall } from "./sign-call.ts";
import type { Call, SignedCall } from "./sign-call.ts";
import { createMemoryTenants, toTenantView } from "./tenants.ts";
import type { TenantStore } from "./tenants.ts";
import { createWebhooks } from "./webhooks.ts";

const DEFAULT_BODY_LIMIT = 25 * 1024 * 1024;

export interface AddonOptions {
  /** Content of `atlassian-connect.json`. `{{baseUrl}}` in it is replaced. */
  readonly descriptor: AddonDescriptor;
  /** URL of the add-on for hosts: origin and mount path of the router. */
  readonly baseUrl: string;
  /** Store of the hosts that installed the add-on. Default: in memory. */
  readonly tenants?: TenantStore;
  /** Default: Atlassian's. A Callboard's is `<its URL>/keys`. Must be https, or http on loopback. */
  readonly keyServer?: string;
  /**
   * "required" refuses webhooks with unsigned bodies, such as those of Atlassian's hosts. "when-present" (the default)
   * refuses them once the tenant is known to sign bodies.
   */
  readonly bodySignature?: "when-present" | "required";
  /** "skip" (the default) skips deliveries that were handled before. They are remembered in memory, or in the given store. */
  readonly duplicates?: "skip" | "deliver" | HandledDeliveries;
  /** URL path for dynamic webhooks. Their event type is in the body. */
  readonly dynamicUrl?: string;
  /** Default: 25 MiB, the maximum that Jira sends. */
  readonly bodyLimitBytes?: number;
  /**
   * Maximum number of body bytes to read from a request with a refused token, for `report`. Default: 0, so that strangers
   * can't make the add-on read bodies.
   */
  readonly refusedBodyLimitBytes?: number;
  /** Receives a report of every request. Default: one line on standard error for each failure. */
  readonly report?: (report: Report) => void;
  /** Clock that tokens and signatures are checked by, epoch ms. Default: `Date.now`. */
  readonly now?: () => number;
}

/** `Events` has the body of each event type, such as the types that `callboard products types` writes. */
export interface Addon<Events extends object = CatalogueEvents> extends OwnDeliveries {
  /** Mount it at the path of `baseUrl`, before any body parser. */
  readonly router: Router;
  /** The descriptor as served at `atlassian-connect.json`. */
  readonly descriptor: AddonDescriptor;
  readonly tenants: TenantStore;
  /**
   * Adds a handler for every verified webhook of an event type.
   * @throws {CallboardError} CONFIG_INVALID if the descriptor has no such webhook.
   */
  readonly on: <Name extends keyof Events & string>(
    event: Name,
    handler: WebhookHandler<Events[Name], Name>,
  ) => void;
  /** Adds a handler for every verified webhook, including event types that `Events` doesn't have. */
  readonly onAny: (handler: WebhookHandler) => void;
  /** Adds a handler for a verified callback, called after the tenant is saved. Its error fails the callback. */
  readonly onLifecycle: (event: LifecycleEvent, handler: LifecycleHandler) => void;
  /** Admits only requests of a host's page, with a token in the header or `?jwt=`, and sets `response.locals.tenant`. */
  readonly page: RequestHandler;
  /**
   * Signs a call to a host.
   * @throws {CallboardError} TENANT_NOT_FOUND if no host with this clientKey has the add-on installed; URL_INVALID if the
   * path doesn't begin with exactly one slash.
   */
  readonly signCall: (clientKey: string, call: Call) => Promise<SignedCall>;
}

/**
 * Creates an add-on. `createAddon<HarborEvents>(…)` takes the event types of an own product in place of Jira's and Confluence's.
 * @throws {CallboardError} CONFIG_INVALID for options that can't work, CONFIG_INSECURE for a key server over plain http.
 */
export function createAddon<Events extends object = CatalogueEvents>(options: AddonOptions): Addon<Events> {
  const { report = reportToStandardError, now = Date.now, tenants = createMemoryTenants() } = options;
  const descriptor = fillDescriptor(options.descriptor, options.baseUrl);
  const basePath = parseBasePath(options.baseUrl);
  const findRoute = createRoutes(descriptor, basePath, options.dynamicUrl);
  const webhooks = createWebhooks(handledDeliveries(options.duplicates, now), report);
  const callbacks = createCallbacks(descriptor.key, tenants);
  const caller = { addonKey: descriptor.key, tenants, now };
  const judging: Judge = {
    tenants,
    keyServer: createKeyServer(options.keyServer ?? ATLASSIAN_KEY_SERVER, { now }),
    baseUrls: [options.baseUrl],
    basePath,
    bodySignature: options.bodySignature ?? "when-present",
  };

  /** Judges the token only, so that the body of a request without a valid one is not read. */
  const judgeHead = (head: Received, route: Route): Promise<Trusted | TrustedTenant | Refusal> =>
    route.kind === "lifecycle" && LIFECYCLE_ALGORITHMS[route.event] === "RS256"
      ? judgeSignedInstall(head, judging)
      : judgeTenant(head, route.kind === "lifecycle" ? "callback" : "webhook", judging);

  async function takeCallback(
    received: Received,
    event: LifecycleEvent,
    trusted: Trusted | TrustedTenant,
  ): Promise<Answer | Refusal> {
    const judged = "tenant" in trusted ? judgeBody(received, "callback", trusted, judging) : trusted;
    if (!judged.ok) return judged;
    const taken = await callbacks.take(received, event, judged);
    if (!taken.ok) return taken;
    const { tenant, checks } = taken.call;
    report({ kind: "accepted", received, event, tenant, checks });
    return TAKEN;
  }

  async function takeWebhook(
    received: Received,
    request: Request,
    trusted: TrustedTenant,
  ): Promise<Answer | Refusal> {
    const judged = judgeBody(received, "webhook", trusted, judging);
    if (!judged.ok) return judged;
    const { clientKey, signsBodies } = judged.tenant;
    if (judged.signed !== undefined && signsBodies !== true) await callbacks.noteSignedBody(clientKey);
    return webhooks.take(received, request, judged);
  }

  async function take(
    received: Received,
    request: Request,
    trusted: Trusted | TrustedTenant,
  ): Promise<Answer | Refusal> {
    requireRawBody(request);
    const { route } = received;
    if (route.kind === "lifecycle") return takeCallback(received, route.event, trusted);
    if (!("tenant" in trusted)) throw new Error("a webhook was judged without a tenant");
    return takeWebhook(received, request, trusted);
  }

  function refuse(received: Received, response: Response, refusal: Refusal): void {
    report({ kind: "refused", received, refusal, status: sendRefusal(response, refusal) });
  }

  async function receive(request: Request, response: Response, route: Route): Promise<void> {
    const head = receivedHead(request, route, now());
    let received = head;
    try {
      const trusted = await judgeHead(head, route);
      if (!trusted.ok) {
        // This body is read for the report only, up to a limit that can be 0.
        if (refusedBodyLimit > 0) await readBody(request, response, refusedBodyLimit).catch(() => undefined);
        refuse(withBody(head, request), response, trusted);
        return;
      }
      const unreadable = await readBody(request, response, bodyLimit).then(
        () => undefined,
        (error: unknown) => error ?? new Error("the body cannot be read"),
      );
      if (unreadable !== undefined) {
        sendUnreadable(response, unreadable);
        return;
      }
      received = withBody(head, request);
      const answer = await take(received, request, trusted);
      if ("status" in answer) send(response, answer);
      else refuse(received, response, answer);
    } catch (error) {
      report({ kind: "failed", received, error });
      send(response, FAILED);
    }
  }

  const bodyLimit = options.bodyLimitBytes ?? DEFAULT_BODY_LIMIT;
  const { refusedBodyLimitBytes: refusedBodyLimit = 0 } = options;
  const router = express.Router();
  router.get("/atlassian-connect.json", (_request, response) => void response.json(descriptor));
  router.use((request, response, next) => {
    const route = request.method === "POST" ? findRoute(request.originalUrl) : undefined;
    if (route === undefined) next();
    else receive(request, response, route).catch(next);
  });

  return {
    router,
    descriptor,
    tenants,
    on: (event, handler) => {
      requireSubscribed(event, descriptor, options.dynamicUrl);
      webhooks.on(event, handler);
    },
    onAny: webhooks.onAny,
    onLifecycle: callbacks.on,
    page: createPage(judging, now),
    signCall: (clientKey, call) => signCall(clientKey, call, caller),
    ...createOwnDeliveries(caller),
  };
}

/** Reads the raw body of a request. Rejects if it exceeds `limit` bytes, is compressed or truncated. */
function readBody(request: Request, response: Response, limit: number): Promise<void> {
  const read: RequestHandler = express.raw({ type: () => true, inflate: false, limit });
  return new Promise((resolve, reject) => {
    void read(request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- it is the parser's own error
      else reject(error);
    });
  });
}

/** Refuses a handler that is never called, because its event type is missing from the descriptor or misspelled. */
function requireSubscribed(event: string, descriptor: AddonDescriptor, dynamicUrl: string | undefined): void {
  if (dynamicUrl !== undefined || listWebhookModules(descriptor).some((webhook) => webhook.event === event))
    return;
  throw new CallboardError("CONFIG_INVALID", `The descriptor has no webhook for the event ${event}`);
}

function handledDeliveries(
  duplicates: AddonOptions["duplicates"] = "skip",
  now: () => number,
): HandledDeliveries | undefined {
  if (duplicates === "deliver") return undefined;
  return duplicates === "skip" ? createMemoryHandled(undefined, now) : duplicates;
}

function createPage(judging: Judge, now: () => number): RequestHandler {
  return (request, response, next) => {
    const { method, originalUrl: rawUrl } = request;
    const headers = headerPairs(request);
    const judged = { method, rawUrl, headers, receivedAt: now() };
    judgeTenant(judged, "page", judging).then((trusted) => {
      if (!trusted.ok) {
        sendRefusal(response, trusted);
        return;
      }
      response.locals["tenant"] = toTenantView(trusted.tenant);
      next();
    }, next);
  };
}

/** Responds to a body that is too long, compressed or truncated. */
function sendUnreadable(response: Response, error: unknown): void {
  const given = typeof error === "object" && error !== null && "status" in error ? error.status : undefined;
  const status = typeof given === "number" && given >= 400 && given < 500 ? given : 400;
  sendProblem(response, status, status === 413 ? "BODY_TOO_LARGE" : "REFUSED", "The body cannot be read");
}
