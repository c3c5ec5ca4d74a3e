/** Compiles TypeScript that is only in memory, as strictly as the repository itself. */
import { join } from "node:path";
import ts from "typescript";

const OPTIONS: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  skipDefaultLibCheck: true,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
  lib: ["lib.es2023.d.ts"],
  types: [],
  resolveJsonModule: true,
};
/** The files' own folder. The compiler looks for modules only in folders that exist. */
const FOLDER = import.meta.dirname;

/** Standard libraries are parsed once for all compilations. */
const libraries = new Map<string, ts.SourceFile | undefined>();

/**
 * Returns what the compiler reports, as `file:line: message`; nothing if the files compile. Declarations are checked too, unless
 * `skipLibCheck`, for files that import packages.
 */
export function compileTypes(
  files: Readonly<Record<string, string>>,
  { skipLibCheck = false }: { readonly skipLibCheck?: boolean } = {},
): readonly string[] {
  const options = { ...OPTIONS, skipLibCheck };
  const texts = new Map(Object.entries(files).map(([name, text]) => [join(FOLDER, name), text]));
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (path) => texts.has(path) || disk.fileExists(path),
    readFile: (path) => texts.get(path) ?? disk.readFile(path),
    getSourceFile: (path, language, ...others) => {
      const text = texts.get(path);
      if (text !== undefined) return ts.createSourceFile(path, text, language);
      if (!libraries.has(path)) libraries.set(path, disk.getSourceFile(path, language, ...others));
      return libraries.get(path);
    },
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const where = file === undefined ? "" : `${file.fileName.slice(FOLDER.length + 1)}:`;
    const line = file === undefined ? "" : `${file.getLineAndCharacterOfPosition(start).line + 1}: `;
    return where + line + ts.flattenDiagnosticMessageText(messageText, "\n");
  });
}
