/** The source as tests of its structure see it: which file imports which, and what a file says of itself. */
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

export const SRC = join(import.meta.dirname, "../../src");

export interface Import {
  /** As written: a package, or a path relative to the importing file. */
  readonly path: string;
  /** The imported file as a path below `src`; undefined for a package. */
  readonly file: string | undefined;
  readonly isType: boolean;
  /** Loaded when the importing file asks for it, not with it. */
  readonly isOnDemand: boolean;
}

export interface SourceFile {
  /** Path below `src`. */
  readonly file: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

const IMPORT = /^(?:import|export)\s+(type\s)?[^;]*?from "([^"]+)"|\bimport\("([^"]+)"\)/gm;

export function readSource(file: string, folder = SRC): SourceFile {
  const text = readFileSync(join(folder, file), "utf8");
  const imports = [...text.matchAll(IMPORT)].map((match) => {
    const path = (match[2] ?? match[3])!;
    return {
      path,
      file: path.startsWith(".") ? normalize(join(dirname(file), path)) : undefined,
      isType: match[1] !== undefined,
      isOnDemand: match[3] !== undefined,
    };
  });
  return { file, text, imports };
}

export function readSources(folder = SRC): readonly SourceFile[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .toSorted()
    .map((file) => readSource(file, folder));
}

/** The comment with which a file begins; empty when there is none. */
export function openingComment({ text }: SourceFile): string {
  return /^(?:#!.*\n)?\/\*\*[\s\S]*?\*\//.exec(text)?.[0] ?? "";
}

/** Groups of files that import each other, directly or by way of others. */
export function circles(sources: readonly SourceFile[]): readonly (readonly string[])[] {
  const targets = new Map(
    sources.map(({ file, imports }) => [file, imports.flatMap((each) => each.file ?? [])]),
  );
  const reached = new Map<string, ReadonlySet<string>>();
  for (const file of targets.keys()) {
    const found = new Set<string>();
    const next = [...(targets.get(file) ?? [])];
    for (let at = next.pop(); at !== undefined; at = next.pop()) {
      if (found.has(at)) continue;
      found.add(at);
      next.push(...(targets.get(at) ?? []));
    }
    reached.set(file, found);
  }
  const inCircles = [...targets.keys()].filter((file) => reached.get(file)?.has(file));
  const groups = inCircles.map((file) =>
    inCircles.filter((other) => reached.get(file)?.has(other) && reached.get(other)?.has(file)).join(" "),
  );
  return [...new Set(groups)].map((group) => group.split(" "));
}

/** What Node loads with a file, before it runs the first line of it. */
export function loadedWith(
  entry: string,
  sources: readonly SourceFile[],
): { readonly files: readonly string[]; readonly packages: readonly string[] } {
  const byFile = new Map(sources.map((source) => [source.file, source]));
  const files = new Set([entry]);
  const packages = new Set<string>();
  // Files that are added meanwhile are visited, too.
  for (const file of files) {
    for (const { path, file: imported, isType, isOnDemand } of byFile.get(file)?.imports ?? []) {
      if (isType || isOnDemand) continue;
      if (imported !== undefined) files.add(imported);
      else if (!path.startsWith("node:")) packages.add(path);
    }
  }
  return { files: [...files].toSorted(), packages: [...packages].toSorted() };
}
