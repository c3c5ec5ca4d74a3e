/**
 * Whether an event is for a subscription that asked for its name, and if not, why, in words for the trace.
 * Pure: a matcher is compiled once per subscription and looks at the payload only when it has to.
 */

import { findEventType } from "../../catalogue/index.ts";
import type { Product } from "../../catalogue/index.ts";
import { CallboardError } from "../../errors.ts";
import type { Filter } from "./jql.ts";
import { readBodyFilter } from "./body-filter.ts";
import type { BodyFilter } from "./body-filter.ts";
import { compileBodyFilter } from "./body-filter-judge.ts";
import type { BodyVerdict } from "./body-filter-judge.ts";
import { parseFilter } from "./filter.ts";
import { readMember } from "../../json/member.ts";

/** What a subscription asks for beside the event name. */
export interface MatchSubscription {
  /** JQL, for events that are about an issue. */
  readonly filter?: string;
  /** Conditions on the body. A subscription has this or a filter. */
  readonly bodyFilter?: BodyFilter;
  /** For property events: the keys of interest. Only dynamic webhooks filter by them. */
  readonly propertyKeys?: readonly string[];
  /** For updates of an issue: the fields of interest. */
  readonly fieldIds?: readonly string[];
  /** The project of an outgoing webhook, by key or id. */
  readonly project?: string;
  /** The add-on that subscribed; an outgoing webhook has none. */
  readonly ownAddonKey?: string;
}

export interface MatchEvent {
  readonly product: Product;
  readonly event: string;
  /** Where the caller named it beside the payload. */
  readonly project?: string;
  /** The add-on that an event about add-ons is about. */
  readonly aboutAddonKey?: string;
  /** The parsed payload; integers beyond 2^53 are the text of their digits. */
  readonly payload: () => unknown;
}

/** `undecided` says why it matches although a part of it can't be judged from the event. */
export type MatchVerdict =
  | { readonly matched: true; readonly undecided?: string }
  | { readonly matched: false; readonly because: string };

/** The reason not to match, or undefined. */
type Rule = (event: MatchEvent) => string | undefined;

const MATCHED: MatchVerdict = { matched: true };

/** A reason is kept for every event and subscription, so it is a sentence and not a list of whatever length. */
const MAX_REASON_LENGTH = 400;
const MAX_CLAUSE_LENGTH = 200;
const MAX_NAMES = 10;
const MAX_NAME_LENGTH = 60;

const cut = (text: string, longest: number) =>
  text.length > longest ? `${text.slice(0, longest)}… (cut)` : text;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).map((name) => cut(name, MAX_NAME_LENGTH));
  const more = names.length - shown.length;
  return shown.join(", ") + (more === 0 ? "" : ` and ${more} more`);
}

/**
 * A filter is parsed when the first event needs it; one that does not parse matches nothing, and one that can't be judged
 * from the event matches.
 */
export function compileMatcher(subscription: MatchSubscription): (event: MatchEvent) => MatchVerdict {
  const { filter, bodyFilter, propertyKeys, fieldIds, project, ownAddonKey } = subscription;
  const rules: readonly Rule[] = [
    ownAddon(ownAddonKey),
    ...(project === undefined ? [] : [inProject(project)]),
    ...(propertyKeys === undefined || propertyKeys.length === 0 ? [] : [withPropertyKey(propertyKeys)]),
    ...(fieldIds === undefined || fieldIds.length === 0 ? [] : [withChangedField(fieldIds)]),
  ];
  const held = filter === undefined || filter.trim() === "" ? undefined : heldAgainst(filter);
  const heldBody = bodyFilter === undefined ? undefined : heldAgainstBody(bodyFilter);
  return (event) => {
    for (const rule of rules) {
      const because = rule(event);
      if (because !== undefined) return { matched: false, because: cut(because, MAX_REASON_LENGTH) };
    }
    const verdict = held?.(event) ?? heldBody?.(event) ?? MATCHED;
    return verdict.matched ? verdict : { matched: false, because: cut(verdict.because, MAX_REASON_LENGTH) };
  };
}

function toMatchVerdict(verdict: BodyVerdict): MatchVerdict {
  switch (verdict.kind) {
    case "met":
      return MATCHED;
    case "unmet":
      return { matched: false, because: `body filter false: ${verdict.because}` };
    case "undecided":
      return { matched: true, undecided: `delivered: ${verdict.because}` };
  }
}

/** Like a filter, a body filter is compiled when the first event needs it. */
function heldAgainstBody(given: BodyFilter): (event: MatchEvent) => MatchVerdict {
  let judge: ((body: unknown) => BodyVerdict) | undefined;
  return ({ payload }) => toMatchVerdict((judge ??= createJudge(given))(payload()));
}

/** Body filters are refused when they come in; one that got here all the same matches nothing. */
function createJudge(given: BodyFilter): (body: unknown) => BodyVerdict {
  const reading = readBodyFilter(given);
  if (reading.kind === "filter") return compileBodyFilter(reading.condition);
  const because = reading.problems[0]?.detail ?? "it can't be read";
  return () => ({ kind: "unmet", because });
}

function ownAddon(ownAddonKey: string | undefined): Rule {
  return ({ product, event, aboutAddonKey, payload }) => {
    if (findEventType(product, event)?.ownAddonOnly !== true) return undefined;
    const about = aboutAddonKey ?? readMember(payload(), "key");
    return about === ownAddonKey && ownAddonKey !== undefined
      ? undefined
      : `${event} goes only to the add-on that it is about`;
  };
}

function listProjects({ product, project, payload }: MatchEvent): readonly string[] {
  const body = payload();
  const { projectPaths, issueKeyPath } = product;
  const named = projectPaths.flatMap((path) => {
    const found = path.reduce(readMember, body);
    return ["key", "projectKey", "id"].map((key) => readMember(found, key));
  });
  const issueKey = issueKeyPath?.reduce(readMember, body);
  return [project, ...named, typeof issueKey === "string" ? issueKey.replace(/-\d+$/, "") : undefined]
    .filter((each) => typeof each === "string" || typeof each === "number")
    .map(String);
}

function inProject(wanted: string): Rule {
  return (event) => {
    if (event.project === wanted) return undefined;
    const found = listProjects(event);
    if (found.some((each) => each.toLowerCase() === wanted.toLowerCase())) return undefined;
    const [first] = found;
    return first === undefined
      ? `the event belongs to no project, the webhook to ${wanted}`
      : `the event belongs to the project ${first}, the webhook to ${wanted}`;
  };
}

function withPropertyKey(wanted: readonly string[]): Rule {
  return (event) => {
    if (!event.event.startsWith("issue_property_")) return undefined;
    const key = readMember(readMember(event.payload(), "property"), "key");
    if (typeof key !== "string") return "the event names no property";
    return wanted.includes(key)
      ? undefined
      : `the property ${cut(key, MAX_NAME_LENGTH)} is not one of ${listed(wanted)}`;
  };
}

function withChangedField(wanted: readonly string[]): Rule {
  return ({ event, payload }) => {
    if (event !== "jira:issue_updated") return undefined;
    const items = readMember(readMember(payload(), "changelog"), "items");
    // Bodies of the first years name a field without its id.
    const changed = (Array.isArray(items) ? items : []).map(
      (item) => readMember(item, "fieldId") ?? readMember(item, "field"),
    );
    if (changed.some((field) => typeof field === "string" && wanted.includes(field))) return undefined;
    return `none of the fields ${listed(wanted)} was changed`;
  };
}

/** Groups of events that are never about one issue: a filter says nothing about them. */
const NOT_ABOUT_ISSUES: ReadonlySet<string> = new Set([
  "addon",
  "app",
  "board",
  "expression",
  "filter",
  "issuetype",
  "option",
  "project",
  "sprint",
  "system",
  "user",
  "version",
]);

function heldAgainst(text: string): (event: MatchEvent) => MatchVerdict {
  let parsed: Filter | undefined;
  const filter = () => (parsed ??= readableOrNone(text));
  return ({ product, event, payload }) => {
    if (NOT_ABOUT_ISSUES.has(findEventType(product, event)?.group ?? "")) return MATCHED;
    const body = payload();
    const issue = findIssue(body);
    const timestamp = readMember(body, "timestamp");
    const found = filter().judge({
      issue,
      property: findProperty(body),
      at: typeof timestamp === "number" ? timestamp : undefined,
    });
    if (found.truth === "true") return MATCHED;
    const clause = cut(found.clause, MAX_CLAUSE_LENGTH);
    if (found.truth === "undecided") {
      return {
        matched: true,
        undecided: `delivered: the filter's clause \`${clause}\` can't be judged from the event`,
      };
    }
    const key = readMember(issue, "key");
    const because = `the filter's ${clause} is not true of ${typeof key === "string" ? key : "the issue"}`;
    return { matched: false, because };
  };
}

/** The issue that a body is about; of one about an attachment, a link or work done there is its id at most. */
function findIssue(body: unknown): Readonly<Record<string, unknown>> | undefined {
  const issue = readMember(body, "issue");
  if (typeof issue === "object" && issue !== null) return issue as Readonly<Record<string, unknown>>;
  const id = readMember(readMember(body, "worklog"), "issueId");
  return id === undefined ? undefined : { id };
}

/** Filters are refused when they come in; one that got here all the same must not stop the events of others. */
function readableOrNone(text: string): Filter {
  try {
    return parseFilter(text);
  } catch (error) {
    if (!(error instanceof CallboardError)) throw error;
    return { judge: () => ({ truth: "false", clause: "text does not parse, so it" }), undecided: [] };
  }
}

function findProperty(body: unknown): { readonly key: string; readonly value: unknown } | undefined {
  const property = readMember(body, "property");
  const key = readMember(property, "key");
  return typeof key === "string" ? { key, value: readMember(property, "value") } : undefined;
}
