/** Sites: one product instance each. */
import { RETRY_SCHEDULES } from "../../model/retry-schedules.ts";
import type { SiteChange } from "../../store/tables/sites.ts";
import { TO_LOOK_UP } from "../http/access.ts";
import { route } from "./route.ts";
import type { Rooms } from "../rooms.ts";
import { toAuthor, isoTime } from "../present/values.ts";
import type { InstallSigning, Site, SiteOptions } from "../../model/site.ts";

const GROUP = "Sites";

const shown = (site: Site, { sites }: Rooms) => ({
  key: site.key,
  product: site.product,
  name: site.name,
  baseUrl: sites.baseUrlOf(site),
  clientKey: site.clientKey,
  retryProfile: site.retryProfile ?? null,
  installSigning: site.installSigning,
  options: site.options,
  createdAt: isoTime(site.createdAt),
});

const RETRY_PROFILE = {
  enum: [...Object.keys(RETRY_SCHEDULES), null],
  description: "null = that of the product",
};
const BASE_URL = {
  type: ["string", "null"],
  maxLength: 2048,
  description: "null = derived from this server's",
};
const NAME = { type: "string", minLength: 1, maxLength: 100 };
const INSTALL_SIGNING = { enum: ["signed", "legacy"] };
const OPTIONS = {
  type: "object",
  additionalProperties: false,
  properties: { envelope: { enum: ["connect", "cloud"] }, userParameters: { type: "boolean" } },
};

interface NewSite {
  readonly key: string;
  readonly product: string;
  readonly name: string;
  readonly baseUrl?: string | null;
  readonly retryProfile?: string | null;
  readonly installSigning?: InstallSigning;
  readonly options?: SiteOptions;
}

type Change = Partial<Omit<NewSite, "key" | "product">>;

/** null in a request takes a value back; what is not there stays as it is. */
function changeOf({ baseUrl, retryProfile, ...rest }: Change): Partial<SiteChange> {
  return {
    ...rest,
    ...(baseUrl === undefined ? {} : { baseUrl: baseUrl ?? undefined }),
    ...(retryProfile === undefined ? {} : { retryProfile: retryProfile ?? undefined }),
  };
}

export const siteRoutes = [
  route({
    method: "GET",
    path: "/sites",
    scope: TO_LOOK_UP,
    reach: "handler",
    group: GROUP,
    summary: "List the sites",
    success: { status: 200, description: "The sites that the token reaches" },
    handle: async ({ caller }, rooms) => {
      const all = await rooms.sites.list();
      const reached = all.filter(({ key }) => caller.siteKey === undefined || caller.siteKey === key);
      return { items: reached.map((site) => shown(site, rooms)), next: null };
    },
  }),
  route<NewSite>({
    method: "POST",
    path: "/sites",
    scope: "admin",
    group: GROUP,
    summary: "Add a site",
    body: ({ siteProducts }) => ({
      type: "object",
      required: ["key", "product", "name"],
      additionalProperties: false,
      properties: {
        key: { type: "string", description: "Fixed for ever; [a-z][a-z0-9-]{0,31}" },
        product: { enum: siteProducts.map(({ key }) => key) },
        name: NAME,
        baseUrl: BASE_URL,
        retryProfile: RETRY_PROFILE,
        installSigning: INSTALL_SIGNING,
        options: OPTIONS,
      },
    }),
    success: { status: 201, description: "The site" },
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
    method: "GET",
    path: "/sites/{site}",
    scope: TO_LOOK_UP,
    group: GROUP,
    summary: "Show a site",
    success: { status: 200, description: "The site" },
    handle: async ({ params }, rooms) => shown(await rooms.sites.load(params["site"] ?? ""), rooms),
  }),
  route<Change>({
    method: "PATCH",
    path: "/sites/{site}",
    scope: "admin",
    group: GROUP,
    summary: "Change a site; a new baseUrl is told to its add-ons",
    body: {
      type: "object",
      additionalProperties: false,
      minProperties: 1,
      properties: {
        name: NAME,
        baseUrl: BASE_URL,
        retryProfile: RETRY_PROFILE,
        installSigning: INSTALL_SIGNING,
        options: OPTIONS,
      },
    },
    success: { status: 200, description: "The site as it is now" },
    handle: async (call, rooms) =>
      shown(
        await rooms.registry.changeSite(call.params["site"] ?? "", changeOf(call.body), toAuthor(call)),
        rooms,
      ),
  }),
  route({
    method: "DELETE",
    path: "/sites/{site}",
    scope: "admin",
    reach: "host",
    group: GROUP,
    summary: "Uninstall every add-on of a site, and remove it with its sent log",
    success: { status: 204, description: "It is gone" },
    handle: async (call, { registry }) => registry.removeSite(call.params["site"] ?? "", toAuthor(call)),
  }),
];
