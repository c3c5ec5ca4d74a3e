/**
 * The same for CommonJS: Node loads ES modules by `require`. Jest runs CommonJS in a module system of its own, which doesn't; there,
 * Node itself imports them when the first host is created, and the error classes are known by their `code` alone.
 */
/* eslint-disable @typescript-eslint/no-require-imports, @typescript-eslint/consistent-type-imports, @typescript-eslint/no-unsafe-assignment -- CommonJS */
type Testing = typeof import("./index.js", { with: { "resolution-mode": "import" } });

function loadTesting(): Pick<Testing, "createTestHost"> {
  try {
    return require("./index.js") as Testing;
  } catch {
    const { Script, constants } = require("node:vm") as typeof import("node:vm");
    const { pathToFileURL } = require("node:url") as typeof import("node:url");
    // In Node's own context, whichever context this one is.
    const load = new Script("(url) => import(url)", {
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    }).runInThisContext() as (url: string) => Promise<Testing>;
    const url = pathToFileURL(`${__dirname}/index.js`).href;
    return { createTestHost: async (options) => (await load(url)).createTestHost(options) };
  }
}

module.exports = loadTesting();
