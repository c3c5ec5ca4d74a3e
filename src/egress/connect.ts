/**
 * Opens the connections of both clients. It resolves a name once and connects to the checked addresses only, directly or
 * through a proxy. Neither client resolves names or opens sockets.
 */
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { inBrackets } from "../url-host.ts";
import type { Guard } from "./guard.ts";
import { EgressFailure, outcomeOfError, tlsFailure, unreachable } from "./outcome.ts";
import { type OpenAddress, raceAddresses, type SocketBudget } from "./race.ts";
import { watchHeads } from "./response-heads.ts";
import { startTimeout } from "./stall.ts";
import type { StartTls, TlsIdentity } from "./tls.ts";

export interface ConnectTarget {
  readonly secure: boolean;
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly identity?: TlsIdentity | undefined;
}

/** Called once, with the connected socket (after TLS) or the failure. */
export type Connected = (
  ...result: [failure: null, socket: Socket] | [failure: EgressFailure, socket: null]
) => void;

export type Connect = (target: ConnectTarget, connected: Connected) => void;

/** Called once for each TLS connection, with the URL's origin and the end of the certificate's validity (epoch ms). */
export type OnCertificate = (origin: string, expiresAt: number) => void;

/** The way to a checked address. */
export interface Route {
  readonly open: OpenAddress;
  readonly headStartMs?: number;
  /** Returns the failure of a connection that took too long since then, if it isn't the receiver's. */
  readonly explainTimeout?: (sinceMs: number) => EgressFailure | undefined;
}

export interface ConnectOptions {
  /** Limit for name resolution, TCP and TLS together. */
  readonly timeoutMs: number;
  readonly route: Route;
  readonly startTls: StartTls;
  /** Counts the sockets of all requests. */
  readonly budget: SocketBudget;
  readonly onCertificate?: OnCertificate | undefined;
}

export function createConnect(
  guard: Pick<Guard, "resolve">,
  { timeoutMs, route, startTls, budget, onCertificate }: ConnectOptions,
): Connect {
  return ({ secure, host, port, identity }, connected) => {
    let endRace: (() => void) | undefined;
    let socket: Socket | undefined;
    let bytesBeforeTls = 0;
    let tcp: Socket | undefined;
    let settled = false;
    let stage: "name" | "tcp" | "tls" = "name";
    let stageSince = performance.now();

    const timer = startTimeout(timeoutMs, () => {
      const ofRoute = stage === "tcp" ? route.explainTimeout?.(stageSince) : undefined;
      const detail = `No connection within ${timeoutMs} ms (${stage})`;
      fail(ofRoute ?? new EgressFailure(unreachable("connect-timeout", detail)));
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
      const bytesRead = tcp === undefined ? undefined : tcp.bytesRead - bytesBeforeTls;
      endRace?.();
      socket?.destroy();
      connected(toFailure(error, stage, bytesRead), null);
    }

    function start(addresses: readonly string[]): void {
      if (settled) return;
      stage = "tcp";
      stageSince = performance.now();
      endRace = raceAddresses({ ...route, addresses, port, budget }, (...[failure, winner]) => {
        if (failure !== null) fail(failure);
        else proceed(winner);
      });
    }

    function proceed(winner: Socket): void {
      tcp = winner;
      socket = winner;
      if (!secure) {
        watchHeads(winner);
        if (settle()) connected(null, winner);
        return;
      }
      stage = "tls";
      bytesBeforeTls = winner.bytesRead;
      let tls: TLSSocket;
      try {
        tls = startTls(winner, host, identity);
      } catch (error) {
        fail(new EgressFailure(UNUSABLE_IDENTITY, error));
        return;
      }
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

const UNUSABLE_IDENTITY = unreachable(
  "tls-client-certificate",
  "This server's OpenSSL can't use the client certificate, its key or the certificate authority",
);

function formatOrigin(host: string, port: number): string {
  return new URL(`https://${inBrackets(host)}:${port}`).origin;
}

/** Returns the failure of an error. After the TCP connection, every error counts as a TLS failure of the peer. */
function toFailure(error: unknown, stage: "name" | "tcp" | "tls", bytesRead?: number): EgressFailure {
  if (error instanceof EgressFailure) return error;
  return new EgressFailure(stage === "tls" ? tlsFailure(error, bytesRead) : outcomeOfError(error), error);
}
