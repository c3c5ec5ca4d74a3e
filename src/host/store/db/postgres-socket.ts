/**
 * Sockets to PostgreSQL that notice a far end which has vanished without a word: nothing passes for a while, and then the
 * socket is closed, so that whoever waits on it learns it at once instead of when the system gives up, in minutes.
 */
import { Socket } from "node:net";

/** Longer than any statement may take, so that a slow answer is not taken for none. */
export const SILENCE_MS = 12_000;
export const STATEMENT_TIMEOUT_MS = 10_000;
/** No transaction of ours rests between two statements. */
export const IDLE_IN_TRANSACTION_MS = 5_000;

/** For connections without TLS: the bytes of one with TLS pass by the socket below it unseen. */
export function socketsFor(): () => Socket {
  return watchedSocket;
}

function watchedSocket(): Socket {
  const socket = new Socket();
  return socket.setTimeout(SILENCE_MS, () => {
    socket.destroy(new Error("The database said nothing for too long"));
  });
}
