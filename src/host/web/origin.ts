/**
 * Where a request came from and by which name: the Host header allow-list, which stops DNS rebinding, and the trusted
 * proxies, whose forwarded headers count.
 */
import type { IncomingMessage } from "node:http";
import { BlockList, isIP, isIPv6 } from "node:net";
import { CallboardError } from "../../errors.ts";
import type { Problem } from "../../errors.ts";

const ALWAYS_OWN = ["localhost", "127.0.0.1", "::1"];
const WILDCARDS = new Set(["0.0.0.0", "::"]);

/** The host name of a Host header, without port and brackets, in lower case; undefined when it is not one. */
export function hostNameOf(header: string): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9_.-]+))(?::\d{1,5})?$/i.exec(header.trim());
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}

export interface HostNames {
  /** What the server listens on. */
  readonly listen: string;
  readonly baseUrl: string | undefined;
  readonly further: readonly string[];
}

/** @throws CallboardError FORBIDDEN_HOST, from what it returns, for a request to a name that is not ours. */
export function createHostCheck(names: HostNames): (request: IncomingMessage) => void {
  const own = new Set([...ALWAYS_OWN, plain(names.listen), ...names.further.map(plain)]);
  if (names.baseUrl !== undefined) own.add(plain(new URL(names.baseUrl).hostname));
  // On a wildcard, the address that was connected to is ours as well; a rebinding page cannot name it.
  const anyOwnAddress = WILDCARDS.has(plain(names.listen));
  return (request) => {
    const name = hostNameOf(request.headers.host ?? "");
    if (name !== undefined && own.has(name)) return;
    if (name !== undefined && anyOwnAddress && name === addressOf(request.socket.localAddress)) return;
    throw new CallboardError(
      "FORBIDDEN_HOST",
      "The Host header names another server; add the name to CALLBOARD_ALLOWED_HOSTS if it is this one's",
    );
  };
}

function plain(host: string): string {
  return host.toLowerCase().replace(/^\[|\]$/g, "");
}

/** An IPv4 address that arrives over an IPv6 socket is written as IPv4. */
function addressOf(address: string | undefined): string {
  return (address ?? "").replace(/^::ffff:(?=\d+\.)/, "");
}

export interface Origin {
  /** Address of the client, as far as trusted proxies tell it. */
  readonly address: string;
  readonly isHttps: boolean;
}

/**
 * Reads where a request came from. The nearest address that is no trusted proxy counts: what stands before it in
 * X-Forwarded-For was written by the client.
 * @throws CallboardError CONFIG_INVALID at once for an entry that is neither an address nor a network.
 */
export function createOriginReader(trustedProxies: readonly string[]): (request: IncomingMessage) => Origin {
  const trusted = blockListOf(trustedProxies);
  const isTrusted = (address: string) => {
    const family = isIP(address);
    return family !== 0 && trusted.check(address, family === 6 ? "ipv6" : "ipv4");
  };
  return (request) => {
    const peer = addressOf(request.socket.remoteAddress);
    const isHttps = "encrypted" in request.socket;
    if (!isTrusted(peer)) return { address: peer, isHttps };
    const forwarded = listOf(request.headers["x-forwarded-for"]);
    const address = forwarded.findLast((each) => !isTrusted(each)) ?? forwarded[0] ?? peer;
    const [proto] = listOf(request.headers["x-forwarded-proto"]).slice(-1);
    return { address, isHttps: proto === undefined ? isHttps : proto === "https" };
  };
}

function listOf(header: string | string[] | undefined): readonly string[] {
  const text = Array.isArray(header) ? header.join(",") : (header ?? "");
  return text
    .split(",")
    .map((item) => addressOf(item.trim()))
    .filter((item) => item !== "");
}

function blockListOf(entries: readonly string[]): BlockList {
  const list = new BlockList();
  const problems: Problem[] = [];
  for (const entry of entries) {
    const [address = "", prefix] = entry.split("/");
    const bits = isIPv6(address) ? 128 : 32;
    const length = prefix === undefined ? bits : Number(prefix);
    if (isIP(address) === 0 || !Number.isInteger(length) || length < 0 || length > bits) {
      problems.push({
        pointer: "CALLBOARD_TRUSTED_PROXIES",
        detail: "CALLBOARD_TRUSTED_PROXIES must list addresses and networks, e.g. 10.0.0.0/8",
      });
      continue;
    }
    list.addSubnet(address, length, bits === 128 ? "ipv6" : "ipv4");
  }
  if (problems.length > 0) {
    throw new CallboardError("CONFIG_INVALID", problems[0]?.detail ?? "", { errors: problems });
  }
  return list;
}
