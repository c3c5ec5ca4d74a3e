/** Reads a document with the files that it refers to, as far as they are below a folder. Nothing is fetched. */
import { readFile, realpath } from "node:fs/promises";
import { basename, dirname, relative, resolve, sep } from "node:path";
import { bundleFiles, listReferredFiles } from "../catalogue/document/bundle.ts";
import { CommandFailure } from "./exit.ts";
import type { Io } from "./io.ts";
import { loadProductText, loadProductFile } from "./product-file.ts";

const MAX_FILES = 200;
const MAX_BYTES = 10 * 1024 * 1024;
const READABLE = /\.(?:ya?ml|json)$/i;

/**
 * Returns the document of a file, with those of the files that it refers to. Files outside of `folder` are noted and left out.
 * @param folder the folder of the file when left out
 * @throws {CommandFailure} for a file that can't be read, and for too many
 */
export async function readWithFiles(path: string, folder: string | undefined, io: Io): Promise<unknown> {
  const document = await loadProductFile(path, io);
  if (path === "-") return document;
  const home = dirname(resolve(path));
  const root = await realpath(folder ?? home);
  const first = basename(path);
  const files = new Map<string, unknown>();
  const waiting = [...listReferredFiles(first, document)];
  let bytes = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next === first || files.has(next)) continue;
    const text = await readBelow(root, resolve(home, next), next, io);
    if (text === undefined) continue;
    bytes += text.length;
    if (files.size === MAX_FILES || bytes > MAX_BYTES) {
      throw new CommandFailure(
        "failed",
        "FILES",
        `${path} refers to more than ${MAX_FILES} files, or to more than 10 MiB`,
        "Bundle them into one file first",
      );
    }
    const read = loadProductText(text, next);
    files.set(next, read);
    waiting.push(...listReferredFiles(next, read));
  }
  return bundleFiles({ path: first, document, files });
}

/** Returns undefined, with a note, for a file that is not to be read. */
async function readBelow(root: string, path: string, named: string, io: Io): Promise<string | undefined> {
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined || !READABLE.test(real)) {
    io.note(`note: The file ${named} is not there, or is no .yaml, .yml or .json file.\n`);
    return undefined;
  }
  const below = relative(root, real);
  if (below === ".." || below.startsWith(`..${sep}`) || resolve(root, below) !== real) {
    io.note(`note: The file ${named} was not read: it is not below ${root}. Give a folder with --files.\n`);
    return undefined;
  }
  return readFile(real, "utf8");
}
