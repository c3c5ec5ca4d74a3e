/**
 * Makes the small packages out of the build: a folder for each below `dist-packages/`, ready for `npm publish`. Each has the
 * modules of one import path of `callboard` and nothing else. Run it after `npm run build`.
 */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { addCommonJs, findClosure, describeExport } from "./modules.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

/** The packages, by the import path of `callboard` that each is made from. */
const PACKAGES = {
  addon: {
    name: "@callboard/addon",
    description:
      "The toolkit of Callboard for add-ons: verifies lifecycle callbacks and webhooks, and keeps tenants",
    readme: "docs/addon.md",
    peerDependencies: { express: "^4.21.0 || ^5.0.0" },
    /** Needed for types only. */
    typePackages: ["@types/express", "@types/node"],
  },
  client: {
    name: "@callboard/client",
    description: "The typed client of Callboard's REST API",
    readme: "docs/client.md",
  },
};

/** Names the small package, and leaves out links to documents that it doesn't have. */
function adaptReadme(text, path, name) {
  return text.replaceAll(`callboard/${path}`, name).replace(/(?<!!)\[([^\]]+)\]\((?!https?:)[^)]*\)/g, "$1");
}

/** @returns {string} the package's folder */
function buildPackage(path, { readme, peerDependencies = {}, typePackages = [], ...about }) {
  const folder = join(ROOT, "dist-packages", path);
  rmSync(folder, { recursive: true, force: true });
  const source = join(ROOT, "dist", path, "index");
  const code = findClosure(`${source}.js`);
  for (const file of [...code.files, ...findClosure(`${source}.d.ts`).files]) {
    const target = join(folder, relative(ROOT, file));
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(file, target);
  }
  const entry = `dist/${path}/index`;
  addCommonJs(join(folder, entry));
  writeFileSync(
    join(folder, "README.md"),
    adaptReadme(readFileSync(join(ROOT, readme), "utf8"), path, about.name),
  );

  const own = code.packages.filter((name) => !(name in peerDependencies));
  const peers = { ...peerDependencies, ...Object.fromEntries(typePackages.map((name) => [name, "*"])) };
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify(
      {
        ...about,
        version: manifest.version,
        license: manifest.license,
        type: "module",
        engines: manifest.engines,
        exports: { ".": describeExport(entry), "./package.json": "./package.json" },
        files: ["dist"],
        sideEffects: false,
        dependencies: Object.fromEntries(own.map((name) => [name, manifest.dependencies[name]])),
        peerDependencies: peers,
        peerDependenciesMeta: Object.fromEntries(typePackages.map((name) => [name, { optional: true }])),
      },
      null,
      2,
    ),
  );
  return folder;
}

for (const [path, about] of Object.entries(PACKAGES)) console.log(buildPackage(path, about));
