/** Limits the connections of one client by the number that is free for others. Pure. */

/** Number of connections that every client can have. */
export const MIN_CONNECTIONS = 16;

/** Returns the maximum for one client without other clients. */
export const maxConnections = (all: number): number => Math.ceil(all / 2);

/**
 * Reports whether a client with `own` connections can open another one while there are `open` of at most `all`. The first
 * client gets half of them, the next a quarter, and so on, so that some always remain for others.
 */
export function mayConnect(own: number, open: number, all: number): boolean {
  return own < MIN_CONNECTIONS || own < all - open;
}
