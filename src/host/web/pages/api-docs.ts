/**
 * The documentation of the API: the OpenAPI document as pages, for everyone who reaches the server. Own products are not in it. A page
 * is rendered when it is first asked for.
 */
import express from "express";
import type { RequestHandler, Router } from "express";
import { describeErrors, describeGroups } from "../present/api-docs.ts";
import type { ApiDocument, GroupView } from "../present/api-docs.ts";
import type { Rooms } from "../rooms.ts";
import { compress, sendCompressed } from "./assets.ts";
import type { Assets, CompressedFile } from "./assets.ts";
import { apiCommand } from "./curl.ts";
import { API_DOCS, HOME } from "./paths.ts";
import type { Render } from "./render.ts";
import { setPageHeaders } from "./policy.ts";

export interface ApiDocsParts {
  /** The document, for this URL of the server. */
  readonly describeApi: (serverUrl: string) => ApiDocument;
  readonly rooms: Pick<Rooms, "baseUrl" | "href">;
  readonly render: Render;
  readonly assets: Pick<Assets, "version">;
}

/** The document for an address of the server, with the pages that were rendered of it. */
interface Edition {
  readonly baseUrl: string;
  readonly document: ApiDocument;
  readonly groups: readonly GroupView[];
  readonly pages: Map<string, CompressedFile>;
}

interface PageView {
  readonly view: string;
  readonly title: string;
  readonly path: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const ERRORS_PATH = `${API_DOCS}/errors`;
const toPath = ({ slug }: GroupView): string => `${API_DOCS}/${slug}`;

export function createApiDocsRouter({ rooms, describeApi, render, assets }: ApiDocsParts): Router {
  const { href } = rooms;
  const router = express.Router();
  let newest: Edition | undefined;

  function findEdition(): Edition {
    const baseUrl = rooms.baseUrl();
    if (newest?.baseUrl === baseUrl) return newest;
    const document = describeApi(baseUrl);
    newest = {
      baseUrl,
      document,
      groups: describeGroups(document),
      pages: new Map(),
    };
    return newest;
  }

  async function renderPage(
    { groups }: Edition,
    { view, title, path, data }: PageView,
  ): Promise<CompressedFile> {
    const nav = [
      ["Overview", API_DOCS] as const,
      ...groups.map((group) => [group.name, toPath(group)] as const),
      ["Error codes", ERRORS_PATH] as const,
      ["As JSON", "/api/openapi.json"] as const,
      ["Web app", HOME] as const,
    ];
    const html = await render(`/host/${view}`, {
      title,
      app: "Callboard API",
      home: href(API_DOCS),
      assets: href("/assets"),
      version: assets.version,
      nav: nav.map(([text, to]) => ({ text, href: href(to), current: to === path })),
      errorsPath: ERRORS_PATH,
      ...data,
    });
    return compress(Buffer.from(html));
  }

  const serve =
    (findView: (edition: Edition, slug: string) => PageView | undefined): RequestHandler =>
    async (request, response, next) => {
      const edition = findEdition();
      const view = findView(edition, String(request.params["group"]));
      if (view === undefined) {
        next();
        return;
      }
      const page = edition.pages.get(view.path) ?? (await renderPage(edition, view));
      edition.pages.set(view.path, page);
      response.setHeader("content-type", "text/html; charset=utf-8");
      response.setHeader("cache-control", "no-cache");
      sendCompressed(request, response, page);
    };

  router.use(setPageHeaders);
  router.get("/", serve(viewOverview));
  router.get("/errors", serve(viewErrors));
  router.get("/:group", serve(viewGroup));
  return router;
}

const viewOverview = ({ groups, document, baseUrl }: Edition): PageView => ({
  view: "api-docs",
  title: "Overview",
  path: API_DOCS,
  data: {
    baseUrl,
    about: document.info.description,
    groups: groups.map((group) => ({ ...group, path: toPath(group) })),
  },
});

const viewErrors = ({ document }: Edition): PageView => ({
  view: "api-docs-errors",
  title: "Error codes",
  path: ERRORS_PATH,
  data: { ...describeErrors(document) },
});

function viewGroup({ groups, baseUrl }: Edition, slug: string): PageView | undefined {
  const group = groups.find((each) => each.slug === slug);
  if (group === undefined) return undefined;
  const operations = group.operations.map((operation) => {
    const { method, example } = operation;
    return { ...operation, curl: apiCommand({ method, url: baseUrl + example.path, body: example.body }) };
  });
  return { view: "api-docs-group", title: group.name, path: toPath(group), data: { group, operations } };
}
