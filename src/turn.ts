/** Lets everything else that waits for the event loop run before the next step of long work. */
export const takeTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
