/**
 * Connects to the first address that accepts (RFC 8305, section 5). Each address has a head start before the next one, and
 * slow ones stay in the race.
 */
import { connect, isIP, type Socket } from "node:net";
import { canonicalAddress } from "./address.ts";
import { EgressFailure } from "./outcome.ts";

/** Called with a connected socket or an error. Later calls are ignored. */
export type Opened = (...result: [failure: null, socket: Socket] | [failure: Error, socket: null]) => void;

/** Opens a connection to an address, and calls back after it has returned. Returns a function that cancels it. */
export type OpenAddress = (address: string, port: number, opened: Opened) => () => void;

/** Counts the sockets of all requests. */
export interface SocketBudget {
  readonly max: number;
  open: number;
}

export interface Race {
  readonly addresses: readonly string[];
  readonly port: number;
  readonly open: OpenAddress;
  readonly budget: SocketBudget;
  /** Default: 250 ms. */
  readonly headStartMs?: number;
}

const HEAD_START_MS = 250;

/** Maximum number of concurrent attempts. Beyond it the oldest is dropped, so that one request never becomes a volley. */
const MAX_ATTEMPTS = 3;

/** Idle time before TCP probes detect a peer that has vanished. */
const TCP_KEEP_ALIVE_MS = 60_000;

interface Attempt {
  cancel: () => void;
}

/** Starts a race, which ends with the first socket or the error of the last address. Returns a function that ends it without a result. */
export function raceAddresses(
  { addresses, port, open, budget, headStartMs = HEAD_START_MS }: Race,
  raced: Opened,
): () => void {
  const waiting = interleave(addresses);
  /** Oldest first. */
  const attempts = new Set<Attempt>();
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;

  function end(): void {
    isOver = true;
    clearTimeout(timer);
    for (const attempt of attempts) attempt.cancel();
    attempts.clear();
  }

  function startNext(): void {
    clearTimeout(timer);
    const address = waiting.shift();
    if (address === undefined) return;
    const [oldest] = attempts;
    if (oldest !== undefined && (attempts.size >= MAX_ATTEMPTS || budget.open >= budget.max)) {
      attempts.delete(oldest);
      oldest.cancel();
    }
    start(address);
    if (waiting.length > 0) timer = setTimeout(startNext, headStartMs);
  }

  function start(address: string): void {
    const attempt: Attempt = { cancel: () => undefined };
    attempts.add(attempt);
    attempt.cancel = open(address, port, (...[failure, socket]) => {
      if (!attempts.delete(attempt)) return;
      if (failure === null) {
        end();
        raced(null, socket);
      } else if (waiting.length > 0) {
        startNext();
      } else if (attempts.size === 0 && !isOver) {
        end();
        raced(failure, null);
      }
    });
  }

  startNext();
  return end;
}

/** Opens connections over TCP. The peer's address is checked again before a byte is written. */
export function overTcp(budget: SocketBudget): OpenAddress {
  return (address, port, opened) => {
    // `host` is an address, so Node resolves nothing.
    const socket = connect({ host: address, port });
    budget.open += 1;
    socket.once("close", () => (budget.open -= 1));
    // Never removed: a socket can fail again while it closes, or before its client listens.
    socket.on("error", (error) => opened(error, null));
    socket.once("connect", () => {
      socket.setNoDelay(true).setKeepAlive(true, TCP_KEEP_ALIVE_MS);
      const refusal = judgePeer(socket, address);
      if (refusal === undefined) {
        opened(null, socket);
        return;
      }
      socket.destroy();
      opened(refusal, null);
    });
    return () => socket.destroy();
  };
}

function judgePeer(socket: Socket, checked: string): EgressFailure | undefined {
  const address = canonicalAddress(socket.remoteAddress ?? "");
  if (address === canonicalAddress(checked)) return undefined;
  return new EgressFailure({
    kind: "forbidden",
    code: "IP_DENIED",
    detail: "The connection reached another address than the checked one",
    ...(address === undefined ? {} : { address }),
  });
}

/**
 * Alternates the address families, beginning with that of the first address, so that an unreachable family costs one head
 * start.
 */
export function interleave(addresses: readonly string[]): string[] {
  const family = isIP(addresses[0] ?? "");
  const same = addresses.filter((address) => isIP(address) === family);
  const other = addresses.filter((address) => isIP(address) !== family);
  const longest = Math.max(same.length, other.length);
  return Array.from({ length: longest }, (_, index) => [same[index], other[index]])
    .flat()
    .filter((address) => address !== undefined);
}
