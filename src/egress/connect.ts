/**
 * Opens the connections of both clients. It resolves a name once, connects to the checked addresses only, and checks the
 * peer's address again before it writes a byte. Neither client resolves names or opens sockets.
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

/** Called once, with the connected socket (after TLS) or the failure. */
export type Connected = (
  ...result: [failure: null, socket: Socket] | [failure: EgressFailure, socket: null]
) => void;

export type Connect = (target: ConnectTarget, connected: Connected) => void;

/** Called once for each TLS connection, with the URL's origin and the end of the certificate's validity (epoch ms). */
export type OnCertificate = (origin: string, expiresAt: number) => void;

export interface ConnectOptions {
  /** Limit for name resolution, TCP and TLS together. */
  readonly timeoutMs: number;
  /** Trusted PEM certificates, in addition to the well-known ones. */
  readonly certificateAuthorities?: readonly string[];
  /** Counts the sockets of all requests. */
  readonly budget?: SocketBudget;
  readonly onCertificate?: OnCertificate;
}

/** Idle time before TCP probes detect a peer that has vanished. */
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
      // SNI allows names only. `host` verifies the certificate of an address.
      servername: isIP(host) === 0 ? host : "",
      ALPNProtocols: ["http/1.1"],
      // Set here so that the environment (NODE_TLS_REJECT_UNAUTHORIZED, --tls-min-v1.0) can't weaken them.
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

    /** Returns true for the first call only. Later results are ignored. */
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
      connected(toFailure(error, stage, bytesRead), null);
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
      // Never removed: a socket can fail again while it closes, or before its client listens.
      tls.on("error", (error) => {
        fail(error);
        // An alert after the handshake doesn't end the socket, and a later error would replace it.
        tls.destroy();
      });
      tls.once("secureConnect", () => {
        if (!settle()) return;
        // Reading the certificate takes 0.1 ms, so it is read once per handshake, which takes ten times as long.
        onCertificate?.(formatOrigin(host, port), Date.parse(tls.getPeerCertificate().valid_to));
        connected(null, tls);
      });
    }

    guard.resolve(host, port).then(start).catch(fail);
  };
}

function formatOrigin(host: string, port: number): string {
  return new URL(`https://${isIP(host) === 6 ? `[${host}]` : host}:${port}`).origin;
}

function judgePeer(socket: Socket, addresses: readonly string[]): EgressFailure | undefined {
  const address = canonicalAddress(socket.remoteAddress ?? "");
  if (address !== undefined && addresses.includes(address)) return undefined;
  return new EgressFailure({
    kind: "forbidden",
    code: "IP_DENIED",
    detail: "The connection reached another address than the checked one",
    ...(address === undefined ? {} : { address }),
  });
}

/** Returns the failure of an error. After the TCP connection, every error counts as a TLS failure of the peer. */
function toFailure(error: unknown, stage: "name" | "tcp" | "tls", bytesRead?: number): EgressFailure {
  if (error instanceof EgressFailure) return error;
  return new EgressFailure(stage === "tls" ? tlsFailure(error, bytesRead) : outcomeOfError(error), error);
}
