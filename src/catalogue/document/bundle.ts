/**
 * Makes one document of several files that refer to each other: each further file becomes a member of {@link FILES}, and
 * references to files become references within the document. Pure; whoever calls it reads the files.
 */
import { isObject } from "../../json/object.ts";
import { escapeStep } from "../../json/pointer.ts";
import { decodeEscapes } from "./references.ts";

/** The member of the first file that holds the others, by their paths. */
export const FILES = "x-files";

/** The paths of files have slashes between their parts and no `.` or `..`. */
export interface Bundle {
  readonly path: string;
  readonly document: unknown;
  /** Documents by path. */
  readonly files: ReadonlyMap<string, unknown>;
}

/** Lists the files that a document refers to, each once: their paths from the folder of the first file. */
export function listReferredFiles(path: string, document: unknown): readonly string[] {
  const found = new Set<string>();
  mapReferences(document, (reference) => {
    const target = parseFileReference(path, reference);
    if (target !== undefined) found.add(target.path);
    return reference;
  });
  return [...found];
}

/** Returns the first document with the others in it. References to files that are not there stay as they are. */
export function bundleFiles({ path, document, files }: Bundle): unknown {
  if (files.size === 0 || !isObject(document)) return document;
  const toPlace = (file: string): string =>
    file === path ? "" : `/${FILES}/${encodeURIComponent(escapeStep(file))}`;
  const rewritten = (from: string, value: unknown): unknown =>
    mapReferences(value, (reference) => {
      if (reference.startsWith("#")) return `#${toPlace(from)}${reference.slice(1)}`;
      const target = parseFileReference(from, reference);
      if (target === undefined || (target.path !== path && !files.has(target.path))) return reference;
      return `#${toPlace(target.path)}${target.pointer}`;
    });
  const others = [...files].map(([file, value]) => [file, rewritten(file, value)] as const);
  return { ...(rewritten(path, document) as object), [FILES]: Object.fromEntries(others) };
}

/** Returns undefined for a reference within the document, and for a remote one. */
function parseFileReference(
  from: string,
  reference: string,
): { readonly path: string; readonly pointer: string } | undefined {
  const [, file = "", pointer = ""] = /^([^#]*)(?:#(.*))?$/s.exec(reference) ?? [];
  if (file === "" || /^(?:[a-z][a-z\d+.-]*:|\/)/i.test(file)) return undefined;
  const parts = [...from.split("/").slice(0, -1), ...decodeEscapes(file).split("/")];
  return { path: normalize(parts), pointer };
}

/** Parts above the first folder stay as `..`. */
function normalize(parts: readonly string[]): string {
  const path: string[] = [];
  for (const part of parts) {
    if (part === "." || part === "") continue;
    if (part === ".." && path.length > 0 && path.at(-1) !== "..") path.pop();
    else path.push(part);
  }
  return path.join("/");
}

function mapReferences(value: unknown, change: (reference: string) => string): unknown {
  if (Array.isArray(value)) return value.map((each) => mapReferences(each, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      key === "$ref" && typeof each === "string" ? change(each) : mapReferences(each, change),
    ]),
  );
}
