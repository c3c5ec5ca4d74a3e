/** Get started: an ACE app, the Inspector and the API, each with the lines to copy for this very server. */
import { isOperational } from "../../../catalogue/index.ts";
import { hostsEntry } from "../../model/hosts-entry.ts";
import type { Site } from "../../model/site.ts";
import { isOfHost } from "./visitors.ts";
import { sitesWithAddons } from "./addons.ts";
import { apiCommand } from "./curl.ts";
import { ofHost } from "./page.ts";
import type { Page, ViewAnswer, Visit } from "./page.ts";
import { START } from "./paths.ts";
import type { Rooms } from "../rooms.ts";

/** Where `callboard inspect` listens by default. */
const INSPECTOR = "http://127.0.0.1:2991";
const TOKEN_NAME = "Get started";
const NO_TOKEN = "<API token>";

/** Returns what the steps show; undefined without a site. `token` was created for them just now. */
export function startView({ caller, query }: Visit, rooms: Rooms, token?: string) {
  const reached = rooms.searchIndex.listSites(caller).filter(({ product }) => !isOfServer(product, rooms));
  const forAddons = sitesWithAddons(
    reached.map(({ key }) => key),
    rooms,
  );
  const asked = query.get("site");
  const site = reached.find(({ key }) => key === asked) ?? reached.find(({ key }) => forAddons.includes(key));
  if (site === undefined) return undefined;
  const baseUrl = rooms.baseUrl();
  return {
    site: site.key,
    hasAddons: forAddons.includes(site.key),
    canMakeToken: isOfHost(caller),
    token,
    hosts: `"hosts": [${JSON.stringify(hostsEntry(baseUrl, token ?? NO_TOKEN, `/${site.key}`))}]`,
    keys: `CONNECT_KEYS_CDN_URL=${baseUrl}/keys`,
    environment: formatEnvironment(baseUrl, token),
    inspectorUrl: rooms.receivers.inspectorUrl(),
    inspectorDescriptor: `${INSPECTOR}/${site.product}/atlassian-connect.json`,
    ...listCommands(site, baseUrl, rooms),
  };
}

const isOfServer = (product: string, { catalogue }: Rooms): boolean => catalogue.get(product).isOperational;

const formatEnvironment = (baseUrl: string, token = NO_TOKEN): string =>
  `export CALLBOARD_URL='${baseUrl}'\nexport CALLBOARD_TOKEN='${token}'`;

/** A command that publishes an event of the site, and one that lists what came of it. */
function listCommands({ key, product }: Site, baseUrl: string, { catalogue }: Rooms) {
  const eventType = catalogue
    .get(product)
    .eventTypes.find(({ event, ownAddonOnly }) => !isOperational(event) && !ownAddonOnly);
  const path = `${baseUrl}/api/v1/sites/${key}`;
  const body = JSON.stringify({ event: eventType?.event ?? "something.happened", payload: {} });
  return {
    publish: apiCommand({ method: "POST", url: `${path}/events`, body }),
    list: apiCommand({
      method: "GET",
      url: `${baseUrl}/api/v1/deliveries?site=${key}&limit=5`,
      body: undefined,
    }),
  };
}

function view(visit: Visit, rooms: Rooms, token?: string): ViewAnswer {
  const start = startView(visit, rooms, token);
  return { kind: "view", view: "start", title: "Get started", section: "dashboard", data: { start } };
}

export const startPages: readonly Page[] = [
  {
    method: "get",
    path: START,
    scope: "read",
    answer: (visit, rooms) => Promise.resolve(view(visit, rooms)),
  },
  ofHost({
    method: "post",
    path: `${START}/token`,
    scope: "admin",
    perMinute: 10,
    answer: async (visit, rooms) => {
      const { form, author } = visit;
      const query = new URLSearchParams({ site: form.get("site") ?? "" });
      const { key: siteKey } = await rooms.sites.load(query.get("site") ?? "");
      const wish = { name: TOKEN_NAME, scopes: ["admin"] as const, siteKey };
      const { token } = await rooms.tokens.create(wish, author);
      return view({ ...visit, query }, rooms, token);
    },
  }),
];
