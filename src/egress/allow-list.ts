/**
 * The allow-list (`CALLBOARD_ALLOW_NETWORKS`): which places requests may go to although they are not public, and over http.
 */
import { isIP, isIPv4 } from "node:net";
import { CallboardError, type Problem } from "../errors.ts";
import { addressKind, blockListOf, canonicalAddress } from "./address.ts";
import type { ThisMachine } from "./this-machine.ts";

/** The setting that widens the rules; named in a refusal that it could lift. */
export const ALLOW_SETTING = "CALLBOARD_ALLOW_NETWORKS";

export interface AllowList {
  /** A network of the list holds this address. */
  readonly hasAddress: (address: string) => boolean;
  /** The list names this host (lower case, no trailing dot). Such a name may resolve to a private or loopback address. */
  readonly hasHost: (host: string) => boolean;
  /** One of this machine's own names, where these count as loopback: it stands for this machine's addresses and no others. */
  readonly isThisMachine: (host: string) => boolean;
}

const LOOPBACK_NETWORKS = ["127.0.0.0/8", "::1/128"];
/** Not when the last label is a number: URLs read that as an IPv4 address, so `10.0.0` is a network gone wrong. */
const HOST_NAME = /^(?!.*(^|\.)\d+$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/;

/**
 * Reads entries of four kinds: a network (`10.0.0.0/8`), an address, a host name, or the word `loopback`, which stands
 * for 127.0.0.0/8, ::1, `localhost` and every name below it. Throws CONFIG_INVALID with every entry that is none of these.
 * The names and addresses of `thisMachine` count as loopback when it is given.
 */
export function readAllowList(entries: readonly string[], thisMachine?: ThisMachine): AllowList {
  const networks: string[] = [];
  const hosts = new Set<string>();
  const problems: Problem[] = [];
  let loopback = false;

  for (const [index, entry] of entries.entries()) {
    const text = entry.trim().toLowerCase();
    const network = readNetwork(text);
    if (text === "loopback") {
      loopback = true;
      networks.push(...LOOPBACK_NETWORKS);
    } else if (network !== undefined) {
      networks.push(network);
    } else if (HOST_NAME.test(text)) {
      hosts.add(text);
    } else {
      problems.push({
        pointer: `/${index}`,
        detail: `"${text}" is not a network, an address or a host name`,
      });
    }
  }
  if (problems.length > 0) {
    const details = problems.map(({ detail }) => detail).join("; ");
    throw new CallboardError("CONFIG_INVALID", `${ALLOW_SETTING}: ${details}`, { errors: problems });
  }

  const list = blockListOf(networks);
  return {
    hasAddress: (text) => {
      const address = canonicalAddress(text);
      if (address === undefined || addressKind(address) === "unusable") return false;
      return (
        list.check(address, isIPv4(address) ? "ipv4" : "ipv6") || thisMachine?.hasAddress(address) === true
      );
    },
    hasHost: (host) => hosts.has(host) || (loopback && isLocalhost(host)),
    isThisMachine: (host) => thisMachine?.hasName(host) === true,
  };
}

/** `localhost` and all names below it mean this machine (RFC 6761, section 6.3). */
export function isLocalhost(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost");
}

/** The entry as `address/prefix`, or undefined when it is neither a network nor an address. */
function readNetwork(text: string): string | undefined {
  const [address = "", prefix, ...rest] = text.split("/");
  const canonical = canonicalAddress(address);
  if (canonical === undefined || rest.length > 0) return undefined;
  const bits = isIP(canonical) === 4 ? 32 : 128;
  if (prefix === undefined) return `${canonical}/${bits}`;
  // A mapped address with a prefix would mean another network than the one that was written.
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > bits || isIP(address) !== isIP(canonical))
    return undefined;
  return `${canonical}/${prefix}`;
}
