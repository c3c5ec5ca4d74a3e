/**
 * Opens tunnels through a proxy: CONNECT (RFC 9110, section 9.3.6) or SOCKS5 (RFC 1928). The proxy gets an address that was
 * checked here and never a name, which it could resolve to another address.
 */
import { type OutgoingHttpHeaders, request } from "node:http";
import type { Socket } from "node:net";
import type { Proxy } from "../proxy-url.ts";
import { inBrackets } from "../url-host.ts";
import { canonicalAddress } from "./address.ts";
import { MAX_HEADER_BYTES } from "./answer.ts";
import { EgressFailure, findErrorCode, outcomeOfError, tlsFailure, unreachable } from "./outcome.ts";
import { CLOSED_BY_PROXY, judgeConnectStatus, judgeProxyTls, judgeSocksError } from "./proxy-failure.ts";
import type { TunnelFailure } from "./proxy-failure.ts";
import { overTcp, raceAddresses, type SocketBudget } from "./race.ts";
import type { NameResolver } from "./resolve.ts";
import { isTlsReason } from "./tls-failure.ts";
import type { StartTls } from "./tls.ts";

/** Thrown if the proxy closed the connection, or sent something unreadable, before it had responded. */
export class NoReply extends Error {}

export interface Tunnels {
  /**
   * Returns a socket that leads to the address.
   * @param signal destroys what was opened so far
   * @param onResponse called when the proxy has responded, to whatever request
   * @throws {EgressFailure} the failure of the proxy or of the receiver
   * @throws {NoReply} if either can be the reason
   */
  readonly open: (
    address: string,
    port: number,
    options: { readonly signal: AbortSignal; readonly onResponse: () => void },
  ) => Promise<Socket>;
  /** Sends the proxy a request that concerns no receiver. Resolves to true if it responds. */
  readonly isAlive: (signal: AbortSignal) => Promise<boolean>;
}

export interface TunnelsOptions {
  readonly proxy: Proxy;
  readonly resolver: NameResolver;
  readonly budget: SocketBudget;
  readonly startTls: StartTls;
  readonly timeoutMs: number;
}

export function createTunnels({ proxy, resolver, budget, startTls, timeoutMs }: TunnelsOptions): Tunnels {
  const { protocol, host, port: proxyPort, credentials } = proxy;
  const authorization =
    credentials === undefined
      ? undefined
      : `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString("base64")}`;

  /** @throws {EgressFailure} "proxy-unreachable", "proxy-tls", or "local" */
  async function dial(signal: AbortSignal): Promise<Socket> {
    try {
      const found = await resolver.resolve(host);
      const addresses = found.map((address) => canonicalAddress(address) ?? address);
      const tcp = await new Promise<Socket>((resolve, reject) => {
        const race = { addresses, port: proxyPort, open: overTcp(budget), budget };
        const end = raceAddresses(race, (...[failure, socket]) => {
          if (failure === null) resolve(socket);
          else reject(failure);
        });
        onAbort(signal, () => {
          end();
          reject(new NoReply());
        });
      });
      onAbort(signal, () => tcp.destroy());
      return protocol === "https" ? await secure(tcp) : tcp;
    } catch (error) {
      throw toUnreachable(error);
    }
  }

  function secure(tcp: Socket): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const tls = startTls(tcp, host);
      // Never removed: a socket can fail again while it closes.
      tls.on("error", (error) => {
        reject(toTlsFailure(error));
        tls.destroy();
      });
      tls.once("secureConnect", () => resolve(tls));
    });
  }

  function send(socket: Socket, method: string, path: string, more: OutgoingHttpHeaders = {}) {
    // The authority of CONNECT is its host; a request to the proxy itself has that of the proxy.
    const headers = { ...more, host: method === "CONNECT" ? path : host };
    return request({
      method,
      path,
      headers: authorization === undefined ? headers : { ...headers, "proxy-authorization": authorization },
      createConnection: () => socket,
      maxHeaderSize: MAX_HEADER_BYTES,
    });
  }

  function connectByHttp(socket: Socket, address: string, port: number, onResponse: () => void) {
    const authority = `${inBrackets(address)}:${port}`;
    return new Promise<void>((resolve, reject) => {
      const sent = send(socket, "CONNECT", authority);
      sent.once("connect", ({ statusCode = 0 }, _socket, head: Buffer) => {
        onResponse();
        const failure = judgeConnectStatus(statusCode, port) ?? (head.length > 0 ? EARLY_BYTES : undefined);
        if (failure === undefined) resolve();
        else reject(toEgressFailure(failure));
      });
      sent.on("error", () => reject(new NoReply()));
      sent.end();
    });
  }

  async function connectBySocks(socket: Socket, address: string, port: number, onResponse: () => void) {
    const { SocksClient } = await import("socks");
    const before = socket.bytesRead;
    socket.once("data", onResponse);
    const login =
      credentials === undefined ? {} : { userId: credentials.user, password: credentials.password };
    try {
      await SocksClient.createConnection({
        existing_socket: socket,
        command: "connect",
        proxy: { host, port: proxyPort, type: 5, ...login },
        destination: { host: address, port },
        timeout: timeoutMs,
      });
    } catch (error) {
      // The error carries the password, so it goes no further.
      if (socket.bytesRead === before) throw new NoReply();
      throw toEgressFailure(judgeSocksError(error instanceof Error ? error.message : ""));
    }
  }

  return {
    open: async (address, port, { signal, onResponse }) => {
      const socket = await dial(signal);
      try {
        const connect = protocol === "socks5" ? connectBySocks : connectByHttp;
        await connect(socket, address, port, onResponse);
        return socket;
      } catch (error) {
        socket.destroy();
        throw error;
      }
    },
    isAlive: async (signal) => {
      // A SOCKS5 proxy responds to the greeting before it hears of a receiver.
      if (protocol === "socks5") return false;
      const socket = await dial(signal);
      return new Promise((resolve) => {
        // Max-Forwards: 0 asks the proxy itself (RFC 9110, section 7.6.2).
        const sent = send(socket, "OPTIONS", "*", { "max-forwards": "0" });
        sent.once("response", () => resolve(true));
        sent.on("error", () => resolve(false));
        sent.once("close", () => socket.destroy());
        sent.end();
      });
    },
  };
}

/** The receiver can't have sent them, because no request was sent to it. */
const EARLY_BYTES: TunnelFailure = {
  reason: "proxy-protocol",
  detail: "The proxy sent bytes before the receiver was sent a request",
};

export function toEgressFailure({ reason, detail }: TunnelFailure): EgressFailure {
  return new EgressFailure(unreachable(reason, detail));
}

/** Returns the failure of a proxy that closes connections without a response. */
export function toClosedFailure(isAlive: boolean): EgressFailure {
  return toEgressFailure(
    isAlive
      ? CLOSED_BY_PROXY
      : { reason: "proxy-unreachable", detail: "The proxy gives no readable response" },
  );
}

function toTlsFailure(error: unknown): EgressFailure {
  const outcome = tlsFailure(error);
  return outcome.kind === "unreachable" && isTlsReason(outcome.reason)
    ? toEgressFailure(judgeProxyTls(findErrorCode(error), outcome.reason))
    : new EgressFailure(outcome);
}

/** Reasons that say more than that there is no connection. */
const SAID_ALREADY: ReadonlySet<string> = new Set(["local", "proxy-tls"]);

function toUnreachable(error: unknown): Error {
  if (error instanceof NoReply) return error;
  const outcome = outcomeOfError(error);
  if (outcome.kind === "unreachable" && SAID_ALREADY.has(outcome.reason)) return new EgressFailure(outcome);
  const code = findErrorCode(error);
  const why = code === "" ? outcome.detail : code;
  return toEgressFailure({ reason: "proxy-unreachable", detail: `No connection to the proxy: ${why}` });
}

function onAbort(signal: AbortSignal, act: () => void): void {
  if (signal.aborted) act();
  else signal.addEventListener("abort", act, { once: true });
}
