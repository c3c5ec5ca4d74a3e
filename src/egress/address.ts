/**
 * Classifies IP addresses by the tables of special addresses. Pure.
 * Sources: the IANA special-purpose address registries for IPv4 and IPv6 (RFC 6890 and its updates).
 */
import { BlockList, SocketAddress, isIP, isIPv4 } from "node:net";

/**
 * public: the internet. private: private networks. link-local: the local link, which includes the metadata services of
 * clouds. reserved: documentation, benchmarks, future use. unusable: never the address of a host (unspecified, multicast, or
 * an address that embeds another one).
 */
export type AddressKind = "public" | "loopback" | "private" | "link-local" | "reserved" | "unusable";

const SPECIAL_IPV4: readonly (readonly [cidr: string, kind: AddressKind])[] = [
  ["0.0.0.0/8", "unusable"],
  ["10.0.0.0/8", "private"],
  ["100.64.0.0/10", "private"],
  ["127.0.0.0/8", "loopback"],
  ["168.63.129.16/32", "link-local"], // Azure's WireServer: looks public, is the machine's own hypervisor
  ["169.254.0.0/16", "link-local"],
  ["172.16.0.0/12", "private"],
  ["192.0.0.0/24", "reserved"],
  ["192.0.2.0/24", "reserved"],
  ["192.31.196.0/24", "reserved"],
  ["192.52.193.0/24", "reserved"],
  ["192.88.99.0/24", "reserved"],
  ["192.168.0.0/16", "private"],
  ["192.175.48.0/24", "reserved"],
  ["198.18.0.0/15", "reserved"],
  ["198.51.100.0/24", "reserved"],
  ["203.0.113.0/24", "reserved"],
  ["224.0.0.0/4", "unusable"],
  ["255.255.255.255/32", "unusable"],
  ["240.0.0.0/4", "reserved"],
];

/** Checked in this order. Other addresses are public inside 2000::/3 and reserved outside it. */
const SPECIAL_IPV6: readonly (readonly [cidr: string, kind: AddressKind])[] = [
  ["::1/128", "loopback"],
  ["::/96", "unusable"], // unspecified, and IPv4-compatible
  ["::ffff:0:0:0/96", "unusable"], // IPv4-translated
  ["fc00::/7", "private"],
  ["fe80::/10", "link-local"],
  ["ff00::/8", "unusable"],
  ["2001::/32", "unusable"], // Teredo carries an IPv4 address
  ["2001::/23", "reserved"],
  ["2001:db8::/32", "reserved"],
  ["2002::/16", "unusable"], // 6to4 carries an IPv4 address
  ["2620:4f:8000::/48", "reserved"],
  ["3fff::/20", "reserved"],
];

const IPV4_LISTS = SPECIAL_IPV4.map(([cidr, kind]) => ({ kind, list: createBlockList([cidr]) }));
const IPV6_LISTS = SPECIAL_IPV6.map(([cidr, kind]) => ({ kind, list: createBlockList([cidr]) }));
const GLOBAL_UNICAST = createBlockList(["2000::/3"]);

const MAPPED_IPV4 = "::ffff:";

/**
 * Returns the canonical spelling of an address: lowercase and shortest, with an IPv4-mapped IPv6 address as IPv4. Returns
 * undefined for text that is not an address, and for an address with a zone (`fe80::1%eth0`).
 */
export function canonicalAddress(text: string): string | undefined {
  if (isIPv4(text)) return text;
  if (isIP(text) === 0 || text.includes("%")) return undefined;
  const { address } = new SocketAddress({ address: text, family: "ipv6" });
  const isMapped = address.startsWith(MAPPED_IPV4) && address.includes(".");
  return isMapped ? address.slice(MAPPED_IPV4.length) : address;
}

/** Returns the kind of an address. "unusable" for text that is not an address. */
export function addressKind(text: string): AddressKind {
  const address = canonicalAddress(text);
  if (address === undefined) return "unusable";
  if (isIPv4(address)) {
    return IPV4_LISTS.find(({ list }) => list.check(address, "ipv4"))?.kind ?? "public";
  }
  const special = IPV6_LISTS.find(({ list }) => list.check(address, "ipv6"));
  if (special !== undefined) return special.kind;
  return GLOBAL_UNICAST.check(address, "ipv6") ? "public" : "reserved";
}

/** Creates a list of networks, given as valid `address/prefix`. */
export function createBlockList(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    // Stryker disable next-line StringLiteral: the caller has made sure that both are there
    const [address = "", prefix = ""] = cidr.split("/");
    list.addSubnet(address, Number(prefix), isIPv4(address) ? "ipv4" : "ipv6");
  }
  return list;
}
