/** Paths of the web app and of the documentation, without the base path of the server. */
import type { Request } from "express";

export const HOME = "/admin";
export const LOGIN = "/admin/login";
export const SEARCH = "/admin/search";
export const START = "/admin/start";
export const PORTAL_LOGO = "/assets/portal-logo";
export const LIVE = "/admin/live";
export const API_DOCS = "/api/docs";
export const DOCS = "/docs";

/** Returns the URL of a request. Its host is a placeholder: the Host header was checked before. */
export function toUrl(request: Request): URL {
  return new URL(request.originalUrl, "http://host");
}

/** Returns the path and query of a page of the web app, and its home page for any other text. */
export function toLocalPath(to: string | null): string {
  if (to === null || !to.startsWith(HOME)) return HOME;
  const url = new URL(to, "http://host");
  return url.host === "host" && /^\/admin(?:\/|$)/.test(url.pathname) ? url.pathname + url.search : HOME;
}
