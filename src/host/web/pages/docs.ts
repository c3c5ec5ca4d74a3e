/**
 * The documentation site: the documents as pages, the files that they link to, and a search, for everyone who reaches the server.
 * It is read when the first page is asked for; a page is rendered once.
 */
import { readFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import express from "express";
import type { Request, RequestHandler, Response, Router } from "express";
import { toLimitKey } from "../../model/addresses.ts";
import type { Origin } from "../http/origin.ts";
import { MAX_DOCS_SEARCH_LENGTH } from "../present/docs.ts";
import type { DocPage } from "../present/docs.ts";
import type { Rooms } from "../rooms.ts";
import { compress, sendCompressed } from "./assets.ts";
import type { Assets, CompressedFile } from "./assets.ts";
import { openLibrary, ROOT, toDocPath } from "./docs-library.ts";
import type { Library } from "./docs-library.ts";
import { API_DOCS, DOCS, HOME, toUrl } from "./paths.ts";
import type { Render } from "./render.ts";
import { setPageHeaders } from "./policy.ts";

const IMAGES = { png: "image/png", svg: "image/svg+xml" } as const;

export interface DocsParts {
  readonly rooms: Pick<Rooms, "href" | "rates">;
  readonly render: Render;
  readonly assets: Pick<Assets, "version">;
  readonly readOrigin: (request: IncomingMessage) => Origin;
}

interface View {
  readonly view: string;
  readonly title: string;
  readonly path: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export function createDocsRouter({ rooms, render, assets, readOrigin }: DocsParts): Router {
  const { href } = rooms;
  const router = express.Router();
  const rendered = new Map<string, CompressedFile>();

  async function renderView({ site }: Library, { view, title, path, data }: View): Promise<CompressedFile> {
    const html = await render(`/host/${view}`, {
      title,
      app: "Callboard",
      home: href(DOCS),
      assets: href("/assets"),
      version: assets.version,
      nav: [
        ...site.groups.flatMap(({ name, pages }) => [
          { heading: name },
          ...pages.map(({ slug, title: text }) => ({
            text,
            href: href(toDocPath(slug)),
            current: toDocPath(slug) === path,
          })),
        ]),
        { heading: "This server" },
        { text: "API", href: href(API_DOCS) },
        { text: "Web app", href: href(HOME) },
      ],
      search: "",
      maxSearchLength: MAX_DOCS_SEARCH_LENGTH,
      docsPath: DOCS,
      ...data,
    });
    return compress(Buffer.from(html));
  }

  async function sendView(request: Request, response: Response, library: Library, view: View): Promise<void> {
    const page = rendered.get(view.path) ?? (await renderView(library, view));
    rendered.set(view.path, page);
    sendHtml(request, response, page);
  }

  const searchPage: RequestHandler = async (request, response, next) => {
    const words = toUrl(request).searchParams.get("q")?.trim() ?? "";
    if (words === "") {
      next();
      return;
    }
    rooms.rates.docsSearches.take(toLimitKey(readOrigin(request).address));
    const library = await openLibrary();
    const matches = library
      .search(words)
      .map((match) => ({ ...match, path: toDocPath(match.slug) + (match.id === "" ? "" : `#${match.id}`) }));
    const data = { search: words.slice(0, MAX_DOCS_SEARCH_LENGTH), matches };
    const view = { view: "docs-search", title: "Search", path: "search", data };
    sendHtml(request, response, await renderView(library, view));
  };

  const documentPage: RequestHandler = async (request, response, next) => {
    const library = await openLibrary();
    const page = library.pages.get(String(request.params["slug"] ?? ""));
    if (page === undefined) {
      next();
      return;
    }
    await sendView(request, response, library, viewDocument(page, href));
  };

  const filePage: RequestHandler = async (request, response, next) => {
    const library = await openLibrary();
    const segments = request.params["path"] as unknown as readonly string[];
    const file = library.files.get(segments.join("/"));
    if (file === undefined) {
      next();
      return;
    }
    const path = `${DOCS}/files/${file.path}`;
    await sendView(request, response, library, { view: "docs-file", title: file.path, path, data: { file } });
  };

  const image: RequestHandler = async (request, response, next) => {
    const { site } = await openLibrary();
    const name = site.images.find((each) => each === request.params["name"]);
    if (name === undefined) {
      next();
      return;
    }
    response.setHeader("content-type", IMAGES[name.endsWith(".svg") ? "svg" : "png"]);
    response.setHeader("cache-control", "public, max-age=3600");
    response.end(await readFile(new URL(`docs/images/${name}`, ROOT)));
  };

  router.use(setPageHeaders);
  router.get("/", searchPage, documentPage);
  router.get("/images/:name", image);
  router.get("/files/*path", filePage);
  router.get("/:slug", documentPage);
  return router;
}

function viewDocument({ slug, title, html, headings }: DocPage, href: Rooms["href"]): View {
  return {
    view: "docs",
    title,
    path: toDocPath(slug),
    data: {
      headings: headings.filter(({ level }) => level === 2),
      // Text never has a quotation mark of its own: the builder escapes it.
      html: html.replaceAll(/ (href|src)="\//g, (_match, name: string) => ` ${name}="${href("/")}`),
    },
  };
}

function sendHtml(request: Request, response: Response, page: CompressedFile): void {
  response.setHeader("content-type", "text/html; charset=utf-8");
  response.setHeader("cache-control", "no-cache");
  sendCompressed(request, response, page);
}
