/**
 * The time of the database. Leases, due times and everything else that is stored and compared later are on this one clock, so
 * that processes whose own clocks differ agree on what is due and on whose lease has ended.
 */
import { steadyNow } from "../../../steady.ts";
import type { Now } from "../../../steady.ts";
import type { Queryable } from "./queryable.ts";

/** SQLite's: it has no time of its own, and one process owns the file. Begins as the computer's clock. */
export function createProcessClock(steady: Now = steadyNow, begin = Date.now()): Now {
  const offset = begin - steady();
  return () => Math.floor(steady() + offset);
}

export interface ServerClock {
  readonly now: Now;
  /** The server's time was `serverTime` at some moment between the two. */
  readonly observe: (serverTime: number, sentAt: number, receivedAt: number) => void;
}

/** The clock of a server, as far as this process knows it. Corrected only when an observation proves it wrong. */
export function createServerClock(steady: Now = steadyNow, begin = Date.now()): ServerClock {
  let offset = begin - steady();
  let isKnown = false;
  return {
    now: () => Math.floor(steady() + offset),
    observe: (serverTime, sentAt, receivedAt) => {
      const least = serverTime - receivedAt;
      const most = serverTime - sentAt;
      offset = isKnown ? Math.min(Math.max(offset, least), most) : (least + most) / 2;
      isKnown = true;
    },
  };
}

const OBSERVE_EVERY_MS = 2_000;

export interface ServerTime {
  readonly now: Now;
  readonly stop: () => void;
}

/** Resolves when the server's time is known; from then on it is read again every two seconds. */
export async function followServerTime(q: Queryable): Promise<ServerTime> {
  const clock = createServerClock();
  let isReading = false;

  async function read(): Promise<void> {
    const sentAt = steadyNow();
    const [row] = await q.query<{ now: number }>(`SELECT ${q.dialect.at("0")} AS now`);
    if (row !== undefined) clock.observe(row.now, sentAt, steadyNow());
  }
  async function readAgain(): Promise<void> {
    if (isReading) return;
    isReading = true;
    // A database that cannot be reached tells no time; what is known of it stays right meanwhile.
    await read().catch(() => undefined);
    isReading = false;
  }
  // The first may have waited for a connection, and says little.
  await read();
  await read();
  const timer = setInterval(() => void readAgain(), OBSERVE_EVERY_MS).unref();
  return { now: clock.now, stop: () => clearInterval(timer) };
}
