/** Query parameters that several routes have, and how they are read. */
import { CallboardError } from "../../../errors.ts";
import type { Problem } from "../../../errors.ts";
import type { Caller } from "../http/access.ts";
import { requireSite, siteNotFound } from "../http/access.ts";
import type { QuerySchema } from "../api/route.ts";
import type { PageRequest } from "../../model/cursor.ts";
import type { Rooms } from "../rooms.ts";
import { LIST_CURSOR } from "../../model/list-page.ts";
import { parseTime } from "../../model/time-text.ts";
import { integer, string, time } from "../schema/schema.ts";
import type { Schema } from "../schema/schema.ts";
import { SITE_KEY } from "../schema/site.ts";

type Query = Readonly<Record<string, string>>;

export const MAX_PAGE = 500;
const USUAL_PAGE = 50;

/** @param cursor the form of the list's cursors */
export const pageParameters = (cursor: string) => ({
  limit: integer("Maximum number of items on the page", {
    minimum: 1,
    maximum: MAX_PAGE,
    default: USUAL_PAGE,
  }),
  cursor: string("The `next` of the page before", {}, { pattern: cursor }),
});

/** Of a list that is paged in memory. */
export const PAGE_PARAMETERS = pageParameters(LIST_CURSOR);

export const TIME_PARAMETERS = {
  since: time("From this time on"),
  until: time("Before this time"),
};

export const SITE_PARAMETER = { site: SITE_KEY };

/** @throws {CallboardError} QUERY_INVALID for parameters that a route doesn't have, or that are repeated */
export function readQuery(known: QuerySchema, given: Readonly<Record<string, unknown>>): Query {
  const errors: Problem[] = [];
  const query: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(known, name))
      errors.push({ pointer: name, detail: `There is no parameter ${name} here` });
    else if (typeof value !== "string")
      errors.push({ pointer: name, detail: `${name} is given more than once` });
    else {
      const problem = whyNotParameter(known[name], value);
      if (problem === undefined) query[name] = value;
      else errors.push({ pointer: name, detail: `${name} ${problem}` });
    }
  }
  if (errors.length > 0) {
    throw new CallboardError("QUERY_INVALID", errors.map(({ detail }) => detail).join("; "), { errors });
  }
  return query;
}

function whyNotParameter(schema: Schema | undefined, value: string): string | undefined {
  if (value === "") return "is empty";
  const most = schema?.["maxLength"];
  return typeof most === "number" && Array.from(value).length > most
    ? `must have at most ${most} characters`
    : undefined;
}

export function readPage(query: Query): PageRequest {
  const text = query["limit"];
  const limit = text === undefined ? USUAL_PAGE : Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
    throw queryInvalid("limit", `must be a whole number from 1 to ${MAX_PAGE}`);
  }
  return { limit, cursor: query["cursor"] };
}

/** Epoch ms of an ISO 8601 time. */
export function readTime(query: Query, name: string): number | undefined {
  const text = query[name];
  if (text === undefined) return undefined;
  const at = parseTime(text);
  if (at === undefined) throw queryInvalid(name, "must be a time such as 2026-01-31T12:00:00Z");
  return at;
}

export function readChoice<T extends string>(
  query: Query,
  name: string,
  allowed: readonly T[],
): T | undefined {
  const text = query[name];
  if (text === undefined) return undefined;
  const value = allowed.find((each) => each === text);
  if (value === undefined) throw queryInvalid(name, `must be one of ${allowed.join(", ")}`);
  return value;
}

export function readBoolean(query: Query, name: string): boolean | undefined {
  const value = readChoice(query, name, ["true", "false"]);
  return value === undefined ? undefined : value === "true";
}

export function queryInvalid(name: string, detail: string): CallboardError {
  return new CallboardError("QUERY_INVALID", `${name} ${detail}`, { errors: [{ pointer: name, detail }] });
}

/** The site asked for, or all that the caller's token reaches. @throws {CallboardError} SITE_NOT_FOUND, SCOPE */
export async function listReachedSites(
  siteKey: string | undefined,
  caller: Caller,
  rooms: Pick<Rooms, "sites" | "receivers">,
): Promise<readonly string[]> {
  if (siteKey !== undefined) {
    requireReachedSite(siteKey, caller, rooms);
    return [(await rooms.sites.load(siteKey)).key];
  }
  const { portal, siteKey: own } = caller;
  if (portal === undefined && own !== undefined) return [own];
  const all = rooms.sites.listKeys();
  if (portal === undefined) return all;
  return all.filter((key) => rooms.receivers.isSiteReached({ portal, siteKey: own }, key));
}

/** @throws {CallboardError} SCOPE; SITE_NOT_FOUND for a site that a portal has nothing on */
export function requireReachedSite(
  siteKey: string,
  caller: Caller,
  { receivers }: Pick<Rooms, "receivers">,
): void {
  const { portal } = caller;
  requireSite(caller, siteKey);
  if (portal === undefined || receivers.isSiteReached({ portal, siteKey: caller.siteKey }, siteKey)) return;
  throw siteNotFound(siteKey);
}
