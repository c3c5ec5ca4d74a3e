/** Adds the figures of each complete hour up, by whichever process comes first. Doing it twice changes nothing. */
import { realClock } from "../../clock.ts";
import type { Schedule } from "../../clock.ts";
import type { Logger } from "../../logger.ts";
import { createRepeating } from "../../repeating.ts";
import type { Database } from "../store/db/database.ts";
import {
  firstOpenHour,
  removeHours,
  removeStrayHours,
  saveHours,
  setFirstOpenHour,
  sumHour,
} from "../store/tables/endpoint-hours.ts";
import type { EndpointHour } from "../store/tables/endpoint-hours.ts";
import { listSites } from "../store/tables/sites.ts";

const HOUR_MS = 3_600_000;
const LOOK_EVERY_MS = 5 * 60_000;
const FIRST_LOOK_MS = 10_000;
/** Attempts are recorded some time after they began, and counted for the minute that they began in. */
const SETTLED_AFTER_MS = 5 * 60_000;
/** Hours that figures are shown of, and one day more. */
const HOURS_KEPT = 8 * 24;

export interface AddUpHours {
  readonly start: () => void;
  readonly stop: () => Promise<void>;
  /** Resolves when every complete hour is added up. */
  readonly run: () => Promise<void>;
}

export interface AddUpHoursParts {
  readonly database: Database;
  /** The computer's time, which the figures are by. */
  readonly now: () => number;
  /** By the computer's own time when left out. */
  readonly schedule?: Schedule;
  readonly logger: Logger;
}

export function createAddUpHours({
  database,
  now,
  schedule = realClock.scheduleLook,
  logger,
}: AddUpHoursParts): AddUpHours {
  async function run(): Promise<void> {
    const end = Math.floor((now() - SETTLED_AFTER_MS) / HOUR_MS);
    const oldest = end - HOURS_KEPT;
    const open = (await firstOpenHour(database.read)) ?? oldest;
    if (open >= end) return;
    const siteNos = (await listSites(database.read)).map(({ no }) => no);
    // The last hour that was added up once more: the database may have been away when its attempts were recorded.
    for (let hour = Math.max(oldest, open - 1); hour < end && !looks.isStopped(); hour += 1) {
      const sums: EndpointHour[] = [];
      for (const siteNo of siteNos) sums.push(...(await sumHour(database.read, siteNo, hour)));
      // A new database has nothing but empty hours: each would be a commit.
      if (sums.length === 0 && hour + 1 < end) continue;
      await database.write(async (tx) => {
        await saveHours(tx, sums);
        await setFirstOpenHour(tx, hour + 1);
      });
    }
    for (const siteNo of siteNos) await database.write((tx) => removeHours(tx, siteNo, oldest));
    await database.write((tx) => removeStrayHours(tx, siteNos));
  }

  const looks = createRepeating({
    run,
    everyMs: LOOK_EVERY_MS,
    firstMs: FIRST_LOOK_MS,
    schedule,
    onError: (error) => logger.warn("figures.sum-failed", { error }),
  });
  return { run, start: looks.start, stop: looks.stop };
}
