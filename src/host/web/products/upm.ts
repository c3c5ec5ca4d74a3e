/**
 * The Universal Plugin Manager's REST API, as far as development tools call it: atlassian-connect-express registers an
 * add-on when it starts and when its descriptor changes, and removes it when it stops.
 *
 * An install is answered 202 and polled, perhaps at another process than the one that does it.
 */

import { createHmac, randomUUID } from "node:crypto";
import { Router } from "express";
import type { Request, RequestHandler, Response } from "express";

import { CallboardError } from "../../../errors.ts";
import { escapeControls } from "../../../foreign-text.ts";
import type { Logger } from "../../../logger.ts";
import { timingSafeEqualBytes } from "../../../protocol/timing-safe.ts";
import type { AddonSummary } from "../../registry/addons.ts";
import type { AddonInstalled } from "../../registry/installer.ts";
import type { Author } from "../../store/tables/audit.ts";
import type { UpmFailure, UpmInstall } from "../../store/tables/upm-installs.ts";
import type { Access, Caller } from "../http/access.ts";
import { readJsonObject } from "../http/body.ts";
import type { Origin } from "../http/origin.ts";
import { countForToken } from "../http/reading.ts";
import { asCallboardError } from "../http/problems.ts";
import type { Rooms } from "../rooms.ts";

export const UPM_PATH = "/:site/rest/plugins/1.0";
/** Where calls arrive whose URL names no site. */
export const UPM_PATH_WITHOUT_SITE = "/rest/plugins/1.0";

const PING_AFTER_MS = 100;
const MAX_SITES_TOLD = 20;
/** An install that has no end after so long was interrupted with its process. */
const MAX_INSTALL_MS = 5 * 60_000;

export interface UpmParts {
  readonly rooms: Pick<Rooms, "registry" | "sites" | "upmInstalls" | "href">;
  /** The key of the upm-token, the same in every process. */
  readonly tokenKey: Uint8Array;
  readonly access: Pick<Access, "authorizeBasic">;
  readonly readOrigin: (request: Request) => Origin;
  readonly now: () => number;
  readonly logger: Logger;
}

export function createUpmRouter({ rooms, tokenKey, access, readOrigin, now, logger }: UpmParts): Router {
  const { registry, sites: siteRoom, upmInstalls: installs, href } = rooms;
  const router = Router({ mergeParams: true });
  const createLinks =
    (siteKey: string): ToLink =>
    (path) =>
      href(`/${siteKey}/rest/plugins/1.0/${path}`);

  async function install(id: string, siteKey: string, descriptorUrl: string, by: Author): Promise<void> {
    try {
      const source = { kind: "url", url: descriptorUrl } as const;
      // Connect's wire has no consent: the administrator whose token it is allows what the descriptor asks for.
      const installed = registry.install(siteKey, source, { by, acceptScopes: "all" });
      await installs.end(id, await awaitEnd(installed, { siteKey, descriptorUrl }));
    } catch (error) {
      // Whoever polls is told in the end that it was interrupted.
      logger.error("upm.record-failed", { site: siteKey, error });
    }
  }

  /**
   * The `upm-token`: proof that the caller could read an answer of ours, which a page of another origin cannot, although a
   * browser would send its password along.
   */
  function createUpmToken({ tokenId }: Caller, siteKey: string): string {
    return createHmac("sha256", tokenKey).update(`${siteKey}|${tokenId}`).digest("base64url");
  }

  /** The site that the URL names. Only who has a token is told which ones there are. */
  async function authorize(request: Request, site: string | undefined): Promise<Caller> {
    const need = { scope: "admin", ...(site === undefined ? {} : { siteKey: site }) } as const;
    const caller = await access.authorizeBasic(request.headers, need);
    countForToken(request, caller.tokenId);
    const sites = (await siteRoom.list()).map(({ key }) => key);
    if (site !== undefined && sites.includes(site)) return caller;
    const known = sites.filter((key) => caller.siteKey === undefined || caller.siteKey === key);
    const list = known.length === 0 ? "none yet" : known.slice(0, MAX_SITES_TOLD).join(", ");
    throw new CallboardError(
      "SITE_NOT_FOUND",
      `${site === undefined ? "The URL names no site" : `No site ${site.slice(0, 100)}`}. ` +
        `Put the key of a site at the end of its path: http://admin:TOKEN@HOST/SITE. Sites: ${list}`,
    );
  }

  /** Answers once the caller was let in; whatever is thrown becomes a problem, and is logged as one. */
  const answer =
    (handle: (call: UpmCall) => Promise<void>): RequestHandler =>
    async (request, response) => {
      const { site, ...params } = request.params as Readonly<Record<string, string>>;
      const caller = await authorize(request, site);
      const siteKey = site ?? "";
      const by = { actor: caller.actor, address: readOrigin(request).address };
      response.setHeader("cache-control", "no-store");
      await handle({ request, response, siteKey, params, caller, by });
    };

  // To every caller, whatever is wrong with it: the tool prints a dump of pages for a refusal here, and prints the answer
  // of its next call well.
  router.get("/settings", (_request, response) => {
    response.setHeader("cache-control", "no-store");
    response.json({ settings: [{ key: "connectDeveloperListingsEnabled", value: true }] });
  });

  // Express answers HEAD by it as well, which is how scripts get the token.
  router.get(
    "/",
    answer(async ({ response, siteKey, caller }) => {
      const installed = await registry.listAddons(siteKey);
      response.setHeader("upm-token", createUpmToken(caller, siteKey));
      response.json({
        plugins: installed.map((addon) => toPlugin(addon, createLinks(siteKey))),
        links: { self: createLinks(siteKey)("") },
      });
    }),
  );

  router.post(
    "/",
    answer(async ({ request, response, siteKey, caller, by }) => {
      requireToken(request, createUpmToken(caller, siteKey));
      const { pluginUri } = await readJsonObject(request);
      if (typeof pluginUri !== "string") {
        const errors = [{ pointer: "/pluginUri", detail: "pluginUri must be the URL of a descriptor" }];
        throw new CallboardError("BODY_SCHEMA", "pluginUri must be the URL of a descriptor", { errors });
      }
      const id = randomUUID();
      await installs.begin(id, siteKey);
      void install(id, siteKey, pluginUri, by);
      response.status(202).json(toProgress(createLinks(siteKey), id));
    }),
  );

  router.get(
    "/pending/:id",
    answer(async ({ response, siteKey, params }) => {
      const id = params["id"] ?? "";
      const begun = await installs.find(id);
      if (begun?.siteKey !== siteKey)
        throw new CallboardError("NOT_FOUND", "There is no install with this id");
      response.json(
        begun.state === "done"
          ? toPlugin(await registry.showAddon(siteKey, begun.addonKey), createLinks(siteKey))
          : toReport(begun, id, createLinks(siteKey), now()),
      );
    }),
  );

  router.get(
    "/:key-key",
    answer(async ({ response, siteKey, params }) => {
      response.json(toPlugin(await registry.showAddon(siteKey, params["key"] ?? ""), createLinks(siteKey)));
    }),
  );

  router.delete(
    "/:key-key",
    answer(async ({ response, siteKey, params, by }) => {
      await registry.uninstall(siteKey, params["key"] ?? "", by);
      response.status(204).end();
    }),
  );
  return router;
}

interface UpmCall {
  readonly request: Request;
  readonly response: Response;
  readonly siteKey: string;
  readonly params: Readonly<Record<string, string>>;
  readonly caller: Caller;
  readonly by: Author;
}

/** The address of something below `…/rest/plugins/1.0/`. */
type ToLink = (path: string) => string;

function toProgress(toLink: ToLink, id: string): object {
  return {
    type: "INSTALL",
    pingAfter: PING_AFTER_MS,
    status: { done: false, statusCode: 200 },
    links: { self: toLink(`pending/${id}`) },
  };
}

/** How far an install is that is no plugin yet: by its shape, clients tell the two apart. */
function toReport(
  begun: Exclude<UpmInstall, { state: "done" }>,
  id: string,
  toLink: ToLink,
  now: number,
): object {
  if (begun.state === "pending" && now - begun.startedAt < MAX_INSTALL_MS) {
    return toProgress(toLink, id);
  }
  const failure = begun.state === "failed" ? begun.failure : INTERRUPTED;
  const status = {
    done: true,
    statusCode: failure.status,
    subCode: failure.code,
    errorMessage: failure.message,
  };
  return { type: "INSTALL", status, links: { self: toLink(`pending/${id}`) } };
}

const INTERRUPTED: UpmFailure = {
  status: 503,
  code: "SHUTTING_DOWN",
  message: "SHUTTING_DOWN: The server stopped before the install had ended; install again",
};

/** What an install comes to: the key of the add-on, or why not. */
async function awaitEnd(install: Promise<AddonInstalled>, place: InstallPlace): Promise<string | UpmFailure> {
  try {
    return (await install).addon.key;
  } catch (thrown) {
    const error = asCallboardError(thrown);
    return { status: error.status, code: error.code, message: describeFailure(error, place) };
  }
}

/** Tools print this line and nothing else, so it says everything. */
function describeFailure({ code, message, errors, extra }: CallboardError, place: InstallPlace): string {
  const problems = errors.slice(1, 6).map(({ pointer, detail }) => `${detail} (${pointer})`);
  const answered = "callback" in extra ? [`callback: ${JSON.stringify(extra["callback"])}`] : [];
  const lines = [`${code}: ${message}`, ...problems, ...answered, ...listRemedies(code, place)];
  return escapeControls(lines.join("\n"));
}

interface InstallPlace {
  readonly siteKey: string;
  readonly descriptorUrl: string;
}

/** UPM has no way to say yes to a question. */
function listRemedies(code: string, { siteKey, descriptorUrl }: InstallPlace): readonly string[] {
  if (code !== "ADDON_ORIGIN_CHANGED") return [];
  return [
    `Confirm the move with: callboard install ${quoted(descriptorUrl)} --site ${siteKey} --confirm-origin`,
    "Or uninstall the add-on first; it then gets a new secret at its new address.",
  ];
}

/** As a shell reads it. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function toPlugin(
  { key, name, version, description, vendor, state, descriptorUrl }: AddonSummary,
  toLink: ToLink,
) {
  return {
    key,
    name,
    version: version ?? "",
    description: description ?? "",
    vendor: vendor ?? {},
    enabled: state === "enabled",
    userInstalled: true,
    optional: true,
    remotable: true,
    links: {
      self: toLink(`${key}-key`),
      ...(descriptorUrl === undefined ? {} : { descriptor: descriptorUrl }),
    },
  };
}

function requireToken(request: Request, expected: string): void {
  const { token } = request.query;
  const given = Buffer.from(typeof token === "string" ? token : "");
  if (timingSafeEqualBytes(given, Buffer.from(expected))) return;
  throw new CallboardError("CSRF", "Send the upm-token header of GET …/rest/plugins/1.0/ as ?token=");
}
