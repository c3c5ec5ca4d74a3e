/** How portals look, and where they may be embedded. */
import type { PortalLook } from "../../model/portal-look.ts";
import { MAX_LOGO_BYTES, MAX_ORIGINS, MAX_TITLE_LENGTH } from "../../model/portal-look.ts";
import { toAuthor } from "../present/values.ts";
import { PORTAL_LOOK } from "../schema/host.ts";
import { LINE_WITH_TEXT } from "../schema/parts.ts";
import { array, body, checkedByCode, nullable, string } from "../schema/schema.ts";
import { route } from "./route.ts";

const GROUP = "Portals";

const shown = ({ title, logo, origins }: PortalLook) => ({
  title: title ?? null,
  logo: logo?.type ?? null,
  origins,
});

export const portalRoutes = [
  route({
    id: "showPortalLook",
    method: "GET",
    path: "/portal-look",
    scope: "admin",
    group: GROUP,
    summary: "Show the title and logo of portals, and the origins that may embed them",
    success: { status: 200, description: "The look", schema: PORTAL_LOOK },
    handle: async (_call, { portalLooks }) => shown(await portalLooks.read()),
  }),
  route({
    id: "changePortalLook",
    method: "PATCH",
    path: "/portal-look",
    scope: "admin",
    group: GROUP,
    summary: "Change the title and logo of portals, and the origins that may embed them",
    body: body(
      {},
      {
        title: nullable(
          string(
            "Title in place of Callboard's; null removes it",
            {},
            {
              minLength: 1,
              maxLength: MAX_TITLE_LENGTH,
              ...LINE_WITH_TEXT,
            },
          ),
        ),
        logo: nullable(
          string(
            `A PNG, JPEG or WebP image of at most ${MAX_LOGO_BYTES / 1024} KiB, in base64; null removes it`,
          ),
        ),
        origins: checkedByCode(
          array(
            "Origins whose pages may have a portal in a frame",
            string("Origin, such as https://app.example.com"),
          ),
          { maxItems: MAX_ORIGINS },
        ),
      },
      { minProperties: 1 },
    ),
    example: { title: "Harbor webhooks", origins: ["https://app.example.com"] },
    success: { status: 200, description: "The look", schema: PORTAL_LOOK },
    errors: ["LOGO_INVALID"],
    handle: async (call, { portalLooks }) => shown(await portalLooks.change(call.body, toAuthor(call))),
  }),
];
