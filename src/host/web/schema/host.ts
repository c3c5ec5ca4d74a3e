/** The server itself, its tokens and keys, as responses have them. */
import { BOTTLENECKS } from "../../model/bottleneck.ts";
import { INSTALL_SOURCES } from "../../model/directory.ts";
import { REPLICA_STATES } from "../../model/replica.ts";
import { SCOPES } from "../../store/tables/tokens.ts";
import { NOT_SENDING } from "./endpoint.ts";
import { SLOT } from "./parts.ts";
import {
  array,
  boolean,
  extended,
  integer,
  named,
  nullable,
  number,
  object,
  choice,
  page,
  record,
  string,
  time,
} from "./schema.ts";

export const TOKEN = named(
  "Token",
  object("An API token, without its secret part", {
    id: string("ID of the token, tok_…"),
    name: string("Name"),
    scopes: array("Scopes", choice("Scope", SCOPES)),
    site: nullable(string("Key of the only site; null for every site")),
    addon: nullable(string("Key of the only add-on; null for every receiver")),
    owner: nullable(string("Owner of the only outgoing webhooks; null for every receiver")),
    createdAt: time("Time of creation"),
    lastUsedAt: nullable(time("Time of the last request; null before the first")),
    revokedAt: nullable(time("Time of the revocation")),
    expiresAt: nullable(time("Expiry; null if it does not expire")),
  }),
);

export const TOKEN_PAGE = page("TokenPage", TOKEN, "Tokens, those used last first");

export const NEW_TOKEN = named(
  "NewToken",
  extended("A new API token", TOKEN, {
    token: string("The whole token; this is the only time it is shown"),
  }),
);

export const LOGIN_LINK = named(
  "LoginLink",
  object("A link that logs a browser in once", {
    url: string("The link"),
    expiresAt: time("Expiry"),
  }),
);

export const SITE_STATUS = named(
  "SiteStatus",
  object("How the deliveries of a site went in the last 24 hours", {
    site: string("Key of the site"),
    waiting: integer("Waiting deliveries, counted up to 100,000"),
    waitingIsMore: boolean("True if more wait than were counted"),
    attempts: record(
      "Attempts by result: ok (200, 204), accepted (other 2xx), refused, unreachable, forbidden",
      integer("Number of attempts"),
    ),
    failed: integer("Failed deliveries"),
    success: nullable(number("Share of attempts with a 2xx response, 0 to 1; null without attempts")),
    connectSlo: nullable(
      number("Share of attempts with 200 or 204 in the last 28 days; null for more than 500 sites together"),
    ),
    within: object("Attempts that took at most so many milliseconds", {
      "50": integer("Attempts"),
      "200": integer("Attempts"),
      "1000": integer("Attempts"),
      "5000": integer("Attempts"),
    }),
    series: array("Half-hours, oldest first", SLOT),
    endpoints: object("Endpoints", {
      total: integer("All endpoints"),
      open: integer("Endpoints with an open circuit"),
      paused: integer("Paused endpoints"),
    }),
  }),
);

export const STATUS = named(
  "Status",
  extended("The server, and figures for each site", page("Status", SITE_STATUS, ""), {
    version: string("Version of Callboard"),
    processes: array(
      "Running processes; empty for a token of one site",
      named(
        "Process",
        object("A running process", {
          id: string("ID of the process"),
          role: string("Role: all, api or worker"),
          version: string("Version of Callboard"),
          startedAt: time("Start"),
          seenAt: time("Time when it was last seen; a process that isn't seen for 30 s is left out"),
          inFlight: integer("Requests in flight"),
          mostInFlight: nullable(integer("Maximum of requests in flight; null without a maximum")),
          unsettled: integer("Finished attempts that are not recorded yet"),
          limitedBy: nullable(
            object("What limits its throughput; null while nothing does", {
              kind: choice("Kind", BOTTLENECKS),
              detail: string("One sentence with what to do"),
            }),
          ),
        }),
      ),
    ),
    replica: nullable(
      object(
        "The replica that pages and lists are read from; null without one, and for a token of one site",
        {
          state: choice("State; unless it is ok, the primary is read", REPLICA_STATES),
          lagMs: nullable(integer("Time by which it is behind, in milliseconds; null if unknown")),
          detail: nullable(string("What is wrong, in one sentence; null if nothing is")),
        },
      ),
    ),
    notSending: NOT_SENDING,
    oldestDueAt: nullable(time("Time since when the oldest delivery is due")),
  }),
);

export const LIMIT_PAGE = page(
  "LimitPage",
  named(
    "Limit",
    object("A limit with its level in this process", {
      name: string("Name"),
      setting: nullable(string("Setting; null for a fixed limit")),
      default: number("Value without configuration"),
      max: number("Current value"),
      unit: string("Unit"),
      per: string("Owner: what is counted separately"),
      refusal: string("Response beyond the limit"),
      level: nullable(number("Highest level of any owner; null if nothing is counted between requests")),
      owner: nullable(string("Owner with that level")),
    }),
  ),
  "Limits",
);

export const KEY_PAGE = page(
  "SigningKeyPage",
  named(
    "SigningKey",
    object("A key of signed install", {
      kid: string("Key ID"),
      path: string("Path at which its public half is served"),
      createdAt: time("Time of creation"),
      retiredAt: nullable(time("Time of the rotation")),
      withdrawnAt: nullable(time("Time since when its public half is no longer served")),
    }),
  ),
  "Keys, newest first",
);

export const REKEYED = named(
  "Rekey",
  object("Progress of the change of the master key", {
    from: string("ID of the present key"),
    to: string("ID of the next key"),
    done: integer("Secrets that this request encrypted"),
    remaining: integer("Secrets that remain"),
  }),
);

export const SETTINGS = named(
  "Settings",
  object("Settings in force", {
    retentionMs: integer("Retention period of events, deliveries and attempts, in milliseconds"),
    bodyRetentionMs: integer("Retention period of bodies, in milliseconds"),
    installSources: choice("Where sites can install add-ons from", INSTALL_SOURCES),
    profile: string("Profile: dev or prod"),
    baseUrl: string("Public URL"),
    role: string("Role of this process"),
    allowNetworks: array("Networks that deliveries can reach", string("Network or host name")),
    requestTimeoutMs: integer("Timeout of a request, in milliseconds"),
    connectTimeoutMs: integer("Timeout of a connection, in milliseconds"),
    endpointConcurrency: object("Maximum of concurrent requests of an endpoint, by lane", {
      primary: integer("Primary lane"),
      secondary: integer("Secondary lane"),
    }),
    bodyLimitBytes: integer("Maximum body of an event, in bytes"),
  }),
);

export const PORTAL_LOOK = named(
  "PortalLook",
  object("How portals look", {
    title: nullable(string("Title; null for Callboard's")),
    logo: nullable(
      choice("Media type of the logo; null for none", ["image/png", "image/jpeg", "image/webp"]),
    ),
    origins: array("Origins whose pages may have a portal in a frame", string("Origin")),
  }),
);

export const AUDIT_PAGE = page(
  "AuditPage",
  named(
    "AuditEntry",
    object("An administrative change", {
      id: string("ID of the entry"),
      at: time("Time"),
      actor: string("Actor"),
      action: string("Action, such as addon.installed"),
      object: string("Target"),
      detail: string("Detail"),
      address: string("Client address"),
    }),
  ),
  "Administrative changes, newest first",
);

export const AUDIT_CHECK = named(
  "AuditCheck",
  object("Result of a check of the audit log", {
    verified: boolean("True if the chain is intact"),
    entries: integer("Entries that were checked and fit"),
    last: nullable(object("The last of them", { id: string("ID of the entry"), at: time("Time") })),
    unchained: integer("Entries from before the chain began"),
    keyLost: integer("Entries whose key was lost with a master key"),
    problem: nullable(
      object("The first problem", {
        kind: choice("Kind", ["altered", "missing", "forged", "unchained", "checkpoint"]),
        id: nullable(string("ID of the entry")),
        detail: string("One sentence"),
      }),
    ),
    checkpoint: nullable(string("Names the end of the chain, for a later check")),
  }),
);
