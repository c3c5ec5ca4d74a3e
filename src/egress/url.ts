/**
 * Decides which URLs requests can go to, by their text. Pure; the addresses of a name are checked when it resolves. Later
 * code uses the parsed URL only, so that there is one reading of the text.
 */
import { isIPv4 } from "node:net";
import { byAdministrator } from "../by-administrator.ts";
import { CallboardError } from "../errors.ts";
import { getHost } from "../url-host.ts";
import { addressKind, canonicalAddress } from "./address.ts";
import type { AddressKind } from "./address.ts";
import type { AllowList } from "./allow-list.ts";
import { ALLOW_SETTING, isLocalhost } from "./allow-list.ts";
import type { Forbidden } from "./outcome.ts";
import { parseUrl } from "../parse-url.ts";

/** false: http and https. true: https, or http to hosts of the allow-list. "always": https without exception. */
export type HttpsOnly = boolean | "always";

/**
 * Allows http beyond the allow-list. false: never. true: for requests that don't require https. "always": also for
 * `httpsOnly: true`.
 */
export type AllowHttp = boolean | "always";

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

export interface UrlPolicy {
  readonly allowList: AllowList;
  readonly allowHttp: AllowHttp;
  /** Reports whether Callboard listens at or is known by this address. A request to it would loop. */
  readonly isOwn: (host: string, port: number) => boolean;
}

const MAX_URL_LENGTH = 2048;

/** Characters that are invisible, or that URL parsers remove, replace or read differently. */
const UNSAFE_CHARACTERS = /[\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}\\]/u;

/** Names with a meaning in one network only. */
const PRIVATE_SUFFIXES = [
  ".localhost",
  ".localdomain",
  ".local",
  ".internal",
  ".intranet",
  ".private",
  ".lan",
  ".home",
  ".corp",
  ".home.arpa",
  ".svc",
  ".onion",
];

/** The "bad ports" of the Fetch standard: protocols that an HTTP request can trick. */
const FETCH_BAD_PORTS = [
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104,
  109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515,
  526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049,
  3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
];

/** Databases and infrastructure, often without authentication. */
const INFRASTRUCTURE_PORTS = [
  1433, 1521, 2375, 2376, 2379, 2380, 3306, 3389, 5432, 5672, 6379, 6443, 9042, 9092, 9200, 9300, 10250,
  11211, 27017,
];

const DENIED_PORTS: ReadonlySet<number> = new Set([...FETCH_BAD_PORTS, ...INFRASTRUCTURE_PORTS]);

/** Returns the parsed URL, or the refusal. */
export function judgeUrl(text: string, policy: UrlPolicy, httpsOnly: HttpsOnly): URL | Forbidden {
  const url = readUrl(text);
  if (!(url instanceof URL)) return url;
  return judgeHost(url, policy) ?? judgeSpelling(text, url) ?? judgeScheme(url, policy, httpsOnly) ?? url;
}

/**
 * Returns the parsed URL.
 * @throws {CallboardError} with the code of the refusing rule.
 */
export function requireUrl(text: string, policy: UrlPolicy, httpsOnly: HttpsOnly): URL {
  const url = judgeUrl(text, policy, httpsOnly);
  if (url instanceof URL) return url;
  throw new CallboardError(url.code, url.detail);
}

export function getPort(url: URL): number {
  if (url.port !== "") return Number(url.port);
  return url.protocol === "https:" ? 443 : 80;
}

/** Formats a kind for a refusal, such as "a private address". */
export function describeKind(kind: AddressKind): string {
  return kind === "unusable" ? "an address that no host has" : `a ${kind} address`;
}

function readUrl(text: string): URL | Forbidden {
  if (text.length > MAX_URL_LENGTH) return forbid("URL_TOO_LONG", "The URL is longer than 2,048 characters");
  if (UNSAFE_CHARACTERS.test(text)) {
    return forbid("URL_CHARS", "The URL contains a space, a backslash or an invisible character");
  }
  // Otherwise the author of a payload could choose the host, and one subscription would have many endpoints.
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*[{}]/i.test(text)) {
    return forbid("URL_INVALID", "Variables are allowed in the path and the query of a URL, not in its host");
  }
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return forbid("URL_INVALID", "The URL must be absolute, for example https://…");
  if (scheme !== "https" && scheme !== "http") {
    return forbid("URL_SCHEME", "The URL must begin with https:// or http://");
  }
  const authority = /^[a-z]+:\/\/([^/?#]+)/i.exec(text)?.[1];
  const url = parseUrl(text);
  if (authority === undefined || url === undefined) return forbid("URL_INVALID", "The URL is invalid");
  if (authority.includes("@")) {
    return forbid("URL_CREDENTIALS", "The URL must not contain a user name or password");
  }
  if (text.includes("#")) return forbid("URL_FRAGMENT", "The URL must not contain a fragment (#…)");
  if (url.hostname.endsWith(".")) url.hostname = url.hostname.slice(0, -1);
  const isLiteral = url.hostname.startsWith("[") || isIPv4(url.hostname);
  if (!isLiteral && !isHostName(url.hostname))
    return forbid("URL_INVALID", "The URL's host is not a valid name");
  if (DENIED_PORTS.has(getPort(url))) {
    return forbid("URL_PORT", `Port ${getPort(url)} belongs to another kind of service`);
  }
  return url;
}

/** DNS limits (RFC 1035, section 2.3.4), which the URL standard doesn't check. */
function isHostName(host: string): boolean {
  return host.length <= 253 && host.split(".").every((label) => label.length > 0 && label.length <= 63);
}

function judgeHost(url: URL, { allowList, isOwn }: UrlPolicy): Forbidden | undefined {
  const host = getHost(url);
  const address = canonicalAddress(host);
  if (isOwn(address ?? host, getPort(url))) {
    const code = address === undefined ? "HOST_DENIED" : "IP_DENIED";
    return forbid(code, "The URL points to Callboard itself");
  }
  if (address !== undefined) {
    const kind = addressKind(address);
    if (kind === "public" || allowList.hasAddress(address)) return undefined;
    const hint = kind === "unusable" ? "" : ` ${byAdministrator("allow it", `${ALLOW_SETTING}=${address}`)}.`;
    return forbid("IP_DENIED", `${address} is ${describeKind(kind)}.${hint}`, address);
  }
  if (allowList.hasHost(host) || allowList.isThisMachine(host) || !isPrivateName(host)) return undefined;
  const allow = `"${host}" is a private host name. ${byAdministrator("allow it", `${ALLOW_SETTING}=${host}`)}`;
  // A program in development has a port of its own.
  if (!allowList.hasHost("localhost") || url.port === "") return forbid("HOST_DENIED", `${allow}.`);
  const local = `http://localhost:${getPort(url)}`;
  return forbid(
    "HOST_DENIED",
    `${allow}. If it is this machine, use ${local} instead; atlassian-connect-express does so with AC_LOCAL_BASE_URL=${local}.`,
  );
}

function isPrivateName(host: string): boolean {
  return !host.includes(".") || isLocalhost(host) || PRIVATE_SUFFIXES.some((suffix) => host.endsWith(suffix));
}

/**
 * Refuses a host that parsers read differently: an IPv4 address as one number, in octal, with fewer parts or other digits,
 * and a host with percent signs. Unicode names have one reading (UTS 46) and are allowed.
 */
function judgeSpelling(text: string, url: URL): Forbidden | undefined {
  const written = writtenHost(text);
  if (isIPv4(url.hostname) && written !== url.hostname) {
    return forbid("URL_INVALID", `The URL's host is another spelling of ${url.hostname}; use that address`);
  }
  if (written.includes("%")) {
    return forbid("URL_INVALID", `The URL's host contains percent signs; use ${url.hostname}`);
  }
  return undefined;
}

const AUTHORITY = /^([a-z]+:\/\/)([^/?#]*)/i;

/** Returns the host as written, without its port. */
function writtenHost(text: string): string {
  const [, , authority = ""] = AUTHORITY.exec(text) ?? [];
  return authority.replace(/:\d*$/, "");
}

/** Replaces the host in the text of a checked URL by punycode. All else stays, including variables such as `{issue.key}`. */
export function withAsciiHost(text: string, url: URL): string {
  return /^[\x20-\x7e]*$/.test(writtenHost(text))
    ? text
    : text.replace(AUTHORITY, (_authority, scheme: string) => scheme + url.host);
}

function judgeScheme(
  url: URL,
  { allowList, allowHttp }: UrlPolicy,
  httpsOnly: HttpsOnly,
): Forbidden | undefined {
  if (url.protocol === "https:") return undefined;
  if (httpsOnly === "always") return forbid("URL_SCHEME", "The URL must begin with https://");
  const host = getHost(url);
  if (allowList.hasHost(host) || allowList.hasAddress(host) || allowList.isThisMachine(host))
    return undefined;
  if (allowHttp === "always" || (allowHttp && !httpsOnly)) return undefined;
  return forbid(
    "URL_SCHEME",
    `The URL must begin with https://. ${byAdministrator("allow http for its host", `${ALLOW_SETTING}=${host}`)}`,
  );
}

function forbid(code: Forbidden["code"], detail: string, address?: string): Forbidden {
  return address === undefined
    ? { kind: "forbidden", code, detail }
    : { kind: "forbidden", code, detail, address };
}
