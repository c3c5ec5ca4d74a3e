/** Parses and compares IP addresses as text. Pure. */
import { inBrackets } from "../../url-host.ts";
import { parseUrl } from "../../parse-url.ts";

const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
const IPV6_CHARACTERS = /^[0-9a-f:.]{2,45}$/i;

/**
 * Returns the canonical spelling of an address: IPv6 in lowercase and compressed, IPv4-mapped IPv6 as IPv4. Undefined for
 * other texts. IPv6 brackets are accepted, a zone (`%eth0`) is removed.
 */
export function parseAddress(text: string): string | undefined {
  if (IPV4.test(text)) return text;
  const bare = text.replace(/^\[([^[\]]*)\]$/, "$1").replace(/%[\w.~-]+$/, "");
  if (!bare.includes(":") || !IPV6_CHARACTERS.test(bare)) return undefined;
  const canonical = parseUrl(`http://[${bare}]/`)?.hostname.slice(1, -1);
  if (canonical === undefined) return undefined;
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical);
  if (mapped === null) return canonical;
  return mapped
    .slice(1)
    .map((group) => Number.parseInt(group, 16))
    .flatMap((group) => [group >> 8, group & 255])
    .join(".");
}

/** Reports whether the text is a loopback address, in any spelling: 127.0.0.0/8 or ::1. */
export function isLoopbackAddress(text: string): boolean {
  const address = parseAddress(text);
  return address !== undefined && (address === "::1" || /^127\.\d+\.\d+\.\d+$/.test(address));
}

/** Reports whether the text is a wildcard address, for all addresses of this machine. */
export function isWildcardAddress(text: string): boolean {
  const address = parseAddress(text);
  return address === "0.0.0.0" || address === "::";
}

/** Returns the URL at which programs on the same machine reach a server: a wildcard is no address to connect to. */
export function toLocalUrl(listenAddress: string, port: number): string {
  const address = listenAddress.replace(/^\[|\]$/g, "");
  const loopback = address.includes(":") ? "::1" : "127.0.0.1";
  return `http://${inBrackets(isWildcardAddress(address) ? loopback : address)}:${port}`;
}

/** Returns the key under which limits count a client: its IPv4 address, or its /64, since an IPv6 client has a whole one. */
export function toLimitKey(address: string): string {
  const canonical = parseAddress(address);
  if (canonical === undefined) return address;
  if (!canonical.includes(":")) return canonical;
  const [head = "", tail] = canonical.split("::");
  const groups = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const missing = tail === undefined ? 0 : 8 - groups.length - after.length;
  const all = [...groups, ...Array.from({ length: missing }, () => "0"), ...after];
  return `${all.slice(0, 4).join(":")}::/64`;
}
