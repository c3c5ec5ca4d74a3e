/** Sites: one product instance each. */
import { EXAMPLE_PRODUCT } from "../../../catalogue/examples.ts";
import { RESERVED_SITE_KEYS } from "../../registry/sites.ts";
import type { SiteChange } from "../../store/tables/sites.ts";
import { TO_LOOK_UP } from "../http/access.ts";
import { route } from "./route.ts";
import type { Rooms } from "../rooms.ts";
import { toAuthor, isoTime, presentList } from "../present/values.ts";
import type { Site } from "../../model/site.ts";
import { LINE } from "../schema/parts.ts";
import { body, checkedByCode, nullable, choice, openChoice, string } from "../schema/schema.ts";
import type { ValueOf } from "../schema/schema.ts";
import {
  INSTALL_SIGNING,
  RETRY_PROFILE_NAMES,
  SITE,
  SITE_KEY,
  SITE_OPTIONS,
  SITE_PAGE,
} from "../schema/site.ts";
import { pageList } from "../../model/list-page.ts";
import { PAGE_PARAMETERS, readPage, listReachedSites } from "../http/query.ts";

const GROUP = "Sites";

const shown = (site: Site, { sites }: Rooms) => ({
  key: site.key,
  product: site.product,
  name: site.name,
  baseUrl: sites.getBaseUrl(site),
  clientKey: site.clientKey,
  retryProfile: site.retryProfile ?? null,
  installSigning: site.installSigning,
  options: site.options,
  createdAt: isoTime(site.createdAt),
});

const NAME = string("Display name", { minLength: 1, maxLength: 100 }, LINE);
const CHANGEABLE = {
  baseUrl: nullable(
    string("URL of the site for add-ons; null derives it from the server's", {
      maxLength: 2048,
      format: "uri",
    }),
  ),
  retryProfile: nullable(choice("Retry schedule; null for that of the product", RETRY_PROFILE_NAMES)),
  installSigning: INSTALL_SIGNING,
  options: SITE_OPTIONS,
};
const CHANGE = body({}, { name: NAME, ...CHANGEABLE }, { minProperties: 1 });

type Change = ValueOf<typeof CHANGE>;

/** null in a request takes a value back; what is not there stays as it is. */
function toChange({ baseUrl, retryProfile, ...rest }: Change): Partial<SiteChange> {
  return {
    ...rest,
    ...(baseUrl === undefined ? {} : { baseUrl: baseUrl ?? undefined }),
    ...(retryProfile === undefined ? {} : { retryProfile: retryProfile ?? undefined }),
  };
}

export const siteRoutes = [
  route({
    id: "listSites",
    method: "GET",
    path: "/sites",
    scope: TO_LOOK_UP,
    reach: "handler",
    subject: "own",
    group: GROUP,
    summary: "List the sites",
    query: PAGE_PARAMETERS,
    success: { status: 200, description: "The sites that the token reaches", schema: SITE_PAGE },
    handle: async ({ query, caller }, rooms) => {
      const keys = new Set(await listReachedSites(undefined, caller, rooms));
      const reached = (await rooms.sites.list()).filter(({ key }) => keys.has(key));
      return presentList(
        pageList(reached, readPage(query), ({ key }) => key),
        (site) => shown(site, rooms),
      );
    },
  }),
  route({
    id: "createSite",
    method: "POST",
    path: "/sites",
    scope: "admin",
    group: GROUP,
    summary: "Create a site",
    body: ({ siteProducts }) =>
      body(
        {
          key: checkedByCode(SITE_KEY, { not: { enum: RESERVED_SITE_KEYS } }),
          product: openChoice(
            "Key of the product",
            siteProducts.map(({ key }) => key),
          ),
          name: NAME,
        },
        CHANGEABLE,
      ),
    example: { key: "board", product: EXAMPLE_PRODUCT, name: "Board" },
    success: { status: 201, description: "The site", schema: SITE },
    errors: ["CONFLICT", "URL_INVALID"],
    handle: async (call, rooms) => {
      const { baseUrl, retryProfile, ...rest } = call.body;
      const site = await rooms.registry.createSite(
        {
          ...rest,
          ...(typeof baseUrl === "string" ? { baseUrl } : {}),
          ...(typeof retryProfile === "string" ? { retryProfile } : {}),
        },
        toAuthor(call),
      );
      return shown(site, rooms);
    },
  }),
  route({
    id: "showSite",
    method: "GET",
    path: "/sites/{site}",
    scope: TO_LOOK_UP,
    group: GROUP,
    summary: "Show a site",
    success: { status: 200, description: "The site", schema: SITE },
    handle: async ({ params }, rooms) => shown(await rooms.sites.load(params["site"] ?? ""), rooms),
  }),
  route({
    id: "changeSite",
    method: "PATCH",
    path: "/sites/{site}",
    scope: "admin",
    group: GROUP,
    summary: "Change a site; a new baseUrl is sent to its add-ons",
    body: CHANGE,
    example: { name: "Board of the harbor" },
    success: { status: 200, description: "The site as it is now", schema: SITE },
    errors: ["URL_INVALID"],
    handle: async (call, rooms) =>
      shown(
        await rooms.registry.changeSite(call.params["site"] ?? "", toChange(call.body), toAuthor(call)),
        rooms,
      ),
  }),
  route({
    id: "deleteSite",
    method: "DELETE",
    path: "/sites/{site}",
    scope: "admin",
    reach: "host",
    group: GROUP,
    summary: "Delete a site with its deliveries, and uninstall its add-ons",
    success: { status: 204, description: "It is gone" },
    errors: ["CONFLICT"],
    handle: async (call, { registry }) => registry.removeSite(call.params["site"] ?? "", toAuthor(call)),
  }),
];
