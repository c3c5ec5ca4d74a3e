/**
 * Parses the values of forwarded headers. Addresses follow the node syntax of RFC 7239, section 6: an address with or without
 * a port, IPv6 in brackets, possibly quoted. All other values count as missing. Pure.
 */
import { parseAddress } from "./addresses.ts";

const PORT = "(?::(?:\\d{1,5}|_[\\w.-]+))?";
const IPV4_NODE = new RegExp(`^([\\d.]+)${PORT}$`);
const IPV6_NODE = new RegExp(`^\\[([^[\\]]+)\\]${PORT}$`);

/** Returns the address of an X-Forwarded-For entry, without port. Undefined if it has none (`unknown`, `_hidden`). */
export function addressOfNode(entry: string): string | undefined {
  const text = entry.trim().replace(/^"(.*)"$/, "$1");
  const match = IPV4_NODE.exec(text) ?? IPV6_NODE.exec(text);
  return parseAddress(match?.[1] ?? text);
}

/**
 * Returns the client's address. Entries are read from the nearest proxy outward, and the first untrusted one is the client.
 * An invalid entry makes the proxy that wrote it the client, because all entries before it can be made up.
 */
export function findClient(
  peer: string,
  forwardedFor: string,
  isTrusted: (address: string) => boolean,
): string {
  let client = peer;
  for (const entry of forwardedFor.split(",").toReversed()) {
    if (!isTrusted(client)) return client;
    if (entry.trim() === "") continue;
    const address = addressOfNode(entry);
    if (address === undefined) return client;
    client = address;
  }
  return client;
}

/** Returns the protocol of the hop nearest to the client, in any letter case. Undefined if it is neither http nor https. */
export function readProtocol(forwardedProto: string): "http" | "https" | undefined {
  const nearest = forwardedProto
    .split(",")
    .map((entry) =>
      entry
        .trim()
        .replace(/^"(.*)"$/, "$1")
        .toLowerCase(),
    )
    .find((entry) => entry !== "");
  if (nearest === "https" || nearest === "wss") return "https";
  return nearest === "http" || nearest === "ws" ? "http" : undefined;
}
