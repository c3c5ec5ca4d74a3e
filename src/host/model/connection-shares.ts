/** How many connections one client may have: as many as are still free for the others. Pure. */

/** A client may have so many in any case. */
export const LEAST_CONNECTIONS = 16;

/** The most that one client can come to, when there is no other. */
export const mostConnections = (all: number): number => Math.ceil(all / 2);

/**
 * Returns whether a client with `own` connections may have another one while there are `open` of at most `all`. The first
 * client comes to half of them, the next to a quarter, and so on: no client leaves nothing for the others.
 */
export function mayConnect(own: number, open: number, all: number): boolean {
  return own < LEAST_CONNECTIONS || own < all - open;
}
