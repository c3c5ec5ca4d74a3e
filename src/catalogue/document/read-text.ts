/** Reads the text of a product file or of a document to import: JSON or YAML, with what YAML has beyond JSON refused. Pure. */
import { Composer, Lexer, LineCounter, Parser, isAlias, isMap, isScalar, isSeq } from "yaml";
import type { CST, Document } from "yaml";
import type { Problem } from "../../errors.ts";
import { escapeStep } from "../../json/pointer.ts";
import { JsonTextError, scanJson } from "../../json/scan.ts";
import { MAX_DOCUMENT_BYTES, MAX_DOCUMENT_DEPTH, quote, toInvalid, toTooLarge } from "./problems.ts";

const FORBIDDEN_KEY = "__proto__";

/**
 * Returns the value of JSON or YAML 1.2 text. Aliases, tags, merge keys, duplicate keys, numbers that JSON doesn't have, and
 * the key `__proto__` are refused: a product is JSON, and an alias can stand for more than fits into memory.
 * @throws {CallboardError} PRODUCT_INVALID with every problem, its pointer and, for YAML, its line; PRODUCT_TOO_LARGE over
 * 10 MiB
 */
export function readProductText(text: string): unknown {
  if (Buffer.byteLength(text) > MAX_DOCUMENT_BYTES) throw toTooLarge();
  return /^\s*[[{]/.test(text) ? readJsonText(text) : readYamlText(text);
}

function readJsonText(text: string): unknown {
  try {
    scanJson(Buffer.from(text), { maxDepth: MAX_DOCUMENT_DEPTH, duplicates: "all" });
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    // YAML has lists and objects in brackets too.
    if (error.kind === "syntax") return readYamlText(text);
    throw toInvalid([{ pointer: error.pointer ?? "", detail: `${error.message}.` }]);
  }
  return JSON.parse(text);
}

function readYamlText(text: string): unknown {
  const lines = new LineCounter();
  const document = parse(text, lines);
  const faults = [...document.errors, ...document.warnings].map(({ message, pos }) => ({
    pointer: "",
    detail: `Line ${lines.linePos(pos[0]).line}: ${message}.`,
  }));
  if (document.directives.yaml.explicit && document.directives.yaml.version !== "1.2") {
    faults.push({ pointer: "", detail: "Only YAML 1.2 is read." });
  }
  if (faults.length > 0) throw toInvalid(faults);
  const problems: Problem[] = [];
  const value = toValue(document.contents, "", 0, (pointer, detail, offset = 0) => {
    problems.push({ pointer, detail: `Line ${lines.linePos(offset).line}: ${detail}` });
  });
  if (problems.length > 0) throw toInvalid(problems);
  return value;
}

function parse(text: string, lines: LineCounter): Document.Parsed {
  const [document, ...others] = new Composer({
    schema: "core",
    merge: false,
    // Its own search compares each key with all others.
    uniqueKeys: false,
  }).compose(listTokens(text, lines), true, text.length);
  if (document === undefined) throw new Error("the composer made no document");
  if (others.length > 0)
    throw toInvalid([{ pointer: "", detail: "The text has more than one YAML document." }]);
  return document;
}

/** The parser and what comes after it recurse, and a stack that overflows in a regular expression is a crash of V8. */
const MAX_OPEN_TOKENS = 2 * MAX_DOCUMENT_DEPTH;

function* listTokens(text: string, lines: LineCounter): Generator<CST.Token> {
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > MAX_OPEN_TOKENS) {
      const { line } = lines.linePos(parser.offset);
      const detail = `Line ${line}: The document is nested deeper than ${MAX_DOCUMENT_DEPTH} levels.`;
      throw toInvalid([{ pointer: "", detail }]);
    }
  }
  yield* parser.end();
}

type ReportAt = (pointer: string, detail: string, offset: number | undefined) => void;

function toValue(node: unknown, pointer: string, depth: number, report: ReportAt): unknown {
  if (isAlias(node)) {
    report(pointer, "YAML aliases are not accepted. Use a reference to a schema instead.", node.range?.[0]);
    return null;
  }
  if (!isScalar(node) && !isSeq(node) && !isMap(node)) return null;
  const offset = node.range?.[0];
  if (node.tag !== undefined) {
    report(pointer, `The YAML tag ${quote(node.tag)} is not accepted.`, offset);
    return null;
  }
  if (isScalar(node)) {
    if (typeof node.value === "number" && !Number.isFinite(node.value)) {
      report(pointer, "A number must be finite.", offset);
    }
    return node.value;
  }
  if (depth >= MAX_DOCUMENT_DEPTH) {
    report(pointer, `The document is nested deeper than ${MAX_DOCUMENT_DEPTH} levels.`, offset);
    return null;
  }
  if (isSeq(node))
    return node.items.map((item, index) => toValue(item, `${pointer}/${index}`, depth + 1, report));
  const object: Record<string, unknown> = {};
  for (const { key, value } of node.items) {
    const name = toKey(key);
    const at = isScalar(key) ? key.range?.[0] : offset;
    if (name === undefined) {
      report(pointer, "A key must be a text, a number or a boolean.", at);
      continue;
    }
    const below = `${pointer}/${escapeStep(name)}`;
    if (name === "<<") report(below, "YAML merge keys are not accepted.", at);
    else if (name === FORBIDDEN_KEY) report(below, `The key ${FORBIDDEN_KEY} is not accepted.`, at);
    else if (Object.hasOwn(object, name)) report(below, `The key ${quote(name)} is a duplicate.`, at);
    else object[name] = toValue(value, below, depth + 1, report);
  }
  return object;
}

/** Keys such as 200 are numbers in YAML. The text as written is the key. */
function toKey(key: unknown): string | undefined {
  if (!isScalar(key) || key.tag !== undefined) return undefined;
  if (typeof key.value === "string") return key.value;
  return key.value === null || key.source === undefined ? undefined : key.source;
}
