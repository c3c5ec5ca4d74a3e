/**
 * JSON text as a tree for people to unfold: numbers and their order as written, keys that stand twice included, and
 * never more nodes than a page can carry.
 */

import { escapeStep, unescapeStep } from "./pointer.ts";

export interface JsonLeaf {
  readonly kind: "leaf";
  /** Undefined for the items of an array and for the root. */
  readonly key: string | undefined;
  readonly type: "string" | "number" | "literal";
  /** As written, a long string cut. */
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
  /** Children after those shown. */
  readonly rest: number;
}

export type JsonNode = JsonLeaf | JsonBranch;

export interface TreeOptions {
  /** The part to show; the whole when left out. */
  readonly pointer?: string;
  /** The child of that part to begin with. */
  readonly from?: number;
  readonly mostNodes?: number;
}

const MOST_NODES = 3_000;
const LONGEST_STRING = 4_000;
const SPACE = /\s*/y;
/** All tokens but strings: a string may hold millions of escapes, for which an expression has no stack. */
const TOKEN = /-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null|[{}[\],:]/y;

/** The whole text as parsed, before it is decided what is shown. */
type Parsed = JsonLeaf | ParsedBranch;
interface ParsedBranch {
  readonly kind: "branch";
  readonly key: string | undefined;
  readonly shape: "object" | "array";
  readonly items: Parsed[];
}

/** A branch on its way into the tree: it is given children while nodes are left. */
interface Growing extends JsonBranch {
  readonly children: JsonNode[];
  rest: number;
}

/** Undefined when the text is not JSON, or has no such part. */
export function jsonTree(text: string, options: TreeOptions = {}): JsonNode | undefined {
  const root = parse(text);
  const pointer = options.pointer ?? "";
  const part = root === undefined ? undefined : find(root, pointer);
  if (part === undefined || part.kind === "leaf") return part;
  return grow(part, pointer, options.from ?? 0, options.mostNodes ?? MOST_NODES);
}

/** Where the match of a sticky expression ends that begins at `at`; undefined when there is none. */
function endOfMatch(expression: RegExp, text: string, at: number): number | undefined {
  expression.lastIndex = at;
  return expression.test(text) ? expression.lastIndex : undefined;
}

/** Where the string ends that begins at `at`: after the first quote that no backslash stands for. */
function endOfString(text: string, at: number): number | undefined {
  for (let quote = text.indexOf('"', at + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === "\\") backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
  }
  return undefined;
}

function keyOf(token: string): string | undefined {
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
      key = keyOf(token);
      if (key === undefined) return undefined;
    } else {
      if (!add(leafOf(key, token))) return undefined;
      key = undefined;
    }
  }
  return open.length === 0 ? root : undefined;
}

function leafOf(key: string | undefined, token: string): JsonLeaf {
  const type = token.startsWith('"') ? "string" : /^[-\d]/.test(token) ? "number" : "literal";
  const text = token.length > LONGEST_STRING ? `${token.slice(0, LONGEST_STRING)}… (cut)` : token;
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

/** Breadth first, so that what is shown is the upper part of everything and not all of one corner. */
function grow(part: ParsedBranch, pointer: string, from: number, mostNodes: number): JsonBranch {
  const root = sprout(part, pointer, from);
  const queue: { readonly parsed: ParsedBranch; readonly grown: Growing }[] = [{ parsed: part, grown: root }];
  let left = mostNodes;
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
