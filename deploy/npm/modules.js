/** Modules of the build: what they import, and their types for programs that use `require`. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import ts from "typescript";

const isRelative = (specifier) => /^\.{1,2}\//.test(specifier);

/** Returns the specifiers that a module imports from, with their places in the text. */
const listImports = (text) => ts.preProcessFile(text, true, true).importedFiles;

/** The file that holds a specifier's types: those of `x.ts` and `x.js` are in `x.d.ts`. */
const toDeclaration = (path) => path.replace(/\.[jt]s$/, ".d.ts");

/**
 * Lists the files of a module and of everything that it imports, and the packages among that.
 * @param {string} entry a `.js` or a `.d.ts` file
 * @returns {{ files: string[], packages: string[] }} absolute paths, and the names of packages
 */
export function findClosure(entry) {
  const isDeclaration = entry.endsWith(".d.ts");
  const files = new Set();
  const packages = new Set();
  const queue = [resolve(entry)];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    for (const { fileName: specifier } of listImports(readFileSync(file, "utf8"))) {
      if (isRelative(specifier)) {
        const path = resolve(dirname(file), specifier);
        queue.push(isDeclaration ? toDeclaration(path) : path);
      } else if (!specifier.startsWith("node:")) {
        packages.add(specifier.startsWith("@") ? specifier.split("/", 2).join("/") : specifier.split("/")[0]);
      }
    }
  }
  return { files: [...files].sort(), packages: [...packages].sort() };
}

/** Returns a declaration file's text with relative specifiers that end in `extension`. */
export function pointTo(extension, text) {
  const parts = [];
  let from = 0;
  for (const { fileName, pos } of listImports(text)) {
    if (!isRelative(fileName)) continue;
    // The place is that of the opening quotation mark.
    parts.push(text.slice(from, pos + 1), fileName.replace(/\.[jt]s$/, extension));
    from = pos + 1 + fileName.length;
  }
  return parts.join("") + text.slice(from);
}

/**
 * Makes a module usable with `require`: its types once more as CommonJS ones, and a file that requires the module itself, so
 * that a program which does both has one instance of it.
 * @param {string} entry the module without its extension
 */
export function addCommonJs(entry) {
  for (const file of findClosure(`${entry}.d.ts`).files) {
    const text = readFileSync(file, "utf8");
    writeFileSync(file.replace(/\.ts$/, ".cts"), pointTo(".cjs", text));
    writeFileSync(file, pointTo(".js", text));
  }
  const name = entry.slice(entry.lastIndexOf("/") + 1);
  // A module may have one of its own.
  if (existsSync(`${entry}.cjs`)) return;
  writeFileSync(`${entry}.cjs`, `"use strict";\nmodule.exports = require("./${name}.js");\n`);
}

/** Returns the `exports` of a module that is usable with `import` and with `require`. */
export function describeExport(entry) {
  const path = `./${entry}`;
  return {
    import: { types: `${path}.d.ts`, default: `${path}.js` },
    require: { types: `${path}.d.cts`, default: `${path}.cjs` },
  };
}
