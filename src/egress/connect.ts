/**
 * Opens the connections of both clients: resolve once, connect to exactly the checked addresses, and look again at who
 * answered before a byte is written. Neither client ever resolves a name or opens a socket by itself.
 */
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from "node:net";
import { connect as connectTls, createSecureContext, rootCertificates, type SecureContext } from "node:tls";
import { canonicalAddress } from "./address.ts";
import type { Guard } from "./guard.ts";
import { EgressFailure, outcomeOfError, unreachable } from "./outcome.ts";

export interface ConnectTarget {
  readonly secure: boolean;
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Called once: with a connected socket, TLS included, or with an EgressFailure. */
export type Connected = (
  ...result: [failure: null, socket: Socket] | [failure: EgressFailure, socket: null]
) => void;

export type Connect = (target: ConnectTarget, connected: Connected) => void;

export interface ConnectOptions {
  /** For all of it: name, TCP and TLS. */
  readonly timeoutMs: number;
  /** PEM certificates to trust besides the well-known ones. */
  readonly certificateAuthorities?: readonly string[];
}

/** How long one of several addresses may take before the next is tried. */
const FAMILY_ATTEMPT_MS = 1_000;

/** Probes a connection that is quiet for this long, so that a peer that vanished is noticed. */
const TCP_KEEP_ALIVE_MS = 60_000;

export function createConnect(guard: Guard, options: ConnectOptions): Connect {
  const { timeoutMs, certificateAuthorities: extra = [] } = options;
  let secureContext: SecureContext | undefined;

  function open({ secure, host, port }: ConnectTarget, addresses: readonly string[]): Socket {
    const tcp = {
      host,
      port,
      lookup: pinnedLookup(addresses),
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: FAMILY_ATTEMPT_MS,
    };
    if (!secure) return connectTcp(tcp);
    if (extra.length > 0) secureContext ??= createSecureContext({ ca: [...rootCertificates, ...extra] });
    return connectTls({
      ...tcp,
      // A server name is a name: an address is verified against the certificate all the same, through `host`.
      servername: isIP(host) === 0 ? host : "",
      ALPNProtocols: ["http/1.1"],
      ...(secureContext === undefined ? {} : { secureContext }),
    });
  }

  return (target, connected) => {
    let socket: Socket | undefined;
    let settled = false;
    let stage: "name" | "tcp" | "tls" = "name";

    const timer = setTimeout(() => {
      fail(
        new EgressFailure(unreachable("connect-timeout", `No connection within ${timeoutMs} ms (${stage})`)),
      );
    }, timeoutMs);

    /** True for the first to call it: from then on the rest is too late. */
    function settle(): boolean {
      const isFirst = !settled;
      settled = true;
      clearTimeout(timer);
      return isFirst;
    }

    function fail(error: unknown): void {
      if (!settle()) return;
      socket?.destroy();
      connected(failureOf(error, stage), null);
    }

    function start(addresses: readonly string[]): void {
      if (settled) return;
      stage = "tcp";
      const opening = open(target, addresses);
      socket = opening;
      opening.setNoDelay(true).setKeepAlive(true, TCP_KEEP_ALIVE_MS);
      // Stays for good: a socket may fail again while it closes, or before its client listens.
      opening.on("error", fail);
      // Before the listener that begins the TLS handshake.
      opening.prependOnceListener("connect", () => {
        const refusal = judgePeer(opening, addresses);
        if (refusal !== undefined) {
          fail(refusal);
          return;
        }
        stage = "tls";
      });
      opening.once(target.secure ? "secureConnect" : "connect", () => {
        if (settle()) connected(null, opening);
      });
    }

    guard.resolve(target.host, target.port).then(start).catch(fail);
  };
}

/** Answers Node's question for a name with the addresses that were checked, whatever it asks. */
function pinnedLookup(addresses: readonly string[]): LookupFunction {
  const answers = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_host, options, callback) => {
    const [first] = answers;
    if (options.all === true) callback(null, answers);
    else if (first !== undefined) callback(null, first.address, first.family);
  };
}

function judgePeer(socket: Socket, addresses: readonly string[]): EgressFailure | undefined {
  const address = canonicalAddress(socket.remoteAddress ?? "");
  if (address !== undefined && addresses.includes(address)) return undefined;
  return new EgressFailure({
    kind: "forbidden",
    code: "IP_DENIED",
    detail: "The connection went to another address than the one that was checked",
    ...(address === undefined ? {} : { address }),
  });
}

/** Whatever goes wrong between the TCP connection and the end of the handshake is the peer's TLS. */
function failureOf(error: unknown, stage: "name" | "tcp" | "tls"): EgressFailure {
  if (error instanceof EgressFailure) return error;
  const outcome = outcomeOfError(error);
  if (stage !== "tls" || outcome.kind !== "unreachable") return new EgressFailure(outcome, error);
  return new EgressFailure(unreachable("tls", outcome.detail), error);
}
