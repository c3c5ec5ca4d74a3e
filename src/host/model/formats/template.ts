/**
 * Own templates: JSON with the tags of Mustache, read by its own parser. Pure.
 *
 * A tag within a JSON string gives text, escaped for a string. A tag anywhere else gives a JSON value. Which of both is known when
 * the template is read, so that no value can end a string, an object or a list. Names are own members only.
 */
import mustache from "mustache";
import type { TemplateSpans } from "mustache";
import type { Problem } from "../../../errors.ts";
import { followJson, START } from "./json-state.ts";
import type { JsonState } from "./json-state.ts";

/** Maximum size of a template, in bytes. */
export const MAX_TEMPLATE_BYTES = 16 * 1024;
/** Maximum nesting of sections. */
const MAX_SECTIONS = 10;
const MAX_TAGS = 500;

export type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "value"; readonly steps: readonly string[]; readonly isInString: boolean }
  | {
      readonly kind: "section";
      readonly steps: readonly string[];
      /** Rendered where there is no value. */
      readonly isInverted: boolean;
      readonly parts: readonly Part[];
    };

export type TemplateReading =
  | { readonly kind: "template"; readonly parts: readonly Part[] }
  | { readonly kind: "refused"; readonly problem: Problem };

class TemplateError extends Error {
  readonly code: "TEMPLATE" | "TEMPLATE_TOO_COMPLEX";

  constructor(code: TemplateError["code"], detail: string) {
    super(detail);
    this.code = code;
  }
}

/** Reads a template. A refusal has the code TEMPLATE or TEMPLATE_TOO_COMPLEX. */
export function readTemplate(text: string, pointer = "/template"): TemplateReading {
  try {
    return { kind: "template", parts: compile(text) };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return { kind: "refused", problem: { pointer, detail: error.message, code: error.code } };
  }
}

function compile(text: string): readonly Part[] {
  const size = Buffer.byteLength(text);
  if (size > MAX_TEMPLATE_BYTES) {
    throw tooComplex(
      `A template must have at most ${MAX_TEMPLATE_BYTES / 1024} KiB, this one has ${Math.ceil(size / 1024)}`,
    );
  }
  if (text.trim() === "") throw invalid("A template must not be empty");
  const compiler: Compiler = { text, tags: 0 };
  const { parts, state } = compileSpans(parse(text), { state: START, depth: 0, compiler });
  if (state.kind !== "outside") throw invalid("A JSON string of the template has no end");
  return parts;
}

function parse(text: string): TemplateSpans {
  try {
    return mustache.parse(text);
  } catch (error) {
    throw invalid(`The template is not Mustache: ${describe(error, text)}`);
  } finally {
    // It keeps every template it has seen.
    mustache.clearCache();
  }
}

/** Mustache names the place as an offset. */
function describe(error: unknown, text: string): string {
  const message = error instanceof Error ? error.message : "it can't be parsed";
  return message.replace(
    / at (\d+)$/,
    (_match, offset: string) => ` at ${formatPlace(text, Number(offset))}`,
  );
}

function formatPlace(text: string, offset: number): string {
  const lines = text.slice(0, offset).split("\n");
  return `line ${lines.length}, character ${(lines.at(-1) ?? "").length + 1}`;
}

interface Compiler {
  readonly text: string;
  tags: number;
}

interface Place {
  readonly state: JsonState;
  readonly depth: number;
  readonly compiler: Compiler;
}

interface Compiled {
  readonly parts: readonly Part[];
  readonly state: JsonState;
}

function compileSpans(spans: TemplateSpans, { state: begin, depth, compiler }: Place): Compiled {
  const parts: Part[] = [];
  let state = begin;
  for (const span of spans) {
    const [type, name, offset] = span;
    if (type === "text") {
      state = followJson(state, name);
      parts.push({ kind: "text", text: name });
      continue;
    }
    if (type === "!" || type === "=") continue;
    const where = formatPlace(compiler.text, offset);
    countTag(compiler);
    if (state.kind === "escape") throw invalid(`The tag at ${where} must not follow a backslash`);
    const steps = readName(name, where);
    if (type === "name") {
      parts.push({ kind: "value", steps, isInString: state.kind === "string" });
    } else if (type === "#" || type === "^") {
      if (depth === MAX_SECTIONS) throw tooComplex(`A template must have at most ${MAX_SECTIONS} levels`);
      const inner = compileSpans(span[4] as TemplateSpans, { state, depth: depth + 1, compiler });
      if (inner.state.kind !== state.kind) {
        throw invalid(
          `The section at ${where} must end where it begins: within the same JSON string, or outside`,
        );
      }
      parts.push({ kind: "section", steps, isInverted: type === "^", parts: inner.parts });
    } else throw invalid(describeRefused(type, where));
  }
  return { parts, state };
}

function countTag(compiler: Compiler): void {
  compiler.tags += 1;
  if (compiler.tags > MAX_TAGS) throw tooComplex(`A template must have at most ${MAX_TAGS} tags`);
}

/** "." is the value itself, "a.b" a member of a member. */
function readName(name: string, where: string): readonly string[] {
  if (name === ".") return [];
  const steps = name.split(".");
  if (steps.includes("")) throw invalid(`The tag at ${where} must have a name between its dots`);
  return steps;
}

function describeRefused(type: string, where: string): string {
  if (type === ">") return `The tag at ${where} names another template, and there are no others`;
  return `The tag at ${where} must have two braces: values are always escaped, and outside of a JSON string {{name}} is a JSON value`;
}

const invalid = (detail: string) => new TemplateError("TEMPLATE", detail);
const tooComplex = (detail: string) => new TemplateError("TEMPLATE_TOO_COMPLEX", detail);
