/**
 * The proxy between the command line and its server, by the variables that command lines have in common: HTTPS_PROXY, HTTP_PROXY,
 * ALL_PROXY and NO_PROXY, also in lowercase, which comes first. Pure.
 */
import { BlockList, isIP } from "node:net";
import { parseProxyUrl } from "../proxy-url.ts";
import type { ParsedProxyUrl } from "../proxy-url.ts";
import { getHost } from "../url-host.ts";

type Environment = Readonly<Record<string, string | undefined>>;

interface Setting {
  /** As it is set: "https_proxy". */
  readonly name: string;
  readonly text: string;
}

export type ServerProxy =
  | { readonly kind: "none" }
  | { readonly kind: "proxy"; readonly proxy: Extract<ParsedProxyUrl, { ok: true }>["proxy"] }
  | { readonly kind: "invalid"; readonly setting: string; readonly problem: string };

/** Finds the proxy of requests to a URL. Servers at loopback addresses are reached directly. */
export function findServerProxy(url: URL, env: Environment): ServerProxy {
  const ofScheme = url.protocol === "https:" ? "https_proxy" : "http_proxy";
  const setting = read(env, ofScheme) ?? read(env, "all_proxy");
  if (setting === undefined || isLocal(url) || isExcluded(url, read(env, "no_proxy")?.text ?? ""))
    return { kind: "none" };
  const parsed = parseProxyUrl(withScheme(setting.text));
  return parsed.ok
    ? { kind: "proxy", proxy: parsed.proxy }
    : { kind: "invalid", setting: setting.name, problem: parsed.problem };
}

function read(env: Environment, lowercase: string): Setting | undefined {
  for (const name of [lowercase, lowercase.toUpperCase()]) {
    const text = env[name]?.trim() ?? "";
    if (text !== "") return { name, text };
  }
  return undefined;
}

/** A host and port alone is an HTTP proxy. With socks5h, the proxy resolves names, as every proxy of the command line does. */
function withScheme(text: string): string {
  if (!text.includes("://")) return `http://${text}`;
  return text.replace(/^socks5h:/i, "socks5:");
}

function isLocal(url: URL): boolean {
  const host = getHost(url);
  return (
    host === "localhost" || host.endsWith(".localhost") || isInNetworks(host, ["127.0.0.0/8", "::1/128"])
  );
}

/** Entries are names (with all names below them), addresses, networks, each with a port or without, or "*" for every server. */
function isExcluded(url: URL, list: string): boolean {
  const host = getHost(url).toLowerCase();
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  return list.split(/[\s,]+/).some((entry) => {
    const { name, onPort } = splitPort(entry.toLowerCase());
    if (name === "" || (onPort !== undefined && onPort !== port)) return false;
    if (name === "*") return true;
    if (isIP(host) !== 0) return name === host || isInNetworks(host, [name]);
    const domain = name.replace(/^\*?\./, "");
    return host === domain || host.endsWith(`.${domain}`);
  });
}

function splitPort(entry: string): { readonly name: string; readonly onPort: string | undefined } {
  const [, bracketed, plain, onPort] = /^(?:\[(.+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(entry) ?? [];
  return { name: bracketed ?? plain ?? entry, onPort };
}

function isInNetworks(host: string, networks: readonly string[]): boolean {
  const family = isIP(host);
  return networks.some((network) => {
    const [, address = "", prefix = ""] = /^(.+)\/(\d{1,3})$/.exec(network) ?? [];
    const bits = Number(prefix);
    if (family === 0 || isIP(address) !== family || bits > (family === 4 ? 32 : 128)) return false;
    const list = new BlockList();
    const type = family === 4 ? "ipv4" : "ipv6";
    list.addSubnet(address, bits, type);
    return list.check(host, type);
  });
}
