/**
 * Builds a tree of JSON text for display: numbers and order as written, duplicate keys included, with a limited number of
 * nodes.
 */

import { escapeStep, unescapeStep } from "./pointer.ts";

export interface JsonLeaf {
  readonly kind: "leaf";
  /** Undefined for the items of an array and for the root. */
  readonly key: string | undefined;
  readonly type: "string" | "number" | "literal";
  /** The text as written. Long strings are truncated. */
  readonly text: string;
}

export interface JsonBranch {
  readonly kind: "branch";
  readonly key: string | undefined;
  readonly shape: "object" | "array";
  /** JSON pointer from the root of the text. */
  readonly pointer: string;
  readonly count: number;
  /** Index of the first child shown. */
  readonly from: number;
  readonly children: readonly JsonNode[];
  /** Number of children after those shown. */
  readonly rest: number;
}

export type JsonNode = JsonLeaf | JsonBranch;

export interface TreeOptions {
  /** JSON pointer to the part to show. The root by default. */
  readonly pointer?: string;
  /** Index of the first child to show. */
  readonly from?: number;
  readonly maxNodes?: number;
}

const MAX_NODES = 3_000;
const MAX_STRING_LENGTH = 4_000;
const SPACE = /\s*/y;
/** Strings are excluded: the regex engine overflows its stack on long runs of escapes. */
const TOKEN = /-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null|[{}[\],:]/y;

/** The whole parsed text, before nodes are selected. */
type Parsed = JsonLeaf | ParsedBranch;
interface ParsedBranch {
  readonly kind: "branch";
  readonly key: string | undefined;
  readonly shape: "object" | "array";
  readonly items: Parsed[];
}

/** A branch of the result that still gets children. */
interface Growing extends JsonBranch {
  readonly children: JsonNode[];
  rest: number;
}

/** Builds the tree of a text, or of a part of it. Returns undefined if the text is not JSON or has no such part. */
export function jsonTree(text: string, options: TreeOptions = {}): JsonNode | undefined {
  const root = parse(text);
  const pointer = options.pointer ?? "";
  const part = root === undefined ? undefined : find(root, pointer);
  if (part === undefined || part.kind === "leaf") return part;
  return grow(part, pointer, options.from ?? 0, options.maxNodes ?? MAX_NODES);
}

/** Returns the end of a sticky expression's match at `at`, or undefined if there is none. */
function endOfMatch(expression: RegExp, text: string, at: number): number | undefined {
  expression.lastIndex = at;
  return expression.test(text) ? expression.lastIndex : undefined;
}

/** Returns the offset after the string at `at`: after the first quote that is not escaped. */
function endOfString(text: string, at: number): number | undefined {
  for (let quote = text.indexOf('"', at + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === "\\") backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
  }
  return undefined;
}

function parseKey(token: string): string | undefined {
  try {
    return token.startsWith('"') ? (JSON.parse(token) as string) : undefined;
  } catch {
    return undefined;
  }
}

function parse(text: string): Parsed | undefined {
  const open: ParsedBranch[] = [];
  let root: Parsed | undefined;
  let key: string | undefined;
  const add = (node: Parsed): boolean => {
    const parent = open.at(-1);
    if (parent !== undefined) parent.items.push(node);
    else if (root === undefined) root = node;
    else return false;
    return true;
  };
  let at = endOfMatch(SPACE, text, 0) ?? 0;
  while (at < text.length) {
    const end = text[at] === '"' ? endOfString(text, at) : endOfMatch(TOKEN, text, at);
    if (end === undefined) return undefined;
    const token = text.slice(at, end);
    at = endOfMatch(SPACE, text, end) ?? end;
    if (token === "," || token === ":") continue;
    if (token === "}" || token === "]") {
      if (open.pop()?.shape !== (token === "}" ? "object" : "array")) return undefined;
    } else if (token === "{" || token === "[") {
      const branch: ParsedBranch = {
        kind: "branch",
        key,
        shape: token === "{" ? "object" : "array",
        items: [],
      };
      if (!add(branch)) return undefined;
      open.push(branch);
      key = undefined;
    } else if (open.at(-1)?.shape === "object" && key === undefined) {
      key = parseKey(token);
      if (key === undefined) return undefined;
    } else {
      if (!add(toLeaf(key, token))) return undefined;
      key = undefined;
    }
  }
  return open.length === 0 ? root : undefined;
}

function toLeaf(key: string | undefined, token: string): JsonLeaf {
  const type = token.startsWith('"') ? "string" : /^[-\d]/.test(token) ? "number" : "literal";
  const text = token.length > MAX_STRING_LENGTH ? `${token.slice(0, MAX_STRING_LENGTH)}… (cut)` : token;
  return { kind: "leaf", key, type, text };
}

function find(root: Parsed, pointer: string): Parsed | undefined {
  let node: Parsed | undefined = root;
  for (const step of pointer === "" ? [] : pointer.slice(1).split("/").map(unescapeStep)) {
    if (node?.kind !== "branch") return undefined;
    node = node.shape === "array" ? node.items[Number(step)] : node.items.find(({ key }) => key === step);
  }
  return node;
}

/** Selects nodes breadth first, so that the upper levels of all parts are shown. */
function grow(part: ParsedBranch, pointer: string, from: number, maxNodes: number): JsonBranch {
  const root = sprout(part, pointer, from);
  const queue: { readonly parsed: ParsedBranch; readonly grown: Growing }[] = [{ parsed: part, grown: root }];
  let left = maxNodes;
  for (let next = queue.shift(); next !== undefined && left > 0; next = queue.shift()) {
    const { parsed, grown } = next;
    for (const [index, item] of parsed.items.slice(grown.from, grown.from + left).entries()) {
      left -= 1;
      grown.rest -= 1;
      if (item.kind === "leaf") {
        grown.children.push(item);
        continue;
      }
      const step = grown.shape === "array" ? String(grown.from + index) : escapeStep(item.key ?? "");
      const child = sprout(item, `${grown.pointer}/${step}`, 0);
      grown.children.push(child);
      queue.push({ parsed: item, grown: child });
    }
  }
  return root;
}

function sprout({ key, shape, items }: ParsedBranch, pointer: string, from: number): Growing {
  const count = items.length;
  return { kind: "branch", key, shape, pointer, count, from, children: [], rest: Math.max(0, count - from) };
}
