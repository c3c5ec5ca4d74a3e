/**
 * The values of forwarded headers. Addresses follow the node syntax of RFC 7239, section 6: an address, alone or with a
 * port, IPv6 in brackets, possibly quoted. Everything else counts as absent. Pure.
 */
import { parseAddress } from "./addresses.ts";

const PORT = "(?::(?:\\d{1,5}|_[\\w.-]+))?";
const IPV4_NODE = new RegExp(`^([\\d.]+)${PORT}$`);
const IPV6_NODE = new RegExp(`^\\[([^[\\]]+)\\]${PORT}$`);

/** Returns the address of one entry of X-Forwarded-For, without port. Undefined if it holds none (`unknown`, `_hidden`). */
export function addressOfNode(entry: string): string | undefined {
  const text = entry.trim().replace(/^"(.*)"$/, "$1");
  const match = IPV4_NODE.exec(text) ?? IPV6_NODE.exec(text);
  return parseAddress(match?.[1] ?? text);
}

/**
 * Returns the client's address. Read from the nearest proxy outward: every trusted entry passes the question on, the first
 * one that is not trusted is the client. An entry that is no address ends the search at the proxy that wrote it, since
 * everything before it may be the client's invention.
 */
export function clientOf(
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
export function protocolOf(forwardedProto: string): "http" | "https" | undefined {
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
