/** Names of this server in the Host header: how they are read from a request and from the configuration. Pure. */
import { parseAddress } from "./addresses.ts";

const LABEL = "[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?";
const NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);

/**
 * Returns the host name of a Host header in lowercase, without port, brackets and trailing dot; an address in its
 * canonical spelling. Undefined if the header is not a host name.
 */
export function hostNameOf(header: string): string | undefined {
  const match = /^(?:\[([^[\]]+)\]|([^:[\]]+))(?::\d{1,5})?$/.exec(header.trim());
  return plainName(match?.[1] ?? match?.[2] ?? "");
}

/** Returns the name or address in the spelling that {@link hostNameOf} returns. Undefined if it is neither. */
export function plainName(text: string): string | undefined {
  const address = parseAddress(text);
  if (address !== undefined) return address;
  const name = text.toLowerCase().replace(/\.$/, "");
  return name.length <= 253 && NAME.test(name) ? name : undefined;
}

/**
 * Reads one entry of CALLBOARD_ALLOWED_HOSTS: a name or an address, `*.` and a name for all names below it, also as typed
 * from an address bar (`https://name`, `name:443`). The port does not count. Undefined if it is none of these.
 */
export function parseHostPattern(entry: string): string | undefined {
  const authority = /^(?:https?:\/\/)?([^/]+)\/?$/i.exec(entry.trim())?.[1] ?? "";
  const address = parseAddress(authority);
  if (address !== undefined) return address;
  const isWildcard = authority.startsWith("*.");
  const bare = isWildcard ? authority.slice(2) : authority;
  const name = hostNameOf(toAscii(bare));
  if (name === undefined) return undefined;
  if (!isWildcard) return name;
  return parseAddress(name) === undefined && name.includes(".") ? `*.${name}` : undefined;
}

/** An international name as browsers send it: in punycode. */
function toAscii(authority: string): string {
  if (!/[^\0-\x7f]/.test(authority)) return authority;
  return URL.canParse(`http://${authority}/`) ? new URL(`http://${authority}/`).host : "";
}

/** Reports whether a name from {@link hostNameOf} is one of these patterns from {@link parseHostPattern}. */
export function matchesHost(name: string, patterns: ReadonlySet<string>): boolean {
  if (patterns.has(name)) return true;
  for (let at = name.indexOf("."); at !== -1; at = name.indexOf(".", at + 1)) {
    if (patterns.has(`*${name.slice(at)}`)) return true;
  }
  return false;
}
