/** Parses this server's names in Host headers and in the configuration. Pure. */
import { parseAddress } from "./addresses.ts";
import { parseUrl } from "../../parse-url.ts";

const LABEL = "[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?";
const NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);

/**
 * Returns the name in a Host header in lowercase, without port, brackets and trailing dot, and an address in its canonical
 * spelling. Undefined if the header is invalid.
 */
export function parseHostName(header: string): string | undefined {
  const match = /^(?:\[([^[\]]+)\]|([^:[\]]+))(?::\d{1,5})?$/.exec(header.trim());
  return plainName(match?.[1] ?? match?.[2] ?? "");
}

/** Returns a name or address as {@link parseHostName} spells it. Undefined if it is neither. */
export function plainName(text: string): string | undefined {
  const address = parseAddress(text);
  if (address !== undefined) return address;
  const name = text.toLowerCase().replace(/\.$/, "");
  return name.length <= 253 && NAME.test(name) ? name : undefined;
}

/**
 * Parses an entry of CALLBOARD_ALLOWED_HOSTS: a name, an address, or `*.` and a name for all names below it, also as copied
 * from an address bar (`https://name`, `name:443`). The port is ignored. Undefined if it is none of these.
 */
export function parseHostPattern(entry: string): string | undefined {
  const authority = /^(?:https?:\/\/)?([^/]+)\/?$/i.exec(entry.trim())?.[1] ?? "";
  const address = parseAddress(authority);
  if (address !== undefined) return address;
  const isWildcard = authority.startsWith("*.");
  const bare = isWildcard ? authority.slice(2) : authority;
  const name = parseHostName(toAscii(bare));
  if (name === undefined) return undefined;
  if (!isWildcard) return name;
  return parseAddress(name) === undefined && name.includes(".") ? `*.${name}` : undefined;
}

/** Converts an international name to punycode, as browsers do. */
function toAscii(authority: string): string {
  if (!/[^\0-\x7f]/.test(authority)) return authority;
  return parseUrl(`http://${authority}/`)?.host ?? "";
}

/** Reports whether a name from {@link parseHostName} matches a pattern from {@link parseHostPattern}. */
export function matchesHost(name: string, patterns: ReadonlySet<string>): boolean {
  if (patterns.has(name)) return true;
  for (let at = name.indexOf("."); at !== -1; at = name.indexOf(".", at + 1)) {
    if (patterns.has(`*${name.slice(at)}`)) return true;
  }
  return false;
}
