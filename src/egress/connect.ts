/**
 * Opens the connections of both clients: resolve once, connect to exactly the checked addresses, and look again at who
 * answered before a byte is written. Neither client ever resolves a name or opens a socket by itself.
 */
import { isIP, type Socket } from "node:net";
import {
  connect as connectTls,
  createSecureContext,
  rootCertificates,
  type SecureContext,
  type TLSSocket,
} from "node:tls";
import { canonicalAddress } from "./address.ts";
import type { Guard } from "./guard.ts";
import { EgressFailure, outcomeOfError, tlsFailure, unreachable } from "./outcome.ts";
import { raceAddresses, type SocketBudget } from "./race.ts";
import { watchHeads } from "./response-heads.ts";
import { startTimeout } from "./stall.ts";

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

/** Called once for each connection over TLS, with the origin of the URL and the end of its certificate in epoch ms. */
export type OnCertificate = (origin: string, expiresAt: number) => void;

export interface ConnectOptions {
  /** For all of it: name, TCP and TLS. */
  readonly timeoutMs: number;
  /** PEM certificates to trust besides the well-known ones. */
  readonly certificateAuthorities?: readonly string[];
  /** Counts the sockets of all requests. */
  readonly budget?: SocketBudget;
  readonly onCertificate?: OnCertificate;
}

/** Probes a connection that is quiet for this long, so that a peer that vanished is noticed. */
const TCP_KEEP_ALIVE_MS = 60_000;

export function createConnect(guard: Guard, options: ConnectOptions): Connect {
  const { timeoutMs, certificateAuthorities: extra = [], onCertificate } = options;
  const budget = options.budget ?? { max: Number.POSITIVE_INFINITY, open: 0 };
  let secureContext: SecureContext | undefined;

  function startTls(tcp: Socket, host: string): TLSSocket {
    if (extra.length > 0) {
      secureContext ??= createSecureContext({ ca: [...rootCertificates, ...extra], minVersion: "TLSv1.2" });
    }
    return connectTls({
      socket: tcp,
      host,
      // A server name is a name: an address is verified against the certificate all the same, through `host`.
      servername: isIP(host) === 0 ? host : "",
      ALPNProtocols: ["http/1.1"],
      // Given here so that the environment (NODE_TLS_REJECT_UNAUTHORIZED, --tls-min-v1.0) cannot weaken them.
      rejectUnauthorized: true,
      minVersion: "TLSv1.2",
      ...(secureContext === undefined ? {} : { secureContext }),
    });
  }

  return ({ secure, host, port }, connected) => {
    let endRace: (() => void) | undefined;
    let tcp: Socket | undefined;
    let socket: Socket | undefined;
    let settled = false;
    let stage: "name" | "tcp" | "tls" = "name";

    const timer = startTimeout(timeoutMs, () => {
      fail(
        new EgressFailure(unreachable("connect-timeout", `No connection within ${timeoutMs} ms (${stage})`)),
      );
    });

    /** True for the first to call it: from then on the rest is too late. */
    function settle(): boolean {
      const isFirst = !settled;
      settled = true;
      timer.clear();
      return isFirst;
    }

    function fail(error: unknown): void {
      if (!settle()) return;
      const bytesRead = tcp?.bytesRead;
      endRace?.();
      socket?.destroy();
      connected(failureOf(error, stage, bytesRead), null);
    }

    function start(addresses: readonly string[]): void {
      if (settled) return;
      stage = "tcp";
      endRace = raceAddresses(addresses, port, budget, (...[failure, winner]) => {
        if (failure !== null) fail(failure);
        else proceed(winner, addresses);
      });
    }

    function proceed(winner: Socket, addresses: readonly string[]): void {
      tcp = winner;
      socket = winner;
      winner.setNoDelay(true).setKeepAlive(true, TCP_KEEP_ALIVE_MS);
      const refusal = judgePeer(winner, addresses);
      if (refusal !== undefined) {
        fail(refusal);
        return;
      }
      if (!secure) {
        watchHeads(winner);
        if (settle()) connected(null, winner);
        return;
      }
      stage = "tls";
      const tls = startTls(winner, host);
      socket = tls;
      watchHeads(tls);
      // Stays for good: a socket may fail again while it closes, or before its client listens.
      tls.on("error", (error) => {
        fail(error);
        // An alert after the handshake does not end the socket; what follows it would hide it.
        tls.destroy();
      });
      tls.once("secureConnect", () => {
        if (!settle()) return;
        // Reading it takes a tenth of a millisecond: here, where the handshake has taken ten times as long, and nowhere else.
        onCertificate?.(originOf(host, port), Date.parse(tls.getPeerCertificate().valid_to));
        connected(null, tls);
      });
    }

    guard.resolve(host, port).then(start).catch(fail);
  };
}

function originOf(host: string, port: number): string {
  return new URL(`https://${isIP(host) === 6 ? `[${host}]` : host}:${port}`).origin;
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
function failureOf(error: unknown, stage: "name" | "tcp" | "tls", bytesRead?: number): EgressFailure {
  if (error instanceof EgressFailure) return error;
  return new EgressFailure(stage === "tls" ? tlsFailure(error, bytesRead) : outcomeOfError(error), error);
}
