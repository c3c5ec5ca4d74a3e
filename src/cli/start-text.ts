/** What a start tells people: where everything is, and how an add-on comes to it. Pure. */
import { parsePostgresUrl } from "../database-url.ts";
import type { Config } from "../config.ts";
import type { RunningHost } from "../host/index.ts";
import { hostsEntry } from "../host/model/hosts-entry.ts";
import { VERSION } from "../version.ts";

type Started = Pick<RunningHost, "url" | "listens" | "firstRun">;

/** The lines before READY. The token stands in them only in the start that made it. */
export function startText(
  config: Pick<Config, "profile" | "role" | "databaseUrl" | "dataDir">,
  { url, listens, firstRun }: Started,
): readonly string[] {
  if (config.role === "worker") {
    return [
      `Callboard ${VERSION}  profile ${config.profile}  role ${config.role}`,
      "",
      `  Listens   ${listens}`,
      `  Health    ${url}/healthz  /readyz  /metrics   (a worker serves nothing else)`,
      `  Database  ${shownDatabase(config.databaseUrl)}`,
      "",
    ];
  }
  return [
    `Callboard ${VERSION}  profile ${config.profile}  role ${config.role}`,
    "",
    `  Listens   ${listens}`,
    `  Base URL  ${url}`,
    `  Admin     ${url}/admin`,
    `  API       ${url}/api/v1   described by ${url}/api/openapi.json`,
    `  Health    ${url}/healthz  /readyz  /metrics`,
    `  Database  ${shownDatabase(config.databaseUrl)}`,
    `  Data      ${config.dataDir}`,
    `  Token     ${shownToken(firstRun, config.profile)}`,
    ...(config.profile === "dev"
      ? []
      : [`  Sites     none comes by itself: add them in the web app or with POST ${url}/api/v1/sites`]),
    "",
    // In prod everything printed ends in a log collector, and add-ons don't register themselves.
    ...(config.profile === "prod"
      ? []
      : [
          'An atlassian-connect-express app registers itself here with this in its config.json, below "development":',
          `  "hosts": [${JSON.stringify(hostsEntry(url, passwordOf(firstRun)))}]`,
          "and this in its environment:",
          `  CONNECT_KEYS_CDN_URL=${url}/keys`,
        ]),
    "Any other add-on is installed from its descriptor: callboard install <url of the descriptor>",
    "",
  ];
}

function shownToken({ tokenFile, firstToken }: Started["firstRun"], profile: Config["profile"]): string {
  switch (firstToken.kind) {
    case "made":
      if (profile === "prod") return `in ${tokenFile}`;
      return `${firstToken.token}   (shown this once; kept in ${tokenFile})`;
    case "kept":
      return `in ${tokenFile}`;
    case "configured":
      return "the one of CALLBOARD_ADMIN_TOKEN";
    case "revoked":
      return "revoked: the one in CALLBOARD_ADMIN_TOKEN stays revoked, so set another one or none";
    case "elsewhere":
      return `made by an earlier start and not in ${tokenFile}; CALLBOARD_ADMIN_TOKEN adds another`;
  }
}

function passwordOf({ tokenFile, firstToken }: Started["firstRun"]): string {
  if (firstToken.kind === "made") return firstToken.token;
  return firstToken.kind === "kept" ? `<the token in ${tokenFile}>` : "<an API token>";
}

/** Without the password. */
export function shownDatabase(databaseUrl: string): string {
  if (databaseUrl.startsWith("sqlite:")) return databaseUrl;
  const parsed = parsePostgresUrl(databaseUrl);
  return parsed.ok ? parsed.target.shown : "a PostgreSQL database";
}
