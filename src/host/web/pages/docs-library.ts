/** The documents as `npm run docs:build` made them: read from the package when they are first asked for. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { CallboardError } from "../../../errors.ts";
import { createDocsSearch } from "../present/docs.ts";
import type { DocFile, DocMatch, DocPage, DocsSite } from "../present/docs.ts";
import { DOCS } from "./paths.ts";

/** The same distance from src and from dist. */
export const ROOT = new URL("../../../../", import.meta.url);

export interface Library {
  readonly site: DocsSite;
  readonly pages: ReadonlyMap<string, DocPage>;
  readonly files: ReadonlyMap<string, DocFile>;
  readonly search: (words: string) => readonly DocMatch[];
}

let opening: Promise<Library> | undefined;

/** @throws {CallboardError} NOT_FOUND if the documents are not built. They are looked for again then. */
export const openLibrary = (): Promise<Library> =>
  (opening ??= readLibrary().catch((error: unknown) => {
    opening = undefined;
    throw error;
  }));

/** Returns the path of a document. */
export const toDocPath = (slug: string): string => (slug === "" ? DOCS : `${DOCS}/${slug}`);

async function readLibrary(): Promise<Library> {
  const file = fileURLToPath(new URL("dist/docs/site.json", ROOT));
  const text = await readFile(file, "utf8").catch(() => {
    throw new CallboardError("NOT_FOUND", "The documents are not built here. Build them: npm run docs:build");
  });
  const site = JSON.parse(text) as DocsSite;
  return {
    site,
    pages: new Map(site.pages.map((page) => [page.slug, page])),
    files: new Map(site.files.map((each) => [each.path, each])),
    search: createDocsSearch(site.pages),
  };
}
