/**
 * The allow-list (`CALLBOARD_ALLOW_NETWORKS`): hosts and networks that requests can reach although they are not public, also
 * over http.
 */
import { isIP, isIPv4 } from "node:net";
import { CallboardError, type Problem } from "../errors.ts";
import { addressKind, createBlockList, canonicalAddress } from "./address.ts";
import type { ThisMachine } from "./this-machine.ts";

/** Setting that widens the rules, named in each refusal that it can lift. */
export const ALLOW_SETTING = "CALLBOARD_ALLOW_NETWORKS";

export interface AllowList {
  /** Reports whether a network of the list contains the address. */
  readonly hasAddress: (address: string) => boolean;
  /**
   * Reports whether the list names the host (lowercase, without a trailing dot). Such a name can resolve to a private or
   * loopback address.
   */
  readonly hasHost: (host: string) => boolean;
  /**
   * Reports whether the host is a name of this machine that counts as loopback. It stands for this machine's addresses only.
   */
  readonly isThisMachine: (host: string) => boolean;
}

const LOOPBACK_NETWORKS = ["127.0.0.0/8", "::1/128"];
/** Excludes names whose last label is a number. URLs read these as IPv4 addresses, so `10.0.0` is a mistyped network. */
const HOST_NAME = /^(?!.*(^|\.)\d+$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/;

/**
 * Parses the entries: a network (`10.0.0.0/8`), an address, a host name, or `loopback`, which stands for 127.0.0.0/8, ::1,
 * `localhost` and all names below it. Names and addresses of `thisMachine` count as loopback.
 * @throws {CallboardError} CONFIG_INVALID with every invalid entry.
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

  const list = createBlockList(networks);
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

/** Reports whether a name is `localhost` or below it, which always means this machine (RFC 6761, section 6.3). */
export function isLocalhost(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost");
}

/** Returns an entry as `address/prefix`, or undefined if it is neither a network nor an address. */
function readNetwork(text: string): string | undefined {
  const [address = "", prefix, ...rest] = text.split("/");
  const canonical = canonicalAddress(address);
  if (canonical === undefined || rest.length > 0) return undefined;
  const bits = isIP(canonical) === 4 ? 32 : 128;
  if (prefix === undefined) return `${canonical}/${bits}`;
  // A mapped address with a prefix would become another network than the written one.
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > bits || isIP(address) !== isIP(canonical))
    return undefined;
  return `${canonical}/${prefix}`;
}
