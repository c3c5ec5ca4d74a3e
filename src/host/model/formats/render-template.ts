/**
 * Renders an own template. Pure. Limits of steps and of the result's size bound the time: both are checked while rendering,
 * whatever the values are.
 */
import type { WebhookFormat } from "../../../catalogue/index.ts";
import { readMember } from "../../../json/member.ts";
import { JsonTextError, scanJson } from "../../../json/scan.ts";
import { readBodyValue } from "../payload.ts";
import type { Formatted, FormatFailure } from "./formatted.ts";
import { formatSize, withinLimit } from "./formatted.ts";
import type { FormatSubject } from "./subject.ts";
import type { Part } from "./template.ts";

/** Maximum number of texts, tags and repetitions of sections that are rendered. */
const MAX_STEPS = 20_000;
/** Maximum nesting of the result. */
const MAX_DEPTH = 100;

/** The name of what a template finds beside the members of the body. No member of the body hides it. */
export const ABOUT = "callboard";

export function renderTemplate(
  parts: readonly Part[],
  subject: FormatSubject,
  format: WebhookFormat,
): Formatted {
  const maxLength = format.limit?.max ?? Infinity;
  const rendering: Rendering = { about: describeSubject(subject), texts: [], steps: 0, length: 0, maxLength };
  try {
    renderParts(parts, [readBodyValue(subject.body).value], rendering);
  } catch (error) {
    if (error instanceof StepsError) return failed(`The template takes more than ${MAX_STEPS} steps`);
    throw error;
  }
  if (rendering.length > maxLength) {
    const detail = `The result of the template has more than ${formatSize(maxLength)}`;
    return { kind: "failed", because: "over-limit", detail };
  }
  const body = Buffer.from(withoutLastCommas(rendering.texts.join("")));
  const formatted = withinLimit({ kind: "body", body, size: body.length }, format);
  if (formatted.kind === "failed") return formatted;
  const problem = findProblem(body);
  return problem === undefined ? formatted : failed(`The result of the template is not JSON: ${problem}`);
}

const failed = (detail: string): FormatFailure => ({ kind: "failed", because: "template-failed", detail });

/** What a template can show beside the body. */
const describeSubject = ({ event, eventId, at, site }: FormatSubject) => ({
  event,
  eventId,
  time: new Date(at).toISOString(),
  site: { key: site.key, name: site.name },
});

class StepsError extends Error {}

interface Rendering {
  readonly about: object;
  readonly texts: string[];
  readonly maxLength: number;
  steps: number;
  /** Characters so far. Beyond the maximum nothing is added any more. */
  length: number;
}

function renderParts(parts: readonly Part[], scopes: readonly unknown[], rendering: Rendering): void {
  for (const part of parts) {
    if (rendering.length > rendering.maxLength) return;
    rendering.steps += 1;
    if (rendering.steps > MAX_STEPS) throw new StepsError();
    if (part.kind === "text") add(part.text, rendering);
    else if (part.kind === "value") {
      const value = lookUp(part.steps, scopes, rendering);
      add(part.isInString ? formatInString(value, rendering) : formatValue(value), rendering);
    } else renderSection(part, scopes, rendering);
  }
}

function add(text: string, rendering: Rendering): void {
  rendering.length += text.length;
  if (rendering.length <= rendering.maxLength) rendering.texts.push(text);
}

function renderSection(
  { steps, isInverted, parts }: Extract<Part, { kind: "section" }>,
  scopes: readonly unknown[],
  rendering: Rendering,
): void {
  const value = lookUp(steps, scopes, rendering);
  const isEmpty = !value || (Array.isArray(value) && value.length === 0);
  if (isInverted) {
    if (isEmpty) renderParts(parts, scopes, rendering);
    return;
  }
  if (isEmpty) return;
  for (const item of Array.isArray(value) ? (value as readonly unknown[]) : [value]) {
    rendering.steps += 1;
    if (rendering.steps > MAX_STEPS) throw new StepsError();
    renderParts(parts, [...scopes, item], rendering);
  }
}

/** The first name is looked for from the innermost scope outwards, the others in what it names. */
function lookUp(steps: readonly string[], scopes: readonly unknown[], { about }: Rendering): unknown {
  const [first, ...others] = steps;
  if (first === undefined) return scopes.at(-1);
  if (first === ABOUT) return others.reduce<unknown>(readMember, about);
  const scope = scopes.findLast((each) => readMember(each, first) !== undefined);
  return others.reduce(readMember, readMember(scope, first));
}

const formatValue = (value: unknown): string => JSON.stringify(value ?? null);

/** An object or list within a string is its JSON text. */
function formatInString(value: unknown, { maxLength }: Rendering): string {
  if (value === undefined || value === null) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  // What is over the limit anyway is not escaped.
  return text.length > maxLength ? text : JSON.stringify(text).slice(1, -1);
}

/** Removes the comma in front of a closing bracket, which the last repetition of a section leaves. Strings stay. */
const withoutLastCommas = (text: string): string =>
  text.replaceAll(/"[^"\\]*(?:\\.[^"\\]*)*"|,(?=\s*[\]}])/gs, (found) => (found === "," ? "" : found));

function findProblem(body: Buffer): string | undefined {
  try {
    // A name twice in an object would let a value replace what the template says.
    scanJson(body, { maxDepth: MAX_DEPTH, duplicates: "all" });
    return undefined;
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    const place = error.pointer === undefined || error.pointer === "" ? "" : ` at ${error.pointer}`;
    return `${error.kind}${place}, byte ${error.offset + 1}`;
  }
}
