/** The Content-Security-Policy of pages, in place of the API's, which needs less. */
import type { RequestHandler, Response } from "express";
import { formatAncestors } from "../../model/portal-look.ts";
import type { PortalLook } from "../../model/portal-look.ts";

const formatPolicy = (ancestors: string): string =>
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
  `form-action 'self'; base-uri 'none'; frame-ancestors ${ancestors}`;

const WITHOUT_FRAMES = formatPolicy("'none'");

export const setPageHeaders: RequestHandler = (_request, response, next) => {
  response.setHeader("content-security-policy", WITHOUT_FRAMES);
  // Without a referrer a browser sends `Origin: null` with a form.
  response.setHeader("referrer-policy", "same-origin");
  next();
};

/** Lets pages of the listed origins have this page of a portal in a frame. */
export function allowFrames(response: Response, look: PortalLook): void {
  if (look.origins.length === 0) return;
  response.setHeader("content-security-policy", formatPolicy(formatAncestors(look)));
  // It knows no list of origins, and would forbid all of them.
  response.removeHeader("x-frame-options");
  response.setHeader("cross-origin-resource-policy", "cross-origin");
}
