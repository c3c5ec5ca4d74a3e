/**
 * Makes the documentation site: `dist/docs/site.json`, which the server shows at `/docs`. Its pages are the documents of `docs/`
 * and of the project's root, and the files of the repository that these link to. `docs/index.md` is the first page, and its
 * headings and lists are the navigation. A link that leads to no file or heading, and a document that the first page doesn't
 * list, are reported; with `--strict` they fail the build.
 */
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { renderDocument } from "./markdown.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TARGET = join(ROOT, "dist/docs/site.json");
const INDEX = "docs/index.md";
const MAX_FILE_BYTES = 64 * 1024;

const read = (path) => readFileSync(join(ROOT, path), "utf8");
const isDocument = (path) => /^(?:docs\/)?[\w-]+\.md$/.test(path);

/** "docs/delivery.md" → "delivery", "CHANGELOG.md" → "project-changelog". The first page has none. */
function toSlug(path) {
  if (path === INDEX) return "";
  const name = posix.basename(path, ".md").toLowerCase().replaceAll("_", "-");
  return path.startsWith("docs/") ? name : `project-${name}`;
}
const toAddress = (slug) => (slug === "" ? "/docs" : `/docs/${slug}`);

/** Tools for this repository alone, which the package doesn't have either. */
const isTool = (path) =>
  /(?:^|\/)(?:node_modules|target)\/|(?:-lock\.json|\.sum)$|^deploy\/(?:npm|docs)\//.test(path);

const listFiles = (folder) =>
  readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => posix.join(relative(ROOT, entry.parentPath), entry.name))
    .filter((path) => !isTool(path))
    .sort();

/** Collects what the documents link to: further documents, files, folders and images. */
function createSite() {
  const documents = new Map();
  const files = new Map();
  const images = new Set();
  const anchors = [];
  const problems = [];
  const queue = [
    INDEX,
    ...readdirSync(join(ROOT, "docs"))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${name}`),
  ];

  function addFile(path) {
    if (files.has(path)) return;
    files.set(path, undefined);
    if (statSync(join(ROOT, path)).isDirectory()) {
      const paths = listFiles(path);
      files.set(path, { paths });
      paths.forEach(addFile);
      return;
    }
    const text = read(path);
    if (text.length > MAX_FILE_BYTES) throw new Error(`${path} is too large for a page`);
    files.set(path, { text });
  }

  /** Returns the address of a link's target. */
  const resolveFrom = (from) => (address) => {
    if (/^[a-z]+:/.test(address)) return address;
    const [target, anchor] = decodeURI(address).split("#");
    const path = target === "" ? from : posix.normalize(posix.join(posix.dirname(from), target));
    if (path.startsWith("..") || !existsSync(join(ROOT, path))) {
      problems.push(`${from}: there is no ${path}`);
      return "/docs";
    }
    if (/\.(?:png|svg)$/.test(path)) {
      images.add(posix.basename(path));
      return `/docs/images/${posix.basename(path)}`;
    }
    if (!isDocument(path)) {
      addFile(path.replace(/\/$/, ""));
      return `/docs/files/${path.replace(/\/$/, "")}`;
    }
    if (!documents.has(path)) queue.push(path);
    if (anchor !== undefined) anchors.push({ from, path, anchor });
    return toAddress(toSlug(path)) + (anchor === undefined ? "" : `#${anchor}`);
  };

  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (!documents.has(path)) documents.set(path, renderDocument(read(path), resolveFrom(path)));
  }
  for (const { from, path, anchor } of anchors) {
    const isThere = documents.get(path).headings.some(({ id }) => id === anchor);
    if (!isThere) problems.push(`${from}: there is no heading ${path}#${anchor}`);
  }
  return { documents, files, images, problems };
}

/** The navigation: a group for each heading of the first page, with the documents that are linked below it. */
function readGroups() {
  return read(INDEX)
    .split(/^## /m)
    .slice(1)
    .map((part) => ({
      name: part.slice(0, part.indexOf("\n")),
      pages: [...part.matchAll(/^- \[([^\]]+)\]\(([^)#]+\.md)\)/gm)].map(([, title, target]) => ({
        slug: toSlug(posix.join("docs", target)),
        title,
      })),
    }));
}

const { documents, files, images, problems } = createSite();
const groups = readGroups();
const listed = new Set(groups.flatMap(({ pages }) => pages.map(({ slug }) => slug)));
for (const path of documents.keys()) {
  if (path !== INDEX && path.startsWith("docs/") && !listed.has(toSlug(path)))
    problems.push(`${INDEX} doesn't list ${path}`);
}

const site = {
  groups,
  pages: [...documents].map(([path, page]) => ({ slug: toSlug(path), ...page })),
  files: [...files].map(([path, file]) => ({ path, ...file })),
  images: [...images],
};
mkdirSync(dirname(TARGET), { recursive: true });
writeFileSync(`${TARGET}.new`, JSON.stringify(site));
renameSync(`${TARGET}.new`, TARGET);
for (const problem of problems) console.error(problem);
if (problems.length > 0 && process.argv.includes("--strict")) process.exitCode = 1;
