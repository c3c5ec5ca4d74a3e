/**
 * Connects to the first address that accepts (RFC 8305, section 5). Each address has a head start of 250 ms before the next
 * one, and slow ones stay in the race.
 */
import { connect, isIP, type Socket } from "node:net";

/** Called once, with a connected socket or the error of the last address. */
export type Raced = (...result: [failure: null, socket: Socket] | [failure: Error, socket: null]) => void;

/** Counts the sockets of all requests. */
export interface SocketBudget {
  readonly max: number;
  open: number;
}

const HEAD_START_MS = 250;

/** Maximum number of concurrent attempts. Beyond it the oldest is dropped, so that one request never becomes a volley. */
const MAX_ATTEMPTS = 3;

/** Starts a race. Returns a function that ends it without a result. */
export function raceAddresses(
  addresses: readonly string[],
  port: number,
  budget: SocketBudget,
  raced: Raced,
): () => void {
  const waiting = interleave(addresses);
  /** Oldest first. */
  const attempts = new Set<Socket>();
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;

  function end(): void {
    isOver = true;
    clearTimeout(timer);
    for (const socket of attempts) socket.destroy();
    attempts.clear();
  }

  function startNext(): void {
    clearTimeout(timer);
    const address = waiting.shift();
    if (address === undefined) return;
    const [oldest] = attempts;
    if (oldest !== undefined && (attempts.size >= MAX_ATTEMPTS || budget.open >= budget.max)) {
      attempts.delete(oldest);
      oldest.destroy();
    }
    start(address);
    if (waiting.length > 0) timer = setTimeout(startNext, HEAD_START_MS);
  }

  function start(address: string): void {
    // `host` is an address, so Node resolves nothing.
    const socket = connect({ host: address, port });
    attempts.add(socket);
    budget.open += 1;
    socket.once("close", () => (budget.open -= 1));
    // Never removed: a socket can fail again while it closes, or before its client listens.
    socket.on("error", (error) => {
      if (!attempts.delete(socket)) return;
      if (waiting.length > 0) {
        startNext();
      } else if (attempts.size === 0 && !isOver) {
        end();
        raced(error, null);
      }
    });
    socket.once("connect", () => {
      if (!attempts.delete(socket)) return;
      end();
      raced(null, socket);
    });
  }

  startNext();
  return end;
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
