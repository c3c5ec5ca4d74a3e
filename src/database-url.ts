/**
 * Parses the URL of a PostgreSQL database in libpq's form (postgresql.org/docs/current/libpq-connect.html, "Connection
 * URIs"). Every part that is not supported is refused, so that no part is ignored silently. Pure.
 */

/** Encryption of the connection, and the verification of its certificate. */
export type DatabaseTls =
  | { readonly kind: "off" }
  /** Encrypted if the server supports it, without verification: libpq's `prefer`. */
  | { readonly kind: "preferred" }
  | {
      readonly kind: "required";
      readonly verifies: "nothing" | "chain" | "chain-and-name";
      /** File with the trusted certificates. The well-known ones if undefined. */
      readonly rootCertFile: string | undefined;
    };

export interface PostgresTarget {
  readonly user: string;
  readonly password: string | undefined;
  /** Host name, IP address without brackets, or the directory of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly tls: DatabaseTls;
  readonly applicationName: string;
  readonly connectTimeoutMs: number;
  /** Session settings from `options`, `search_path` and `schema`. */
  readonly settings: Readonly<Record<string, string>>;
  /** The URL without its password, for messages. */
  readonly shown: string;
}

export type ParsedDatabaseUrl =
  | { readonly ok: true; readonly target: PostgresTarget }
  /** One sentence that never contains a password. */
  | { readonly ok: false; readonly problem: string };

/** Default limit of connections for each server. */
export const DEFAULT_POOL_SIZE = 10;
const DEFAULT_PORT = 5432;
const DEFAULT_CONNECT_TIMEOUT_MS = 3_000;
const SLASHES = /^postgres(?:ql)?:\/\//i;
const ENCODE_HINT =
  'percent-encode special characters ("/" as %2F, "?" as %3F, "#" as %23, "@" as %40, "%" as %25)';

const PARAMETERS = [
  "application_name",
  "connect_timeout",
  "dbname",
  "host",
  "options",
  "password",
  "port",
  "schema",
  "search_path",
  "ssl",
  "sslmode",
  "sslrootcert",
  "user",
  "uselibpqcompat",
] as const;
type Parameter = (typeof PARAMETERS)[number];

/** A part of the URL that can't be used. */
class Unusable extends Error {}

export function parsePostgresUrl(text: string): ParsedDatabaseUrl {
  try {
    return { ok: true, target: parse(text) };
  } catch (error) {
    if (error instanceof Unusable) return { ok: false, problem: error.message };
    throw error;
  }
}

function parse(text: string): PostgresTarget {
  const rest = text.replace(SLASHES, "");
  const [beforeQuery = "", query = ""] = splitAt(rest, rest.indexOf("?"));
  const slash = beforeQuery.indexOf("/", beforeQuery.lastIndexOf("@") + 1);
  const [authority = "", path = ""] = splitAt(beforeQuery, slash);
  const at = authority.lastIndexOf("@");
  const userInfo = at < 0 ? "" : authority.slice(0, at);
  const parameters = parseQuery(query);
  const [userText = "", passwordText] = splitAt(userInfo, userInfo.indexOf(":"));
  const { host, port } = parseHost(authority.slice(at + 1), parameters);
  const user = parameters.user ?? decode(userText, "the user name");
  if (user === "") throw new Unusable("it names no user: write postgres://user:password@host/database");
  const password =
    parameters.password ?? (passwordText === undefined ? undefined : decode(passwordText, "the password"));
  const database = parameters.dbname ?? decode(path, "the database name");
  const target = {
    user,
    password: password === "" ? undefined : password,
    host,
    port,
    database: database === "" ? user : database,
    tls: parseTls(parameters),
    applicationName: parameters.application_name ?? "callboard",
    connectTimeoutMs: parseConnectTimeout(parameters.connect_timeout),
    settings: parseSettings(parameters),
  };
  return { ...target, shown: show(target, parameters) };
}

/** Splits a text at a position, which is left out. For -1, returns the whole text. */
function splitAt(text: string, at: number): readonly string[] {
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Unusable(`${what} has a "%" that begins no escape: ${ENCODE_HINT}`);
  }
}

function parseQuery(query: string): Readonly<Partial<Record<Parameter, string>>> {
  const parameters: Partial<Record<Parameter, string>> = {};
  for (const part of query.split("&").filter((each) => each !== "")) {
    const [nameText = "", valueText] = splitAt(part, part.indexOf("="));
    const name = PARAMETERS.find((known) => known === decode(nameText, "a parameter"));
    // The text after a "?" in a password can be part of a secret, so it isn't repeated in the message.
    if (!/^[A-Za-z_]{1,40}$/.test(nameText)) {
      throw new Unusable(
        `the part after the first "?" does not consist of name=value. In a password, ${ENCODE_HINT}`,
      );
    }
    if (name === undefined) {
      throw new Unusable(
        `the parameter ${JSON.stringify(nameText)} is not supported; supported are ${PARAMETERS.join(", ")}`,
      );
    }
    if (valueText === undefined) throw new Unusable(`the parameter ${name} has no value`);
    if (parameters[name] !== undefined) throw new Unusable(`the parameter ${name} is given twice`);
    parameters[name] = decode(valueText, `the parameter ${name}`);
  }
  return parameters;
}

function parseHost(
  authority: string,
  parameters: Readonly<Partial<Record<Parameter, string>>>,
): { readonly host: string; readonly port: number } {
  const match = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(authority);
  const portText = parameters.port ?? match?.[2] ?? "";
  const hostText = parameters.host ?? decode((match?.[1] ?? "").replace(/^\[(.*)\]$/, "$1"), "the host");
  if (hostText.includes(",") || authority.includes(",") || portText.includes(",")) {
    throw new Unusable("it names several hosts; name one, for example that of a proxy or a floating address");
  }
  if (match === null || (portText !== "" && !isPort(portText))) {
    throw new Unusable(
      `the part after the last "@" is not host:port with a port from 1 to 65535. If user name or password contain special characters, ${ENCODE_HINT}`,
    );
  }
  if (/\s/.test(hostText)) throw new Unusable("the host contains a space");
  return {
    host: hostText === "" ? "localhost" : hostText,
    port: portText === "" ? DEFAULT_PORT : Number(portText),
  };
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}

function parseConnectTimeout(text: string | undefined): number {
  if (text === undefined) return DEFAULT_CONNECT_TIMEOUT_MS;
  if (!/^\d{1,4}$/.test(text) || Number(text) === 0) {
    throw new Unusable("connect_timeout must be a whole number of seconds from 1 to 9999");
  }
  return Number(text) * 1000;
}

const SSL_MODES = ["disable", "prefer", "require", "verify-ca", "verify-full", "no-verify"] as const;
/** Values of pg's own parameter `ssl`. */
const SSL_VALUES: Readonly<Record<string, (typeof SSL_MODES)[number]>> = {
  true: "verify-full",
  "1": "verify-full",
  false: "disable",
  "0": "disable",
  "no-verify": "no-verify",
};

function parseTls({
  ssl,
  sslmode,
  sslrootcert,
  uselibpqcompat,
}: Readonly<Partial<Record<Parameter, string>>>): DatabaseTls {
  if (ssl !== undefined && sslmode !== undefined)
    throw new Unusable("ssl and sslmode are both given; give sslmode alone");
  if (uselibpqcompat !== undefined && uselibpqcompat !== "true" && uselibpqcompat !== "false") {
    throw new Unusable("uselibpqcompat must be true or false");
  }
  const mode =
    ssl === undefined
      ? SSL_MODES.find(
          (known) => known === (sslmode ?? (sslrootcert === undefined ? "disable" : "verify-full")),
        )
      : SSL_VALUES[ssl];
  if (mode === undefined) {
    throw new Unusable(
      ssl === undefined
        ? `sslmode must be one of ${SSL_MODES.join(", ")}`
        : "ssl must be true, false or no-verify",
    );
  }
  const rootCertFile = sslrootcert === "system" ? undefined : sslrootcert;
  const isLibpq = uselibpqcompat === "true";
  switch (mode) {
    case "disable":
      if (sslrootcert !== undefined) throw new Unusable("sslrootcert has no effect with sslmode=disable");
      return { kind: "off" };
    case "prefer":
      return { kind: "preferred" };
    case "no-verify":
      return { kind: "required", verifies: "nothing", rootCertFile: undefined };
    case "require":
      // libpq verifies nothing here without a root certificate. Callboard does that only for `uselibpqcompat=true`.
      return isLibpq
        ? { kind: "required", verifies: rootCertFile === undefined ? "nothing" : "chain", rootCertFile }
        : { kind: "required", verifies: "chain-and-name", rootCertFile };
    case "verify-ca":
      return { kind: "required", verifies: "chain", rootCertFile };
    case "verify-full":
      return { kind: "required", verifies: "chain-and-name", rootCertFile };
  }
}

/** Matches `-c name=value` and `--name=value`. A `\` escapes a space or backslash in the value. */
const OPTION = /^(?:-c\s*|--)([A-Za-z_][\w.-]*)=(.*)$/s;

function parseSettings({
  options,
  search_path: searchPath,
  schema,
}: Readonly<Partial<Record<Parameter, string>>>): Readonly<Record<string, string>> {
  const settings: Record<string, string> = {};
  for (const option of splitOptions(options ?? "")) {
    const [, name, value] = OPTION.exec(option) ?? [];
    if (name === undefined || value === undefined) {
      throw new Unusable(
        `the parameter options must consist of "-c name=value", not ${JSON.stringify(option.slice(0, 60))}`,
      );
    }
    settings[name.replaceAll("-", "_").toLowerCase()] = value;
  }
  if (searchPath !== undefined && schema !== undefined) {
    throw new Unusable("search_path and schema are both given; give one");
  }
  const path = searchPath ?? (schema === undefined ? undefined : quoteIdentifier(schema));
  if (path !== undefined) settings["search_path"] = path;
  return settings;
}

function splitOptions(text: string): readonly string[] {
  const words: string[] = [];
  for (const [word] of text.matchAll(/(?:\\.|[^\s\\])+/gs)) words.push(word.replaceAll(/\\(.)/gs, "$1"));
  // "-c name=value" may be one word or two.
  const options: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    options.push(word === "-c" ? `-c ${words[(index += 1)] ?? ""}` : word);
  }
  return options;
}

export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function show(
  target: Omit<PostgresTarget, "shown">,
  parameters: Readonly<Partial<Record<Parameter, string>>>,
): string {
  const { user, password, host, port, database } = target;
  const isSocket = host.startsWith("/");
  const shownHost = host.includes(":") ? `[${host}]` : isSocket ? "" : host;
  const query = Object.entries(parameters)
    .filter(([name]) => !["user", "password", "host", "port", "dbname"].includes(name))
    .concat(isSocket ? [["host", host]] : [])
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const secret = password === undefined ? "" : ":***";
  const where = `${encodeURIComponent(user)}${secret}@${shownHost}:${port}/${encodeURIComponent(database)}`;
  return `postgres://${where}${query.length === 0 ? "" : `?${query.join("&")}`}`;
}

/** Formats settings for the start-up parameter `options`. */
export function formatOptions(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value.replaceAll(/[\\\s]/g, "\\$&")}`)
    .join(" ");
}
