/**
 * Parses the environment into a frozen `Config`. Reports every problem at once, and never prints a value: it can be a secret.
 */
import { isIP } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import { join, resolve } from "node:path";
import { closest } from "fastest-levenshtein";
import { DEFAULT_POOL_SIZE, parsePostgresUrl } from "./database-url.ts";
import { CallboardError } from "./errors.ts";
import type { Problem } from "./errors.ts";
import { isLoopbackAddress, isWildcardAddress, parseAddress } from "./host/model/addresses.ts";
import { DEFAULT_ENDPOINT_BACKLOG } from "./host/model/backlog.ts";
import { toBasePath, basePathProblem } from "./host/model/base-path.ts";
import { parseHostPattern, plainName } from "./host/model/host-names.ts";
import { ROLES } from "./host/model/roles.ts";
import type { Role } from "./host/model/roles.ts";
import { LOG_LEVELS } from "./logger.ts";
import type { LogLevel } from "./logger.ts";
import { CONFIG_KEYS } from "./config-keys.ts";
import type { ConfigKey } from "./config-keys.ts";
import { parseProxyUrl } from "./proxy-url.ts";
import type { Proxy } from "./proxy-url.ts";
import { withoutTrailingSlashes } from "./trailing-slashes.ts";
import { parseDuration, parseSchedule } from "./duration.ts";
import { parseUrl } from "./parse-url.ts";

export { CONFIG_KEYS } from "./config-keys.ts";
export type { ConfigKey } from "./config-keys.ts";

export type Environment = Readonly<Record<string, string | undefined>>;
export type Profile = "dev" | "prod";

export interface Config {
  readonly profile: Profile;
  readonly host: string;
  readonly port: number;
  /** Undefined until the server listens if the port is 0. */
  readonly baseUrl: string | undefined;
  readonly dataDir: string;
  readonly databaseUrl: string;
  /** Maximum number of connections to PostgreSQL. */
  readonly databasePool: number;
  /** URL of a replica of the database, for pages and lists. */
  readonly readUrl?: string | undefined;
  /** URL of the PostgreSQL server, for LISTEN when `databaseUrl` is that of a pooler. */
  readonly listenUrl: string | undefined;
  /** URL of the PostgreSQL database of another program, whose outbox table is read. */
  readonly outboxUrl?: string | undefined;
  readonly role: Role;
  readonly adminToken: string | undefined;
  readonly masterKey: Buffer | undefined;
  /** Opens secrets beside the master key. Seals them after a rekey has begun. */
  readonly nextMasterKey?: Buffer | undefined;
  readonly retryScheduleMs: readonly number[] | undefined;
  readonly requestTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly endpointConcurrency: { readonly primary: number; readonly secondary: number };
  readonly allowNetworks: readonly string[];
  readonly allowedHosts: readonly string[];
  readonly trustedProxies: readonly string[];
  /** Additional address for metrics and health, without a token. */
  readonly metricsListen?: { readonly host: string; readonly port: number } | undefined;
  readonly bodyLimitBytes: number;
  readonly bodyValues: number;
  readonly readLimitBytes: number;
  readonly queueLimit: number;
  /** Maximum number of waiting deliveries of one endpoint. */
  readonly endpointBacklog: number;
  readonly retentionMs: number;
  readonly bodyRetentionMs: number;
  readonly productsDir: string | undefined;
  /** Undefined for the name servers of the system. */
  readonly dnsServers: readonly string[] | undefined;
  /** Proxy of the requests to add-ons and receivers. */
  readonly egressProxy?: Proxy | undefined;
  readonly logLevel: LogLevel;
  /** True if the environment requests OpenTelemetry traces, with the variables that the SDKs read. */
  readonly tracing: boolean;
}

const SIZE_UNITS: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

function parseSize(text: string): number | undefined {
  const match = /^(\d+)(B|KiB|MiB|GiB)?$/.exec(text.trim());
  return match === null ? undefined : Number(match[1]) * (SIZE_UNITS[match[2] ?? "B"] ?? 1);
}

function parseLimit(text: string): number | undefined {
  return positive(parseDuration(text));
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined;
}

function parseInteger(text: string): number | undefined {
  return /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}

function parseList(text: string): readonly string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/** Parses `address`, `address:port`, `[address]` or `[address]:port`, separated by commas. */
function parseDnsServers(text: string): readonly string[] | undefined {
  const servers = parseList(text);
  const areAddresses = servers.every((server) => isIP(server) !== 0 || isIP(stripPort(server)) !== 0);
  return areAddresses && servers.length > 0 ? servers : undefined;
}

function stripPort(server: string): string {
  const [, bracketed, plain = ""] = /^(?:\[(.+)\](?::\d{1,5})?|([^:]+):\d{1,5})$/.exec(server) ?? [];
  return bracketed ?? plain;
}

function parsePostgresText(text: string): string | undefined {
  return /^postgres(ql)?:\/\//i.test(text) ? text : undefined;
}

function parseMasterKey(text: string): Buffer | undefined {
  const bytes = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, "hex") : Buffer.from(text, "base64");
  // A key of one repeated byte is a placeholder.
  return bytes.length === 32 && new Set(bytes).size > 1 ? bytes : undefined;
}

function parseHttpUrl(text: string): string | undefined {
  const url = parseUrl(text);
  if (url === undefined) return undefined;
  return /^https?:$/.test(url.protocol) && url.username === "" && url.search === "" && url.hash === ""
    ? withoutTrailingSlashes(url.href)
    : undefined;
}

/** Parses a name or an address. IPv6 brackets are removed, because `listen` rejects them. */
function parseListenHost(text: string): string | undefined {
  return plainName(text) === undefined && parseAddress(text) === undefined
    ? undefined
    : text.replace(/^\[(.*)\]$/, "$1");
}

function parseHostPatterns(text: string): readonly string[] | undefined {
  const patterns = parseList(text).map(parseHostPattern);
  return patterns.every((pattern) => pattern !== undefined) ? patterns : undefined;
}

/** Parses "127.0.0.1:9464" or "[::1]:9464". */
function parseListenAddress(text: string): Config["metricsListen"] {
  const [, bracketed, plain, portText = ""] = /^(?:\[(.+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = inRange(parseInteger(portText), 0, 65_535);
  return host === undefined || port === undefined ? undefined : { host, port };
}

/** Parses "20,10" for the two lanes, or "20" for both. */
function parseConcurrency(text: string): Config["endpointConcurrency"] | undefined {
  const [primary, secondary = primary] = text.split(",").map((part) => parseInteger(part.trim()));
  return primary !== undefined && secondary !== undefined && primary > 0 && secondary > 0
    ? { primary, secondary }
    : undefined;
}

function createChoiceParser<T extends string>(...allowed: readonly T[]): (text: string) => T | undefined {
  return (text) => allowed.find((value) => value === text);
}

/**
 * Reads the whole configuration of a server.
 * @throws {CallboardError} CONFIG_INVALID with every problem; the pointer of each is the key.
 */
export function readConfig(env: Environment): Config {
  const settings = createSettings(env);
  const { read, problems } = settings;
  const access = readAccess(settings);
  const database = readDatabase(settings);
  const keys = readKeys(settings, database);
  const config: Config = {
    ...access,
    ...database,
    ...keys,
    ...readRequests(settings, access),
    ...readLimits(settings),
    role: read("CALLBOARD_ROLE", createChoiceParser(...ROLES), "all, api or worker") ?? "all",
    productsDir: read("CALLBOARD_PRODUCTS", (text) => resolve(text), "the path of a folder"),
    logLevel:
      read("CALLBOARD_LOG_LEVEL", createChoiceParser(...LOG_LEVELS), `one of ${LOG_LEVELS.join(", ")}`) ??
      "info",
    tracing: requestsTraces(env),
  };
  if (problems.length > 0) {
    throw new CallboardError("CONFIG_INVALID", problems.map((problem) => problem.detail).join("\n"), {
      errors: problems,
    });
  }
  return Object.freeze(config);
}

/** Reads single settings, and keeps the problems of all of them. */
interface Settings {
  readonly problems: readonly Problem[];
  /** Returns the text of a setting; undefined if it is not set. */
  readonly find: (key: ConfigKey) => string | undefined;
  /** Returns the parsed value. Undefined if the setting is not set, or its text is not what is expected: a problem. */
  readonly read: <T>(
    key: ConfigKey,
    parse: (text: string) => T | undefined,
    expected: string,
  ) => T | undefined;
  readonly refuse: (key: ConfigKey, detail: string) => void;
}

function createSettings(env: Environment): Settings {
  const problems: Problem[] = [];
  const refuse = (key: ConfigKey, detail: string) => void problems.push({ pointer: key, detail });
  return {
    problems,
    find: (key) => findSetting(env, key),
    read: (key, parse, expected) => {
      const text = findSetting(env, key);
      if (text === undefined) return undefined;
      if (/^(["'])[^]*\1$/.test(text) && text.length > 1) {
        refuse(key, `${key} must be given without quotes around its value`);
        return undefined;
      }
      const value = parse(text);
      if (value === undefined) refuse(key, `${key} must be ${expected}`);
      return value;
    },
    refuse,
  };
}

type Access = Pick<
  Config,
  "profile" | "host" | "port" | "baseUrl" | "allowedHosts" | "trustedProxies" | "metricsListen"
>;

/** Reads the addresses of the server, and the profile, which depends on who can reach them. */
function readAccess({ problems, read, refuse }: Settings): Access {
  const host = read("CALLBOARD_HOST", parseListenHost, "an address or a host name") ?? "127.0.0.1";
  const onLoopback = isLoopback(host);
  const profile = read("CALLBOARD_PROFILE", createChoiceParser<Profile>("dev", "prod"), "dev or prod");
  if (profile === undefined && !onLoopback && problems.length === 0) {
    refuse(
      "CALLBOARD_PROFILE",
      "CALLBOARD_PROFILE must be given (prod) when the server listens on an address other than loopback",
    );
  }
  if (profile === "dev" && !onLoopback) {
    refuse(
      "CALLBOARD_PROFILE",
      "the dev profile lets deliveries reach this machine's own network, so it is refused on an address other " +
        "than loopback; use CALLBOARD_PROFILE=prod, or CALLBOARD_HOST=127.0.0.1",
    );
  }
  const baseUrl = read(
    "CALLBOARD_BASE_URL",
    parseHttpUrl,
    "an http or https URL without user name, query and fragment",
  );
  const pathProblem = basePathProblem(toBasePath(baseUrl));
  if (pathProblem !== undefined) {
    refuse("CALLBOARD_BASE_URL", `The path of CALLBOARD_BASE_URL ${pathProblem}`);
  }
  const allowedHosts =
    read(
      "CALLBOARD_ALLOWED_HOSTS",
      parseHostPatterns,
      "host names such as hooks.example.com or *.example.com, separated by commas",
    ) ?? [];
  const trustedProxies = read("CALLBOARD_TRUSTED_PROXIES", parseList, "a list") ?? [];
  if (profile !== "prod" && onLoopback) {
    for (const [key, detail] of beyondThisMachine({ baseUrl, allowedHosts, trustedProxies })) {
      refuse(key, detail);
    }
  }
  return {
    profile: profile ?? "dev",
    host,
    port: read("CALLBOARD_PORT", (text) => inRange(parseInteger(text), 0, 65_535), "a port number") ?? 2990,
    baseUrl,
    allowedHosts,
    trustedProxies,
    metricsListen: read(
      "CALLBOARD_METRICS_LISTEN",
      parseListenAddress,
      "address:port, for example 127.0.0.1:9464",
    ),
  };
}

type DatabaseSettings = Pick<
  Config,
  "dataDir" | "databaseUrl" | "databasePool" | "readUrl" | "listenUrl" | "outboxUrl"
>;

function readDatabase(settings: Settings): DatabaseSettings {
  const { find, read, refuse } = settings;
  const dataDir = resolve(read("CALLBOARD_DATA_DIR", (text) => text, "") ?? ".callboard");
  for (const key of [
    "CALLBOARD_DATABASE_URL",
    "CALLBOARD_READ_URL",
    "CALLBOARD_LISTEN_URL",
    "CALLBOARD_OUTBOX_URL",
  ] as const) {
    refuseUnusableUrl(settings, key);
  }
  const databaseUrl =
    read(
      "CALLBOARD_DATABASE_URL",
      (text) => (/^(sqlite:|postgres(ql)?:\/\/)/.test(text) ? text : undefined),
      "sqlite:FILE or postgres://…",
    ) ?? `sqlite:${join(dataDir, "callboard.sqlite")}`;
  if (databaseUrl.startsWith("sqlite:") && find("CALLBOARD_READ_URL") !== undefined) {
    refuse(
      "CALLBOARD_READ_URL",
      "CALLBOARD_READ_URL names a replica, and only a PostgreSQL database (CALLBOARD_DATABASE_URL) has one",
    );
  }
  return {
    dataDir,
    databaseUrl,
    databasePool:
      read(
        "CALLBOARD_DATABASE_POOL",
        (text) => inRange(parseInteger(text), 1, 1_000),
        "a number from 1 to 1000",
      ) ?? DEFAULT_POOL_SIZE,
    readUrl: read("CALLBOARD_READ_URL", parsePostgresText, "postgres://…"),
    listenUrl: read("CALLBOARD_LISTEN_URL", parsePostgresText, "postgres://…"),
    outboxUrl: read("CALLBOARD_OUTBOX_URL", parsePostgresText, "postgres://…"),
  };
}

/** Adds a problem if the URL is one of PostgreSQL and has a part that Callboard doesn't understand. */
function refuseUnusableUrl({ find, refuse }: Settings, key: ConfigKey): void {
  const text = find(key) ?? "";
  if (parsePostgresText(text) === undefined) return;
  const parsed = parsePostgresUrl(text);
  if (!parsed.ok) refuse(key, `${key} can't be used: ${parsed.problem}`);
}

function readKeys(
  { find, read, refuse }: Settings,
  { databaseUrl }: Pick<Config, "databaseUrl">,
): Pick<Config, "adminToken" | "masterKey" | "nextMasterKey"> {
  const keyForm = "32 random bytes in base64 or hex, for example from `openssl rand -base64 32`";
  const masterKey = read("CALLBOARD_MASTER_KEY", parseMasterKey, keyForm);
  const nextMasterKey = read("CALLBOARD_MASTER_KEY_NEXT", parseMasterKey, keyForm);
  if (masterKey !== undefined && nextMasterKey?.equals(masterKey) === true) {
    refuse(
      "CALLBOARD_MASTER_KEY_NEXT",
      "CALLBOARD_MASTER_KEY_NEXT must be another key than CALLBOARD_MASTER_KEY, or be left out",
    );
  }
  if (databaseUrl.startsWith("postgres") && find("CALLBOARD_MASTER_KEY") === undefined) {
    refuse(
      "CALLBOARD_MASTER_KEY",
      "CALLBOARD_MASTER_KEY is required on PostgreSQL: every process must use the same one",
    );
  }
  return {
    adminToken: read(
      "CALLBOARD_ADMIN_TOKEN",
      (text) => (/^[\x21-\x7e]{20,200}$/.test(text) ? text : undefined),
      "20 to 200 printable characters without spaces",
    ),
    masterKey,
    nextMasterKey,
  };
}

type RequestSettings = Pick<
  Config,
  | "retryScheduleMs"
  | "requestTimeoutMs"
  | "connectTimeoutMs"
  | "endpointConcurrency"
  | "allowNetworks"
  | "dnsServers"
  | "egressProxy"
>;

/** Reads where the requests to add-ons and receivers may go, how many at once, and how long they may take. */
function readRequests(
  { find, read, refuse }: Settings,
  { profile }: Pick<Config, "profile">,
): RequestSettings {
  const proxyText = find("CALLBOARD_EGRESS_PROXY");
  const egressProxy = proxyText === undefined ? undefined : parseProxyUrl(proxyText);
  if (egressProxy?.ok === false) {
    refuse("CALLBOARD_EGRESS_PROXY", `CALLBOARD_EGRESS_PROXY can't be used: ${egressProxy.problem}`);
  }
  return {
    retryScheduleMs: read("CALLBOARD_RETRY_SCHEDULE", parseSchedule, "durations such as 200ms,1s,5s"),
    requestTimeoutMs: read("CALLBOARD_REQUEST_TIMEOUT", parseLimit, "a duration such as 20s") ?? 20_000,
    connectTimeoutMs: read("CALLBOARD_CONNECT_TIMEOUT", parseLimit, "a duration such as 5s") ?? 5_000,
    endpointConcurrency: read(
      "CALLBOARD_ENDPOINT_CONCURRENCY",
      parseConcurrency,
      "one or two positive numbers, e.g. 20,10",
    ) ?? { primary: 20, secondary: 10 },
    allowNetworks: [
      ...(profile === "dev" ? ["loopback"] : []),
      ...(read("CALLBOARD_ALLOW_NETWORKS", parseList, "a list") ?? []),
    ],
    dnsServers: read(
      "CALLBOARD_DNS_SERVERS",
      parseDnsServers,
      "addresses such as 192.0.2.53 or 192.0.2.53:5353",
    ),
    egressProxy: egressProxy?.ok === true ? egressProxy.proxy : undefined,
  };
}

type Limits = Pick<
  Config,
  | "bodyLimitBytes"
  | "bodyValues"
  | "readLimitBytes"
  | "queueLimit"
  | "endpointBacklog"
  | "retentionMs"
  | "bodyRetentionMs"
>;

function readLimits({ read }: Settings): Limits {
  const retentionMs = read("CALLBOARD_RETENTION", parseLimit, "a duration such as 30d") ?? 30 * 86_400_000;
  return {
    bodyLimitBytes:
      read("CALLBOARD_BODY_LIMIT", (text) => positive(parseSize(text)), "a size such as 25MiB") ??
      25 * 1024 ** 2,
    bodyValues:
      read("CALLBOARD_BODY_VALUES", (text) => positive(parseInteger(text)), "a number above 0") ?? 200_000,
    readLimitBytes:
      read("CALLBOARD_READ_LIMIT", (text) => positive(parseSize(text)), "a size such as 128MiB") ??
      128 * 1024 ** 2,
    queueLimit: read("CALLBOARD_QUEUE_LIMIT", parseInteger, "a number") ?? 1_000_000,
    endpointBacklog:
      read("CALLBOARD_ENDPOINT_BACKLOG", (text) => positive(parseInteger(text)), "a positive number") ??
      DEFAULT_ENDPOINT_BACKLOG,
    retentionMs,
    bodyRetentionMs: read("CALLBOARD_BODY_RETENTION", parseLimit, "a duration such as 7d") ?? retentionMs,
  };
}

/** Each of these requests traces, unless the SDK is disabled or the exporter is "none". */
const TRACES = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_SERVICE_NAME"];

function requestsTraces(env: Environment): boolean {
  const isSet = (key: string) => (env[key] ?? "").trim() !== "";
  const exporter = env["OTEL_TRACES_EXPORTER"]?.trim() ?? "";
  if (env["OTEL_SDK_DISABLED"]?.trim().toLowerCase() === "true" || exporter === "none") return false;
  return exporter !== "" || TRACES.some(isSet);
}

function inRange(value: number | undefined, least: number, most: number): number | undefined {
  return value !== undefined && value >= least && value <= most ? value : undefined;
}

/** Reports whether only this machine can reach the address or name. */
function isLoopback(host: string): boolean {
  const name = plainName(host) ?? "";
  return isLoopbackAddress(name) || name === "localhost" || name.endsWith(".localhost");
}

/**
 * Returns the trimmed value of a key, also without a byte order mark. Undefined if the key is not set or its value is blank.
 */
export function findSetting(env: Environment, key: ConfigKey): string | undefined {
  const text = env[key]?.trim();
  return text === "" ? undefined : text;
}

/** Returns the key and the problem of each setting that makes a server public, which is unsafe in the `dev` profile. */
function beyondThisMachine({
  baseUrl,
  allowedHosts,
  trustedProxies,
}: Pick<Config, "baseUrl" | "allowedHosts" | "trustedProxies">): readonly (readonly [
  key: ConfigKey,
  detail: string,
])[] {
  const own = ownNames();
  const isOwn = (host: string) => isLoopback(host) || own.has(plainName(host) ?? "");
  const refused: readonly (readonly [key: ConfigKey, what: string, isRefused: boolean])[] = [
    [
      "CALLBOARD_BASE_URL",
      "with a host name that is not this machine's own",
      baseUrl !== undefined && !isOwn(new URL(baseUrl).hostname),
    ],
    [
      "CALLBOARD_ALLOWED_HOSTS",
      "with a name that is not this machine's own",
      allowedHosts.some((name) => !isOwn(name)),
    ],
    ["CALLBOARD_TRUSTED_PROXIES", "at all", trustedProxies.length > 0],
  ];
  return refused
    .filter(([, , isRefused]) => isRefused)
    .map(([key, what]) => [
      key,
      `${key} cannot be set ${what} in the dev profile, which is for one machine: it lets deliveries reach ` +
        "this machine's own network. Set CALLBOARD_PROFILE=prod as well",
    ]);
}

/** Returns this machine's names and addresses, spelled as `plainName` spells them. */
function ownNames(): ReadonlySet<string> {
  const [name = "", ...domain] = hostname().toLowerCase().split(".");
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  return new Set([
    name,
    `${name}.local`,
    [name, ...domain].join("."),
    ...addresses.flatMap(({ address }) => parseAddress(address) ?? []),
  ]);
}

/** An unknown key that begins with CALLBOARD_. */
export interface UnknownKey {
  readonly key: string;
  /** The setting with the most similar name. */
  readonly closest: ConfigKey;
}

/** Returns the unknown keys that begin with CALLBOARD_, in any letter case. */
export function unknownKeys(env: Environment): readonly UnknownKey[] {
  const known = Object.keys(CONFIG_KEYS) as ConfigKey[];
  return Object.keys(env)
    .filter((key) => /^CALLBOARD_/i.test(key) && !Object.hasOwn(CONFIG_KEYS, key))
    .map((key) => ({ key, closest: closest(key.toUpperCase(), known) as ConfigKey }));
}

/** Returns one sentence for each valid but unsafe combination of settings. */
export function configWarnings(config: Config): readonly string[] {
  if (config.profile !== "prod") return [];
  const { baseUrl, host, trustedProxies } = config;
  const publicHost = baseUrl === undefined ? host : new URL(baseUrl).hostname;
  if (isLoopback(publicHost)) return [];
  if (!baseUrl?.startsWith("https:")) {
    return [
      `Callboard is reached over plain http at ${isWildcardAddress(publicHost) ? "every address of this machine" : publicHost}: ` +
        "API tokens and session cookies cross the network readable. Put a proxy with TLS in front, and set " +
        "CALLBOARD_BASE_URL=https://… and CALLBOARD_TRUSTED_PROXIES",
    ];
  }
  if (trustedProxies.length > 0) return [];
  return [
    "CALLBOARD_BASE_URL is https, and CALLBOARD_TRUSTED_PROXIES names no proxy: requests count as plain http, session " +
      "cookies are sent without Secure, and all clients behind the proxy count as one. Set CALLBOARD_TRUSTED_PROXIES " +
      "to the proxy's address",
  ];
}
