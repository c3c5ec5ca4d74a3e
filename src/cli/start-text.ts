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
      : ["  Sites     create one for each product instance: callboard sites create KEY --product jira"]),
    "",
    // In prod everything printed ends in a log collector, and add-ons don't register themselves.
    ...(config.profile === "prod"
      ? []
      : [
          'An atlassian-connect-express app installs itself with these lines in "development" of its config.json:',
          `  "hosts": [${JSON.stringify(hostsEntry(url, formatPassword(firstRun)))}]`,
          "and this variable in its environment:",
          `  CONNECT_KEYS_CDN_URL=${url}/keys`,
        ]),
    "Install any other add-on from its descriptor: callboard install URL",
    "",
  ];
}

function shownToken({ tokenFile, firstToken }: Started["firstRun"], profile: Config["profile"]): string {
  switch (firstToken.kind) {
    case "made":
      if (profile === "prod") return `in ${tokenFile}`;
      return `${firstToken.token}   (shown only once; saved to ${tokenFile})`;
    case "kept":
      return `in ${tokenFile}`;
    case "configured":
      return "the value of CALLBOARD_ADMIN_TOKEN";
    case "revoked":
      return "revoked: CALLBOARD_ADMIN_TOKEN has a revoked token; set another one or none";
    case "elsewhere":
      return `not in ${tokenFile}, created by an earlier start; add another one with CALLBOARD_ADMIN_TOKEN`;
  }
}

function formatPassword({ tokenFile, firstToken }: Started["firstRun"]): string {
  if (firstToken.kind === "made") return firstToken.token;
  return firstToken.kind === "kept" ? `<the token in ${tokenFile}>` : "<an API token>";
}

/** Without the password. */
export function shownDatabase(databaseUrl: string): string {
  if (databaseUrl.startsWith("sqlite:")) return databaseUrl;
  const parsed = parsePostgresUrl(databaseUrl);
  return parsed.ok ? parsed.target.shown : "a PostgreSQL database";
}
