/** The frame of a portal's pages: title and logo of the administrators' choice, and the portal's own navigation. */
import { createHash } from "node:crypto";
import type { Response } from "express";
import { CallboardError } from "../../../errors.ts";
import type { Href } from "../../model/base-path.ts";
import { describePortal } from "../../model/portal.ts";
import type { Portal } from "../../model/portal.ts";
import type { Logo, PortalLook } from "../../model/portal-look.ts";
import { PORTAL_LOGO } from "./paths.ts";
import { portalNavigation } from "./sections.ts";
import type { NavPlace } from "./sections.ts";

/** Browsers keep a logo for this time. Its address changes with it. */
const LOGO_CACHE = "public, max-age=86400";

/** The values of the layout that replace those of the whole web app. */
export function toPortalFrame(look: PortalLook, href: Href) {
  const logoPath = look.logo === undefined ? undefined : toLogoPath(look.logo);
  return {
    app: look.title ?? "Callboard",
    logo: logoPath === undefined ? undefined : href(logoPath),
    logoPath,
    live: undefined,
    portal: true,
  };
}

/** The same of a page within the portal. */
export const toPortalNavigation = (portal: Portal, place: NavPlace | undefined) => ({
  apiDocs: undefined,
  startHref: undefined,
  banner: undefined,
  nav: place === undefined ? undefined : portalNavigation(place, portal),
  whose: describePortal(portal),
});

/** @throws {CallboardError} NOT_FOUND without a logo */
export function sendLogo(response: Response, { logo }: PortalLook): void {
  if (logo === undefined) throw new CallboardError("NOT_FOUND", "Portals have no logo");
  response.setHeader("content-type", logo.type);
  response.setHeader("cache-control", LOGO_CACHE);
  response.end(Buffer.from(logo.base64, "base64"));
}

/** The path of a logo, which changes with it. */
export const toLogoPath = ({ base64 }: Logo): string =>
  `${PORTAL_LOGO}?v=${createHash("sha256").update(base64).digest("hex").slice(0, 12)}`;
