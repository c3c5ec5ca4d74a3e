/** Problems of a form in the words of its fields: the API names members, people see labels. Pure. */
import type { CallboardError, ErrorCode, Problem } from "../../../errors.ts";
import { formatDuration } from "../../../duration.ts";
import { groupBy } from "../../../group-by.ts";
import { MAX_WITHIN_MS } from "../../model/batch-settings.ts";
import {
  MAX_RETRIES,
  MAX_RETRY_DELAY_MS,
  MAX_TIMEOUT_MS,
  MIN_RETRY_DELAY_MS,
  MIN_TIMEOUT_MS,
} from "../../model/pace.ts";
import { escapeHtml } from "./html.ts";
import { remedyFor } from "./remedies.ts";

interface FormProblem {
  /** Of the field that it is about; undefined if it is about none. */
  readonly id: string | undefined;
  /** A sentence. */
  readonly text: string;
}

/** The field of a member, by the beginning of its pointer; the longest one counts. */
const FIELDS: Readonly<Record<string, readonly [id: string, label: string]>> = {
  "/active": ["active", "Active"],
  "/addon": ["addon", "Add-on"],
  "/authentication": ["authentication", "Authentication"],
  "/authentication/audience": ["authAudience", "Audience"],
  "/authentication/clientId": ["authClientId", "Client ID"],
  "/authentication/clientSecret": ["authClientSecret", "Client secret"],
  "/authentication/expiresAt": ["authExpiresAt", "End of the token"],
  "/authentication/password": ["authPassword", "Password"],
  "/authentication/scope": ["authScope", "Scope"],
  "/authentication/token": ["authToken", "Token"],
  "/authentication/tokenUrl": ["authTokenUrl", "Token URL"],
  "/authentication/user": ["authUser", "User name"],
  "/baseUrl": ["baseUrl", "Base URL"],
  "/batch": ["batchMax", "Batch"],
  "/batch/max": ["batchMax", "Number of events"],
  "/batch/withinMs": ["batchWithin", "Time to gather events"],
  "/bodyFilter": ["bodyFilter", "Body filter"],
  "/bodyRetention": ["bodyRetention", "Body retention period"],
  "/deliverAfter": ["deliverAfter", "Deliver after"],
  "/description": ["description", "Description"],
  "/descriptorUrl": ["descriptorUrl", "URL of the descriptor"],
  "/events": ["events", "Events"],
  "/expiresAt": ["expiresAt", "Expires at"],
  "/filter": ["filter", "JQL"],
  "/format": ["format", "Format"],
  "/headers": ["headers", "Headers"],
  "/key": ["key", "Key"],
  "/logo": ["logo", "Logo"],
  "/name": ["name", "Name"],
  "/orderBy": ["orderBy", "Order by"],
  "/origins": ["origins", "Origins"],
  "/owner": ["owner", "Owner"],
  "/pace": ["pace", "Pace"],
  "/pace/rate": ["rateCount", "Attempts at most"],
  "/pace/rate/per": ["ratePer", "Unit of the rate"],
  "/pace/retryDelaysMs": ["retryDelays", "Own retry delays"],
  "/pace/retryProfile": ["retryProfile", "Retry schedule"],
  "/pace/slots": ["slots", "Requests at the same time"],
  "/pace/timeoutMs": ["timeout", "Request timeout"],
  "/payload": ["payload", "Payload"],
  "/product": ["product", "Product"],
  "/project": ["project", "Project"],
  "/retention": ["retention", "Retention period"],
  "/retryProfile": ["retryProfile", "Retry schedule"],
  "/routingKey": ["routingKey", "Routing key"],
  "/scope": ["scope", "Scopes"],
  "/scopes": ["scope", "Scopes"],
  "/secret": ["secret", "Secret"],
  "/signature": ["signature", "Signature"],
  "/site": ["site", "Site"],
  "/since": ["since", "Events since"],
  "/template": ["template", "Template"],
  "/title": ["title", "Title"],
  "/tls": ["tls", "Client certificate and authorities"],
  "/tls/authorities": ["tlsAuthorities", "Authorities"],
  "/tls/certificate": ["tlsCertificate", "Client certificate"],
  "/tls/key": ["tlsKey", "Private key"],
  "/to": ["to", "Receiver"],
  "/until": ["until", "Until"],
  "/url": ["url", "URL"],
  "/vendor": ["vendor", "Vendor"],
  "/verify": ["verify", "Check of the URL"],
};

/** What the API says of members that forms have in another way. */
const REWORDED: readonly (readonly [api: string, form: string])[] = [
  ["; leave it out for every event", ", unless All events is ticked"],
  ["must be given again, or null", "must be given again, or removed"],
  [", or send null for what is not needed", ", or choose none for what is not needed"],
  [", or send null for no signature", ", or choose none"],
  ["A site's baseUrl is", "The base URL must be"],
  [", in base64", ""],
  [
    `must be a list of at most ${MAX_RETRIES} delays in milliseconds`,
    `must be at most ${MAX_RETRIES} durations, such as 5s, 1m, or none`,
  ],
  reworded(MIN_TIMEOUT_MS, MAX_TIMEOUT_MS, "must be a duration"),
  reworded(MIN_RETRY_DELAY_MS, MAX_RETRY_DELAY_MS, "must each be a duration"),
  reworded(1, MAX_WITHIN_MS, "must be a duration"),
];

/** People write durations where the API has whole milliseconds. */
function reworded(leastMs: number, mostMs: number, begin: string): readonly [api: string, form: string] {
  const form = `${begin} from ${formatDuration(leastMs)} to ${formatDuration(mostMs)}`;
  return [`must be a whole number from ${leastMs} to ${mostMs}`, form];
}

/** A detail that goes on from the name of a member. */
const PREDICATE = /^(?:must|is|are|has|have|can|can't|cannot|needs|does|doesn't|belongs)\b/;

const capitalize = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
const endSentence = (text: string): string => (/[.?!…]$/.test(text) ? text : `${text}.`);

interface Field {
  readonly id: string;
  readonly label: string;
  /** What the pointer says beyond the field. */
  readonly place: string;
}

function findField(pointer: string): Field | undefined {
  for (let path = pointer; path !== ""; path = path.slice(0, path.lastIndexOf("/"))) {
    const [id, label] = (Object.hasOwn(FIELDS, path) ? FIELDS[path] : undefined) ?? [];
    if (id !== undefined && label !== undefined) return { id, label, place: pointer.slice(path.length) };
  }
  return undefined;
}

/** Fields with a text that has places of its own. */
const WITH_PLACES: readonly string[] = ["bodyFilter"];

/** The member that a refusal without a list of problems is about, by the beginning of its code. */
const ABOUT: readonly (readonly [code: string, pointer: string])[] = [
  ["ADDON_", "/url"],
  ["CONFLICT", "/key"],
  ["DESCRIPTOR_", "/url"],
  ["DIRECTORY_", "/url"],
  ["DNS_", "/url"],
  ["HOST_DENIED", "/url"],
  ["IP_DENIED", "/url"],
  ["LIFECYCLE_INSTALLED", "/url"],
  ["LOGO_INVALID", "/logo"],
  ["REPLAY_RUNNING", "/to"],
  ["SITE_NOT_FOUND", "/site"],
  ["URL_", "/url"],
];

const listProblems = ({ code, message, errors }: Refusal): readonly Problem[] =>
  errors.length > 0
    ? errors
    : [{ pointer: ABOUT.find(([begin]) => code.startsWith(begin))?.[1] ?? "", detail: message, code }];

/** What a form was refused with. */
type Refusal = Pick<CallboardError, "code" | "message" | "errors">;

/**
 * "must begin with https" of /url is "URL must begin with https."
 *
 * @param document the ID of the field that the form consists of: every problem is about a place in its text
 */
export function toFormProblem(
  { pointer, detail }: Pick<Problem, "pointer" | "detail">,
  document?: string,
): FormProblem {
  if (document !== undefined) {
    const isWhole = pointer === "" || pointer === `/${document}`;
    return { id: document, text: endSentence(isWhole ? capitalize(detail) : `${pointer}: ${detail}`) };
  }
  const field = findField(pointer);
  const text = REWORDED.reduce((before, [api, form]) => before.replace(api, form), detail);
  if (field !== undefined && field.place !== "" && WITH_PLACES.includes(field.id))
    return { id: field.id, text: endSentence(`${field.place}: ${text}`) };
  const { id, label } = field ?? { id: undefined, label: pointer.replace(/^\//, "") };
  const sentence = PREDICATE.test(text) && label !== "" ? `${label} ${text}` : capitalize(text);
  return { id, text: endSentence(sentence) };
}

/** The list above a refused form: every problem, with the field that it is about. */
export const toFormProblems = (refusal: Refusal, document?: string): readonly FormProblem[] =>
  listProblems(refusal).map((problem) => toFormProblem(problem, document));

/** A refused address names the setting that allows it. */
const namesSetting = (detail: string): boolean => /\bCALLBOARD_/.test(detail);
/** A rule says what to do by itself. */
const isRule = (detail: string): boolean => /\bmust\b/.test(detail) || namesSetting(detail);

/** Returns what to try, below the list of problems; undefined if one of them says it. */
export const toRemedy = (refusal: Refusal): string | undefined =>
  listProblems(refusal).some(({ detail }) => namesSetting(detail)) ? undefined : remedyFor(refusal.code);

/** Returns the sentences beside a field: what is wrong with it, and what to do. */
function toFieldSentence({ code, ...problem }: Problem, refused: ErrorCode, document?: string): string {
  const { text } = toFormProblem(problem, document);
  const specific = code ?? refused;
  const remedy = specific === "BODY_SCHEMA" || isRule(problem.detail) ? undefined : remedyFor(specific);
  return remedy === undefined ? text : `${text} ${remedy}`;
}

/** Sentences at one field; the list above the form has them all. */
const MAX_AT_FIELD = 5;

/** How views mark the fields of a form that was refused. All return HTML. */
export interface FieldErrors {
  /** Attributes of a field: it is invalid, and by what it is described. `hint` is the ID of its hint. */
  readonly state: (id: string, hint?: string) => string;
  /** The sentences about a field, to stand below it. Empty if nothing is wrong with it. */
  readonly error: (id: string) => string;
  readonly isWrong: (...ids: readonly string[]) => boolean;
}

/** @param document as of {@link toFormProblem} */
export function toFieldErrors(refusal: Refusal | undefined, document?: string): FieldErrors {
  const sentences = groupBy(
    (refusal === undefined ? [] : listProblems(refusal)).flatMap((problem) => {
      const { id } = toFormProblem(problem, document);
      return id === undefined || refusal === undefined
        ? []
        : [{ id, text: toFieldSentence(problem, refusal.code, document) }];
    }),
    ({ id }) => id,
  );
  const isWrong = (...ids: readonly string[]) => ids.some((id) => sentences.has(id));
  return {
    isWrong,
    state: (id, hint) => {
      const described = [...(hint === undefined ? [] : [hint]), ...(isWrong(id) ? [`${id}-error`] : [])];
      return [
        isWrong(id) ? ' aria-invalid="true"' : "",
        described.length === 0 ? "" : ` aria-describedby="${described.join(" ")}"`,
      ].join("");
    },
    error: (id) => {
      const all = [...new Set((sentences.get(id) ?? []).map(({ text }) => text))];
      if (all.length === 0) return "";
      const own = all.slice(0, MAX_AT_FIELD);
      if (all.length > own.length) own.push(`And ${all.length - own.length} more, listed above.`);
      return `<div class="error" id="${id}-error">${own.map((text) => `<p>${escapeHtml(text)}</p>`).join("")}</div>`;
    },
  };
}
