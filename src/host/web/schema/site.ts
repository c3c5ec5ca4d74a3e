/** Sites, as responses have them. */
import { RETRY_SCHEDULES } from "../../model/retry-schedules.ts";
import { retentionAge } from "./parts.ts";
import { boolean, named, nullable, object, choice, page, record, string, time } from "./schema.ts";

export const SITE_KEY = string("Key of the site", {}, { pattern: "^[a-z][a-z0-9-]{0,31}$" });
export const RETRY_PROFILE_NAMES = Object.keys(RETRY_SCHEDULES);

export const SITE_OPTIONS = object(
  "Options of the site",
  {},
  {
    envelope: choice("Envelope of event bodies, on Confluence sites", ["connect", "cloud"]),
    userParameters: boolean("Adds user_id and user_key to the URLs of add-ons, as hosts before 2019 did"),
    retentionMs: retentionAge("events, deliveries and attempts of the site"),
    bodyRetentionMs: retentionAge("bodies of the site"),
    eventRetentionMs: record(
      "Ages of single event types, by their names, in place of retentionMs",
      retentionAge("events of the type, with their deliveries"),
      { maxProperties: 100 },
    ),
  },
  { additionalProperties: false },
);

export const INSTALL_SIGNING = choice(
  "Signature of `installed` callbacks: RS256, or none for the first one (legacy)",
  ["signed", "legacy"],
);

export const SITE = named(
  "Site",
  object("A site: one product instance and tenant", {
    key: SITE_KEY,
    product: string("Key of the site's product"),
    name: string("Display name"),
    baseUrl: string("URL of the site, as add-ons get it"),
    clientKey: string("Identifies the site to add-ons"),
    retryProfile: nullable(string("Retry schedule; null for that of the product")),
    installSigning: INSTALL_SIGNING,
    options: SITE_OPTIONS,
    createdAt: time("Time of creation"),
  }),
);

export const SITE_PAGE = page("SitePage", SITE, "Sites, by key");
