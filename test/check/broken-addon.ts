/** An add-on on plain Express, written by hand: right in everything, but for the one fault that is switched on. */
import express from "express";
import type { Request, Response } from "express";
import { checkBody, deriveBodyKey } from "../../src/protocol/body-signature.ts";
import { listen } from "../support/listen.ts";
import { Refused, verifyShared, verifySigned } from "./broken-tokens.ts";
import type { StoredTenant, Verifying } from "./broken-tokens.ts";
import type { Started } from "./run-check.ts";

const KEY = "org.example.handmade";

const CALLBACKS = {
  installed: "/installed",
  enabled: "/enabled",
  disabled: "/disabled",
  uninstalled: "/uninstalled",
};

function describe(baseUrl: string, has: (fault: string) => boolean): object {
  return {
    key: KEY,
    name: "Handmade",
    baseUrl,
    authentication: { type: has("no-authentication") ? "none" : "jwt" },
    scopes: ["READ"],
    lifecycle: CALLBACKS,
    modules: {
      webhooks: [
        { event: "jira:issue_created", url: "/issue-created" },
        { event: "jira:issue_updated", url: "/issue-updated" },
        { event: "jira:issue_deleted", url: "/issue-deleted", excludeBody: true },
        ...(has("descriptor-foreign-url")
          ? [{ event: "comment_created", url: "https://elsewhere.example/comments" }]
          : []),
        ...(has("descriptor-warned") ? [{ event: "jira:issue_vanished", url: "/issue-vanished" }] : []),
      ],
    },
  };
}

/** Starts the add-on. It asks for the URL of the host's keys when it needs one. */
export async function startBrokenAddon(keysUrl: () => string, fault: string | undefined): Promise<Started> {
  const has = (name: string) => name === fault;
  const tenants = new Map<string, StoredTenant>();
  const app = express();
  const listening = await listen(app);
  const world: World = {
    has,
    tenants,
    baseUrl: listening.url,
    keysUrl,
    seen: new Set<string>(),
    issues: new Set<string>(),
  };

  app.get(
    "/atlassian-connect.json",
    (_request, response) => void response.json(describe(listening.url, has)),
  );
  app.use((_request, response, next) => {
    response.locals["startedAt"] = Date.now();
    next();
  });
  app.use(express.raw({ type: () => true, limit: has("body-small") ? "100kb" : "25mb" }));
  app.post(CALLBACKS.installed, handle(world, takeInstalled));
  if (!has("uninstalled-missing")) app.post(CALLBACKS.uninstalled, handle(world, takeUninstalled));
  app.post(CALLBACKS.enabled, handle(world, takeSwitch("enabled")));
  app.post(CALLBACKS.disabled, handle(world, takeSwitch("disabled")));
  app.post("/issue-created", handle(world, takeWebhook));
  app.post("/issue-updated", handle(world, takeWebhook));
  if (!has("route-missing")) app.post("/issue-deleted", handle(world, takeWebhook));
  return { url: listening.url, stop: listening.close };
}

interface World extends Verifying {
  readonly tenants: Map<string, StoredTenant>;
  readonly seen: Set<string>;
  readonly issues: Set<string>;
}

/** Resolves to the status of the response. */
type Handler = (world: World, request: Request, response: Response) => Promise<number> | number;

const handle =
  (world: World, handler: Handler) =>
  async (request: Request, response: Response): Promise<void> => {
    const status = await Promise.resolve()
      .then(() => handler(world, request, response))
      .catch((error: unknown) => {
        if (!(error instanceof Refused)) throw error;
        if (world.has("stack-told")) response.send(error.stack);
        return error.status;
      });
    if (status === 0 || response.headersSent) return;
    if (world.has("secret-told") && status === 204) {
      response.status(200).json({ tenants: [...world.tenants.values()] });
    } else {
      response.status(status).end();
    }
  };

const incoming = (request: Request) => ({
  method: request.method,
  url: request.originalUrl,
  authorization: request.get("authorization"),
});

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever a stranger has sent
function parseBody(request: Request): any {
  const bytes = request.body as Buffer | undefined;
  return bytes === undefined || bytes.length === 0 ? {} : JSON.parse(bytes.toString("utf8"));
}

const takeInstalled: Handler = async (world, request) => {
  const { has, tenants } = world;
  const body = parseBody(request);
  const before = tenants.get(body.clientKey);
  const isUnsigned = request.get("authorization") === undefined;
  if (isUnsigned && ((has("install-unsigned") && before === undefined) || has("install-overwrites"))) {
    store(world, body, { iat: 0, token: "" });
    return 204;
  }
  if (isUnsigned && has("refused-but-stored")) store(world, body, { iat: 0, token: "" });
  const signed = await verifySigned(incoming(request), world);
  if (body.key !== KEY || (signed.iss !== body.clientKey && !has("install-issuer"))) throw new Refused("key");
  const isReplayed = before !== undefined && (signed.iat < before.lastIat || before.tokens.has(signed.token));
  const isReplayFine = has(before?.isInstalled === true ? "install-replay" : "install-revives");
  if (isReplayed && !isReplayFine) throw new Refused("replay");
  if (typeof body.sharedSecret !== "string" && !has("secret-not-needed")) throw new Refused("secret", 400);
  if (before !== undefined && has("install-once")) return 500;
  if (before !== undefined && has("url-pinned") && before.baseUrl !== body.baseUrl) return 409;
  if (before?.isInstalled === false && has("tombstone")) return 204;
  store(world, body, signed);
  return has("installed-redirects") ? 302 : 204;
};

function store(
  { tenants, has }: World,
  body: { readonly clientKey: string; readonly sharedSecret?: string; readonly baseUrl: string },
  { iat, token }: { readonly iat: number; readonly token: string },
): void {
  const { clientKey, baseUrl, sharedSecret } = body;
  const before = tenants.get(clientKey);
  const secret = before !== undefined && has("secret-kept") ? before.sharedSecret : sharedSecret;
  tenants.set(clientKey, {
    clientKey,
    baseUrl,
    sharedSecret: secret ?? before?.sharedSecret ?? "",
    previousSecret: before?.isInstalled === true ? before.sharedSecret : undefined,
    isInstalled: true,
    lastIat: iat,
    tokens: new Set([...(before?.tokens ?? []), token]),
  });
}

const takeUninstalled: Handler = async (world, request) => {
  const { has, tenants } = world;
  const body = parseBody(request);
  const isTrusted = request.get("authorization") === undefined && has("uninstall-unsigned");
  const signed = isTrusted ? undefined : await verifySigned(incoming(request), world);
  if (signed !== undefined && signed.iss !== body.clientKey && !has("uninstall-foreign"))
    throw new Refused("key");
  const tenant = tenants.get(body.clientKey);
  if (tenant === undefined) return 204;
  tenant.isInstalled = false;
  tenant.lastIat = signed?.iat ?? tenant.lastIat;
  return 204;
};

const takeSwitch =
  (event: "enabled" | "disabled"): Handler =>
  (world, request) => {
    const { has } = world;
    if (has(`${event}-fails`)) return 500;
    const isUnsigned = request.get("authorization") === undefined;
    if (event === "disabled" && isUnsigned && has("disable-unsigned")) return 204;
    const tenant = verifyShared(incoming(request), world);
    if (parseBody(request).clientKey !== tenant.clientKey && !has("enable-foreign")) throw new Refused("key");
    return 204;
  };

const KNOWN_MEMBERS = /^(?:timestamp|webhookEvent|issue_event_type_name|user|issue|changelog|comment)$/;

const takeWebhook: Handler = (world, request, response) => {
  const { has, seen, issues } = world;
  const isUnsigned = request.get("authorization") === undefined;
  if (has("no-authentication") || (isUnsigned && has("token-optional"))) return 204;
  const tenant = verifyShared(incoming(request), world);
  if (!has("body-unsigned")) requireSignedBody(request, tenant, world);
  const body = parseBody(request);
  if (has("slow-refused") && Date.now() - Number(response.locals["startedAt"]) > 500) return 408;
  if (has("hangs") && request.path === "/issue-updated") return 0;
  if (has("body-required") && Object.keys(body as object).length === 0) return 400;
  if (has("fields-strict") && !Object.keys(body as object).every((name) => KNOWN_MEMBERS.test(name)))
    return 400;
  if (has("retry-refused") && request.get("x-atlassian-webhook-retry") !== undefined) return 400;
  if (has("redelivery-refused") && request.get("x-callboard-redelivery") !== undefined) return 409;
  if (has("sequence-strict") && request.get("webhook-sequence") === "4") return 409;
  if (has("word-unknown")) response.set("webhook-delivery", "stop");
  if (has("word-disables")) response.set("webhook-delivery", "disable");
  const id = request.get("x-atlassian-webhook-identifier") ?? "";
  if (has("identifier-once") && seen.has(id)) return 500;
  seen.add(id);
  const isUpdate = request.path === "/issue-updated";
  if (has("order-expected") && isUpdate && !issues.has(body.issue.id)) return 500;
  if (request.path === "/issue-created") issues.add(body.issue.id);
  return 204;
};

function requireSignedBody(
  request: Request,
  { sharedSecret, previousSecret }: StoredTenant,
  { has, tenants }: World,
): void {
  const secrets = [
    sharedSecret,
    ...(previousSecret === undefined ? [] : [previousSecret]),
    ...(has("any-secret") ? [...tenants.values()].map((tenant) => tenant.sharedSecret) : []),
  ];
  const { state } = checkBody({
    id: request.get("webhook-id"),
    timestamp: request.get("webhook-timestamp"),
    signature: request.get("webhook-signature"),
    body: (request.body as Buffer | undefined) ?? Buffer.alloc(0),
    keys: secrets.map(deriveBodyKey),
    nowSeconds: Math.floor(Date.now() / 1000),
  });
  if (state !== "ok") throw new Refused("body");
}
