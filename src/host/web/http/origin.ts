/**
 * Where a request came from and by which name: the Host header allow-list, which stops DNS rebinding, and the trusted
 * proxies, whose forwarded headers count.
 */
import type { IncomingMessage } from "node:http";
import { BlockList, isIPv6 } from "node:net";
import type { Socket } from "node:net";
import { CallboardError } from "../../../errors.ts";
import type { Problem } from "../../../errors.ts";
import { isWildcardAddress, parseAddress } from "../../model/addresses.ts";
import { findClient, readProtocol } from "../../model/forwarded.ts";
import { parseHostName, matchesHost, parseHostPattern, plainName } from "../../model/host-names.ts";

const ALWAYS_OWN = ["localhost", "127.0.0.1", "::1"];

export interface HostNames {
  /** What the server listens on. */
  readonly listen: string;
  readonly baseUrl: string | undefined;
  readonly further: readonly string[];
}

/** Reports whether the Host header of a request is one of this server's names. */
export type IsOwnHost = (request: IncomingMessage) => boolean;

export function createHostCheck(names: HostNames): IsOwnHost {
  const own = new Set([
    ...ALWAYS_OWN,
    plainName(names.listen) ?? "",
    ...names.further.flatMap((entry) => parseHostPattern(entry) ?? []),
  ]);
  if (names.baseUrl !== undefined) own.add(plainName(new URL(names.baseUrl).hostname) ?? "");
  // On a wildcard, the address that was connected to is ours as well; a rebinding page cannot name it.
  const anyOwnAddress = isWildcardAddress(names.listen);
  return (request) => {
    const name = parseHostName(request.headers.host ?? "");
    if (name === undefined) return false;
    return (
      matchesHost(name, own) || (anyOwnAddress && name === normalizeAddress(request.socket.localAddress))
    );
  };
}

/** @throws {CallboardError} HOST_HEADER if a request names its host more than once (RFC 9112, section 3.2) */
export function requireOneHost({ rawHeaders }: IncomingMessage): void {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? "";
    if (name.length === 4 && name.toLowerCase() === "host") count += 1;
  }
  if (count > 1)
    throw new CallboardError("HOST_HEADER", "The request has more than one Host header; send one");
}

/** An IPv4 address that arrives over an IPv6 socket is written as IPv4. */
function normalizeAddress(address: string | undefined): string {
  return parseAddress(address ?? "") ?? "";
}

export interface Origin {
  /** Address of the client, as far as trusted proxies tell it; "" after the client has gone away. */
  readonly address: string;
  readonly isHttps: boolean;
  /** The peer says that it forwards for a client, and is no trusted proxy: the client is unknown. */
  readonly isUndeclared: boolean;
}

/** The other side of a connection, looked up once for all of its requests. */
interface Peer {
  readonly address: string;
  readonly isTrusted: boolean;
  readonly isHttps: boolean;
}

const FORWARDING = ["x-forwarded-for", "forwarded", "x-real-ip"] as const;

/**
 * Reads where a request came from. The nearest address that is no trusted proxy counts: what stands before it in
 * X-Forwarded-For was written by the client.
 * @throws {CallboardError} CONFIG_INVALID at once for an entry that is neither an address nor a network.
 */
export function createOriginReader(trustedProxies: readonly string[]): (request: IncomingMessage) => Origin {
  const isTrusted = createTrust(trustedProxies);
  const peers = new WeakMap<Socket, Peer>();

  function findPeer(socket: Socket): Peer {
    const known = peers.get(socket);
    if (known !== undefined) return known;
    const address = normalizeAddress(socket.remoteAddress);
    const peer = { address, isTrusted: isTrusted(address), isHttps: "encrypted" in socket };
    peers.set(socket, peer);
    return peer;
  }

  return ({ socket, headers }) => {
    const { address: peer, isTrusted: isProxy, isHttps } = findPeer(socket);
    if (!isProxy) {
      const isUndeclared = FORWARDING.some((name) => headers[name] !== undefined);
      return { address: peer, isHttps, isUndeclared };
    }
    const protocol = readProtocol(joinHeader(headers["x-forwarded-proto"]));
    return {
      address: findClient(peer, joinHeader(headers["x-forwarded-for"]), isTrusted),
      isHttps: protocol === undefined ? isHttps : protocol === "https",
      isUndeclared: false,
    };
  };
}

/**
 * Reports whether a peer is a trusted proxy, by its address as a socket has it.
 * @throws {CallboardError} CONFIG_INVALID at once for an entry that is neither an address nor a network.
 */
export function createTrust(trustedProxies: readonly string[]): (address: string) => boolean {
  const trusted = createBlockList(trustedProxies);
  return (written) => {
    const address = normalizeAddress(written);
    return address !== "" && trusted.check(address, isIPv6(address) ? "ipv6" : "ipv4");
  };
}

function joinHeader(header: string | string[] | undefined): string {
  return Array.isArray(header) ? header.join(",") : (header ?? "");
}

/**
 * Wraps a reader so that the first request from an undeclared proxy is reported, once: until the proxy is declared, every
 * client counts as the proxy itself.
 */
export function warnOfUndeclared<R extends IncomingMessage>(
  readOrigin: (request: R) => Origin,
  warn: (peer: string) => void,
): (request: R) => Origin {
  let isTold = false;
  return (request) => {
    const origin = readOrigin(request);
    if (origin.isUndeclared && !isTold) {
      isTold = true;
      warn(origin.address);
    }
    return origin;
  };
}

function createBlockList(entries: readonly string[]): BlockList {
  const list = new BlockList();
  const problems: Problem[] = [];
  for (const entry of entries) {
    const [written = "", prefix] = entry.split("/");
    const address = parseAddress(written) ?? "";
    const bits = isIPv6(address) ? 128 : 32;
    const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
    if (address === "" || length < 0 || length > bits) {
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
