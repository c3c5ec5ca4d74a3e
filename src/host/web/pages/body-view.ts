/** A body as people read it: a tree to unfold where it is JSON, else its text, and the bytes to download. */
import { isUtf8 } from "node:buffer";
import { jsonTree } from "../../../json/tree.ts";
import type { JsonNode } from "../../../json/tree.ts";

const MAX_TREE_BYTES = 2 * 1024 * 1024;
const MAX_RAW_BYTES = 256 * 1024;
const CUT_RAW_BYTES = 64 * 1024;

export interface BodyView {
  /** Undefined when the body is no JSON, or too big to take apart. */
  readonly tree: JsonNode | undefined;
  readonly raw: string;
  /** Only the beginning is shown. */
  readonly cut: boolean;
  readonly bytes: number;
}

export interface BodyPart {
  /** JSON pointer, "" for the whole. */
  readonly pointer: string;
  readonly from: number;
}

export function bodyView(body: Buffer, part: BodyPart = { pointer: "", from: 0 }): BodyView {
  const isText = isUtf8(body);
  const cut = body.length > MAX_RAW_BYTES;
  const shown = cut ? body.subarray(0, CUT_RAW_BYTES) : body;
  return {
    tree: isText && body.length <= MAX_TREE_BYTES ? jsonTree(body.toString("utf8"), part) : undefined,
    raw: shown.toString(isText ? "utf8" : "latin1"),
    cut,
    bytes: body.length,
  };
}

/** The part that an address asks for: `?part=/a/b&from=100`. */
export function toBodyPart(query: URLSearchParams): BodyPart {
  const pointer = query.get("part") ?? "";
  const from = Number(query.get("from") ?? 0);
  return {
    pointer: pointer.startsWith("/") ? pointer : "",
    from: Number.isSafeInteger(from) && from > 0 ? from : 0,
  };
}
