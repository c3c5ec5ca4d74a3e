/** Sends the answer of a page: a view in the frame of the web app, a redirect or a file. */
import type { Request, Response } from "express";
import { meetsNeed } from "../http/access.ts";
import type { Caller } from "../http/access.ts";
import type { Rooms } from "../rooms.ts";
import type { Assets } from "./assets.ts";
import { sendPage } from "./compressed.ts";
import { CSRF_FIELD, maskFormToken } from "./form.ts";
import { listCrumbs, toSiteSwitch } from "./frame.ts";
import type { SiteSwitch } from "./frame.ts";
import { noticeText } from "./notices.ts";
import type { PageAnswer, ViewAnswer } from "./page.ts";
import { API_DOCS, DOCS, HOME, LIVE, SEARCH, START, toUrl } from "./paths.ts";
import { allowFrames } from "./policy.ts";
import { toPortalFrame, toPortalNavigation } from "./portal-frame.ts";
import type { Render } from "./render.ts";
import { navigation } from "./sections.ts";
import type { NavPlace } from "./sections.ts";
import { findSiteKey } from "./site-place.ts";
import { isOfHost } from "./visitors.ts";
import type { Visitor } from "./visitors.ts";

export interface SenderParts {
  readonly rooms: Pick<Rooms, "href" | "receivers" | "portalLooks" | "searchIndex" | "sites">;
  readonly render: Render;
  readonly assets: Pick<Assets, "version">;
  /** Text on every page after login, for example that deliveries can reach private networks. */
  readonly banner: string | undefined;
  /** Further texts for administrators of the server, for example that it is used over http. */
  readonly warnings: readonly string[];
}

/** A view; pages before login belong to no section. */
type SentView = Omit<ViewAnswer, "section"> &
  Partial<Pick<ViewAnswer, "section">> & {
    /** A page before the login to a portal, which may be in a frame as the portal's own pages. */
    readonly isOfPortal?: boolean;
  };

interface Place extends NavPlace {
  readonly crumbs: readonly { readonly text: string; readonly href: string }[];
  readonly siteSwitch: SiteSwitch | undefined;
}

interface PortalFrameParts {
  readonly place: Place | undefined;
  readonly isOfPortal: boolean;
}

export interface Sender {
  /** Redirects to a page of the web app. */
  readonly goTo: (response: Response, to: string, notice?: string) => void;
  readonly sendView: (
    request: Request,
    response: Response,
    visitor: Visitor | undefined,
    view: SentView,
  ) => Promise<void>;
  readonly send: (
    request: Request,
    response: Response,
    visitor: Visitor,
    answer: PageAnswer,
  ) => Promise<void>;
}

export function createSender({ rooms, render, assets, banner, warnings }: SenderParts): Sender {
  const { href } = rooms;

  function listBanners(caller: Caller): string | undefined {
    const all = [banner ?? "", ...(isOfHost(caller) ? warnings : [])].filter((text) => text !== "");
    return all.length === 0 ? undefined : all.join(" ");
  }

  /** Where a page with navigation is. */
  function readPlace(
    request: Request,
    { caller }: Visitor,
    { section, parents = [] }: SentView,
  ): Place | undefined {
    if (section === undefined) return undefined;
    const url = toUrl(request);
    const address = { path: url.pathname, query: url.searchParams };
    const sites = rooms.searchIndex.listSites(caller);
    const asked = sites.length < 2 ? undefined : findSiteKey(address, rooms.sites.findKey);
    const siteKey = sites.find(({ key }) => key === asked)?.key;
    return {
      current: section,
      siteKey,
      href,
      crumbs: listCrumbs({ section, address, siteKey, parents }).map(({ text, path }) => ({
        text,
        href: href(path),
      })),
      siteSwitch: toSiteSwitch(address, sites, siteKey, href),
    };
  }

  function toFrame(visitor: Visitor | undefined, place: Place | undefined) {
    if (visitor === undefined) {
      return { nav: undefined, who: undefined, banner: undefined, csrf: "", may: () => false };
    }
    const { caller } = visitor;
    const csrf = maskFormToken(visitor.csrf);
    return {
      docs: href(DOCS),
      apiDocs: href(API_DOCS),
      find: href(SEARCH),
      startHref: href(START),
      crumbs: place?.crumbs,
      siteSwitch: place?.siteSwitch,
      nav: place && navigation(place, isOfHost(caller), rooms.receivers.inspectorUrl()),
      who: { text: caller.actor.replace(/^token:/, ""), logout: href("/admin/logout"), csrf },
      banner: listBanners(caller),
      csrf: `<input type="hidden" name="${CSRF_FIELD}" value="${csrf}">`,
      may: (scope: "admin" | "events:write") => meetsNeed(caller, { scope, isOpenToPortals: true }),
    };
  }

  /** What is different on a page of a portal, which other origins may have in a frame. */
  async function toPortalParts(response: Response, visitor: Visitor | undefined, frame: PortalFrameParts) {
    const portal = visitor?.caller.portal;
    if (portal === undefined && !frame.isOfPortal) return {};
    const look = await rooms.portalLooks.read();
    allowFrames(response, look);
    const looks = toPortalFrame(look, href);
    if (portal === undefined || visitor === undefined) return looks;
    const { whose, ...navigation } = toPortalNavigation(portal, frame.place);
    const who = { text: whose, logout: href("/admin/logout"), csrf: maskFormToken(visitor.csrf) };
    return { ...looks, ...navigation, who };
  }

  const sendView: Sender["sendView"] = async (request, response, visitor, answer) => {
    const { view, title, data, status = 200, live = false } = answer;
    const place = visitor && readPlace(request, visitor, answer);
    const notice = noticeText(toUrl(request).searchParams.get("notice"));
    const html = await render(`/host/${view}`, {
      title,
      app: "Callboard",
      home: href(HOME),
      assets: href("/assets"),
      version: assets.version,
      live: live ? href(LIVE) : undefined,
      notice: notice === undefined ? undefined : { kind: "good", text: notice },
      portal: false,
      ...toFrame(visitor, place),
      ...(await toPortalParts(response, visitor, { place, isOfPortal: answer.isOfPortal === true })),
      ...data,
    });
    response.status(status).setHeader("cache-control", "no-store");
    await sendPage(request, response.type("text/html; charset=utf-8"), html);
  };

  const goTo: Sender["goTo"] = (response, to, notice) => {
    response.setHeader("cache-control", "no-store");
    response.redirect(303, href(withNotice(to, notice)));
  };

  return {
    goTo,
    sendView,
    send: async (request, response, visitor, answer) => {
      switch (answer.kind) {
        case "view":
          return sendView(request, response, visitor, answer);
        case "redirect":
          goTo(response, answer.to, answer.notice);
          return;
        case "file":
          return sendFile(response, answer);
      }
    },
  };
}

async function sendFile(
  response: Response,
  { name, contentType, body }: Extract<PageAnswer, { readonly kind: "file" }>,
): Promise<void> {
  response.setHeader("cache-control", "no-store");
  response.setHeader("content-disposition", `attachment; filename="${name}"`);
  response.type(contentType);
  if (typeof body === "string" || Buffer.isBuffer(body)) {
    response.end(body);
    return;
  }
  for await (const part of body) {
    if (response.destroyed) return;
    if (!response.write(part)) await drained(response);
  }
  response.end();
}

function drained(response: Response): Promise<void> {
  return new Promise((resolve) => {
    response.once("drain", resolve).once("close", resolve);
  });
}

function withNotice(to: string, notice: string | undefined): string {
  if (notice === undefined) return to;
  const url = new URL(to, "http://host");
  url.searchParams.set("notice", notice);
  return url.pathname + url.search + url.hash;
}
