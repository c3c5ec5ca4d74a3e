/**
 * The way through a proxy. It tells the proxy's failures from those of the receivers behind it, and knows whether the proxy
 * works. Addresses of this machine are reached directly: the proxy would reach its own.
 */
import type { Socket } from "node:net";
import { addressKind } from "./address.ts";
import { isLocalhost } from "./allow-list.ts";
import type { Route } from "./connect.ts";
import { EgressFailure } from "./outcome.ts";
import { isOutageReason, type Outage } from "./proxy-failure.ts";
import { afterProxyFailure, afterProxyResponse, PROXY_WORKS, type ProxyState } from "./proxy-state.ts";
import { NoReply, toClosedFailure, toEgressFailure, type Tunnels } from "./proxy-tunnel.ts";
import { type OpenAddress, overTcp, type SocketBudget } from "./race.ts";
import type { ThisMachine } from "./this-machine.ts";
import { getHost } from "../url-host.ts";

/** What requests have to know of their proxy. */
export interface ProxyWatch {
  /** Reports whether the proxy fails, so that a request to the origin would fail for certain. */
  readonly blocks: (origin: string) => boolean;
  /** Returns the failure of the proxy, undefined while it works. */
  readonly failure: () => Outage | undefined;
  /** Calls back when the proxy begins to fail and when it works again. Returns a function that ends this. */
  readonly onChange: (listener: () => void) => () => void;
}

export interface ProxyRoute extends ProxyWatch {
  readonly route: Route;
  readonly close: () => void;
}

export interface ProxyRouteOptions {
  readonly tunnels: Tunnels;
  readonly budget: SocketBudget;
  /** Limit for a connection to a receiver, in ms. */
  readonly timeoutMs: number;
  readonly thisMachine: ThisMachine | undefined;
  /** A clock that never jumps. */
  readonly now: () => number;
}

/** Through a proxy, each attempt costs it a connection of its own. */
const HEAD_START_MS = 1_000;
/** Part of the time for a connection after which the proxy itself is asked, and that it has to respond. */
const ASK_AFTER = 1 / 2;
const ASK_FOR = 2 / 5;

export function createProxyRoute(options: ProxyRouteOptions): ProxyRoute {
  const { tunnels, budget, timeoutMs, thisMachine, now } = options;
  const openDirectly = overTcp(budget);
  const listeners = new Set<() => void>();
  let state: ProxyState = PROXY_WORKS;
  let respondedAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<boolean> | undefined;
  let lastTried: { readonly address: string; readonly port: number } | undefined;
  let retrying: NodeJS.Timeout | undefined;
  let isClosed = false;

  const onResponse = (): void => {
    respondedAt = now();
  };

  function become(next: ProxyState): void {
    const hasChanged = next.kind !== state.kind;
    state = next;
    if (hasChanged) for (const listener of listeners) listener();
    if (state.kind === "works") {
      clearTimeout(retrying);
      retrying = undefined;
    } else if (!isClosed) {
      retrying ??= setTimeout(tryAgain, Math.max(0, state.tryAt - now())).unref();
    }
  }

  /** Opens a tunnel as an earlier one. Its address was checked then, and nothing is sent to it. */
  function tryAgain(): void {
    retrying = undefined;
    if (lastTried === undefined) return;
    const { address, port } = lastTried;
    const since = now();
    const signal = AbortSignal.timeout(timeoutMs);
    openTunnel(address, port, signal).then(
      (socket) => socket.destroy(),
      () => {
        if (signal.aborted) explainTimeout(since);
      },
    );
  }

  /** Asks the proxy itself, once for all who want to know. */
  function ask(): Promise<boolean> {
    asking ??= tunnels
      .isAlive(AbortSignal.timeout(timeoutMs * ASK_FOR))
      .catch(() => false)
      .then((isAlive) => {
        if (isAlive) onResponse();
        return isAlive;
      })
      .finally(() => (asking = undefined));
    return asking;
  }

  /**
   * Returns the socket of a tunnel, and takes its result into account.
   * @throws {EgressFailure} as its failure
   * @throws {NoReply} if it was aborted
   */
  async function openTunnel(address: string, port: number, signal: AbortSignal): Promise<Socket> {
    const timer = setTimeout(() => void ask(), timeoutMs * ASK_AFTER).unref();
    try {
      const socket = await tunnels.open(address, port, { signal, onResponse });
      if (signal.aborted) {
        socket.destroy();
        throw new NoReply();
      }
      become(afterProxyResponse(state, now()));
      return socket;
    } catch (error) {
      if (signal.aborted) throw error;
      const failure = error instanceof NoReply ? toClosedFailure(await ask()) : error;
      if (failure instanceof EgressFailure) take(failure);
      throw failure;
    } finally {
      clearTimeout(timer);
    }
  }

  function take({ outcome }: EgressFailure): void {
    if (outcome.kind !== "unreachable" || outcome.reason === "local") return;
    const { reason, detail } = outcome;
    become(
      isOutageReason(reason)
        ? afterProxyFailure(state, { reason, detail }, now())
        : afterProxyResponse(state, now()),
    );
  }

  /** A proxy that responded to something in this time waited for the receiver. */
  function explainTimeout(sinceMs: number): EgressFailure | undefined {
    if (respondedAt >= sinceMs) {
      become(afterProxyResponse(state, now()));
      return undefined;
    }
    const failure = toEgressFailure({
      reason: "proxy-timeout",
      detail: `The proxy did not respond within ${timeoutMs} ms`,
    });
    take(failure);
    return failure;
  }

  const openThrough: OpenAddress = (address, port, opened) => {
    const canceled = new AbortController();
    lastTried = { address, port };
    openTunnel(address, port, canceled.signal).then(
      (socket) => opened(null, socket),
      (error: unknown) => opened(error instanceof Error ? error : new NoReply(), null),
    );
    return () => canceled.abort();
  };

  const isOfThisMachine = (address: string): boolean =>
    addressKind(address) === "loopback" || thisMachine?.hasAddress(address) === true;

  function isReachedDirectly(origin: string): boolean {
    const host = getHost(new URL(origin));
    return isLocalhost(host) || thisMachine?.hasName(host) === true || isOfThisMachine(host);
  }

  return {
    route: {
      open: (address, port, opened) =>
        (isOfThisMachine(address) ? openDirectly : openThrough)(address, port, opened),
      headStartMs: HEAD_START_MS,
      explainTimeout,
    },
    blocks: (origin) => state.kind === "fails" && !isReachedDirectly(origin),
    failure: () => (state.kind === "fails" ? state.failure : undefined),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      isClosed = true;
      clearTimeout(retrying);
    },
  };
}
