/** Throughput, the time of a claim, of a sent-log page and of the web app's pages with a log that has already grown. */
import { startPostgres } from "../../test/support/postgres.ts";
import { openDatabase } from "../../src/host/store/db/database.ts";
import type { Database, Queryable } from "../../src/host/store/db/database.ts";
import { claimDeliveries, dueDeliveries } from "../../src/host/store/tables/deliveries.ts";
import type { Dialect } from "../../src/host/store/db/dialect.ts";
import { newUuid } from "../../src/host/model/ids.ts";
import { newDirectory, startHost, startSink } from "../processes.ts";
import { createProducer } from "../producer.ts";
import { tellFigure } from "../report.ts";
import type { Bar, Figure } from "../report.ts";
import { MASTER_KEY, TOKEN, seedAddons, withDatabase } from "../seed.ts";
import { median, percentile, shown, spread } from "../statistics.ts";
import { deliver } from "./throughput.ts";
import { webPageTimes } from "./web-pages.ts";

const MAX_ON_POSTGRES = 1_000_000;
const RATE_BAR: Bar = { atLeast: 0.9, aim: 0.98 };
const PAGE_BAR: Bar = { atMost: 50, aim: 10, unit: "ms" };
const PAGE_ROUNDS = 25;
const PAGES = ["", "&state=failed", "&addon=addon", "&event=jira:issue_updated"];

/** SQL of an event's id: made at `ms`, the `i`th. */
function idSql(dialect: Dialect, ms: string, i: string): string {
  const hex = (value: string, digits: number) =>
    dialect.name === "postgres"
      ? `lpad(to_hex((${value})::bigint), ${digits}, '0')`
      : `printf('%0${digits}x', ${value})`;
  return `${hex(ms, 12)} || '70008' || ${hex(i, 11)} || '0000'`;
}

/** Where the rows of number `i` belong, as SQL: `from` has the numbers `n` and what the others are read from. */
export interface RowPlace {
  readonly from: string;
  readonly siteNo: string;
  readonly endpointNo: string;
  readonly subscriptionNo: string;
}

interface MadeRows {
  readonly first: number;
  readonly count: number;
  /** SQL: when the event of number `i` was made. */
  readonly ms: string;
  /** SQL: the state of its delivery. */
  readonly state: string;
}

/** Makes `count` events from number `first` on, each with one delivery. */
async function makeRows(
  tx: Queryable,
  { from, siteNo, endpointNo, subscriptionNo }: RowPlace,
  { first, count, ms, state }: MadeRows,
): Promise<void> {
  const numbers = `WITH RECURSIVE n(i) AS (SELECT ${first} UNION ALL SELECT i + 1 FROM n WHERE i < ${first + count - 1})`;
  const id = idSql(tx.dialect, ms, "i");
  await tx.query(
    `${numbers} INSERT INTO callboard_event (site_no, id, name, lane, body, body_size)
     SELECT ${siteNo}, ${id}, 'jira:issue_updated', 0, '{}', 2 FROM ${from}`,
  );
  await tx.query(
    `${numbers} INSERT INTO callboard_delivery (site_no, id, endpoint_no, subscription_no, lane, state, due_at,
       attempts, schedule_from, redelivery, test, because, last_status, last_outcome, last_ms, settled_at)
     SELECT ${siteNo}, substr(${id}, 1, 28) || '0001', ${endpointNo}, ${subscriptionNo}, 0, ${state}, 0, 1, 1, 0, 0,
       CASE WHEN i % 100 = 0 THEN 'rejected' END, CASE WHEN i % 100 = 0 THEN 400 ELSE 204 END, 'accepted', 3, 0 FROM ${from}`,
  );
}

/** The attempts of these deliveries, and their figures by the minute. */
async function makeAttempts(
  tx: Queryable,
  { from, siteNo, endpointNo }: RowPlace,
  { first, count, ms }: Omit<MadeRows, "state">,
): Promise<void> {
  const numbers = `WITH RECURSIVE n(i) AS (SELECT ${first} UNION ALL SELECT i + 1 FROM n WHERE i < ${first + count - 1})`;
  const id = idSql(tx.dialect, ms, "i");
  await tx.query(
    `${numbers} INSERT INTO callboard_attempt (site_no, delivery_id, number, started_at, duration_ms, outcome, status, url,
       request_headers, body_size, answer_cut)
     SELECT ${siteNo}, substr(${id}, 1, 28) || '0001', 1, ${ms}, 3, 'accepted', 204, 'https://hooks.example.com/callboard', '[]', 2, 0
     FROM ${from}`,
  );
  await tx.query(
    `${numbers} INSERT INTO callboard_minute (site_no, minute, endpoint_no, outcome, count, ms_total, within_50, within_200,
       within_1000, within_5000)
     SELECT ${siteNo}, CAST((${ms}) / 60000 AS ${tx.dialect.types.int}), ${endpointNo}, 'accepted', 1, 3, 1, 1, 1, 1 FROM ${from}
     WHERE true ON CONFLICT DO NOTHING`,
  );
}

/** Everything of one endpoint of a site. */
const onEndpoint = (siteNo: number): RowPlace => ({
  from: "n",
  siteNo: String(siteNo),
  endpointNo: "1",
  subscriptionNo: "1",
});

/** Delivered rows of the past month, made by the database itself: one in a hundred failed. With their attempts if asked for. */
export async function grow(
  database: Database,
  rows: number,
  place: RowPlace,
  { vacuum = true, attempts = false } = {},
): Promise<void> {
  const now = Date.now();
  const month = 30 * 86_400_000;
  const step = 100_000;
  const state = "CASE WHEN i % 100 = 0 THEN 3 ELSE 2 END";
  for (let first = 0; first < rows; first += step) {
    const count = Math.min(step, rows - first);
    const ms = `${now - month} + ${Math.floor(month / rows)} * CAST(i AS ${database.dialect.types.big})`;
    await database.write(async (tx) => {
      await makeRows(tx, place, { first, count, ms, state });
      if (attempts) await makeAttempts(tx, place, { first, count, ms });
    });
  }
  // Autovacuum comes by a minute later; over a month it has been there.
  if (vacuum && database.dialect.name === "postgres") {
    await database.autocommit.query("VACUUM callboard_event, callboard_delivery");
  }
}

/** Fills the log of the first site of a database that a host of any build has made. */
export async function fillLog(url: string, rows: number, { vacuum = true } = {}): Promise<void> {
  const database = await openDatabase(url);
  try {
    const [site] = await database.read.query<{ no: number }>(
      "SELECT no FROM callboard_site WHERE key = 'jira'",
    );
    if (site === undefined) throw new Error("there is no site jira");
    await grow(database, rows, onEndpoint(site.no), { vacuum });
  } finally {
    await database.close();
  }
}

const WAITING = 1_000;
const CLAIMED = 200;

/** How long it takes to claim the next deliveries of an endpoint that has a thousand waiting. Leaves nothing behind. */
async function claimTimes(database: Database, siteNo: number, rounds: number): Promise<readonly number[]> {
  const now = Date.now();
  const demand = { siteNo, endpointNo: 1, lane: 0, slots: CLAIMED } as const;
  const times: number[] = [];
  const undo = new Error("only measured");
  const work = database.write(async (tx) => {
    const count = database.dialect.name === "postgres" ? CLAIMED * rounds : WAITING;
    await makeRows(tx, onEndpoint(siteNo), { first: 0, count, ms: String(now), state: "0" });
    for (let round = 0; round < rounds; round += 1) {
      const startedAt = performance.now();
      const { due } = await (database.dialect.name === "postgres"
        ? claimDeliveries(tx, [demand], now, { id: newUuid(), until: now + 25_000 })
        : dueDeliveries(tx, demand, new Set(), now));
      times.push(performance.now() - startedAt);
      if (due.length !== CLAIMED) throw new Error(`the claim got ${due.length} deliveries`);
    }
    throw undo;
  });
  await work.catch((error: unknown) => {
    if (error !== undo) throw error;
  });
  return times;
}

async function pageTimes(url: string, rounds: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const page of PAGES) {
      const startedAt = performance.now();
      const answer = await fetch(`${url}/api/v1/deliveries?site=jira${page}`, {
        headers: { authorization: `Bearer ${TOKEN}` },
      });
      await answer.text();
      if (!answer.ok) throw new Error(`the page was answered ${answer.status}`);
      times.push(performance.now() - startedAt);
    }
  }
  return times;
}

interface Place {
  readonly name: string;
  readonly newUrl: (directory: string) => Promise<string>;
}

async function measureSizes(
  { name: place, newUrl }: Place,
  sizes: readonly number[],
  rounds: number,
  deliveries: number,
): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  let emptyRate = NaN;
  let emptyClaim = NaN;
  for (const size of sizes) {
    const directory = newDirectory();
    const sink = await startSink();
    const url = await newUrl(directory.path);
    const claims = await withDatabase(url, async (database) => {
      const siteNo = await seedAddons(database, [{ key: "addon", port: sink.ports[0] ?? 0 }]);
      await grow(database, size, onEndpoint(siteNo));
      return claimTimes(database, siteNo, 50);
    });
    const host = await startHost(directory.path, {
      CALLBOARD_DATABASE_URL: url,
      CALLBOARD_MASTER_KEY: MASTER_KEY,
      CALLBOARD_ADMIN_TOKEN: TOKEN,
      CALLBOARD_ENDPOINT_CONCURRENCY: "64,64",
    });
    const producer = createProducer(host.url, TOKEN);
    const rates: number[] = [];
    const load = { fanOut: 1, deliveries };
    await deliver(producer, sink, { fanOut: 1, deliveries: deliveries / 2 });
    for (let round = 0; round < rounds; round += 1) rates.push(await deliver(producer, sink, load));
    await pageTimes(host.url, 2);
    const times = await pageTimes(host.url, PAGE_ROUNDS);
    const [slowest, ...others] = await webPageTimes(host.url, TOKEN, PAGE_ROUNDS);
    await producer.close();
    await host.stop();
    await sink.stop();
    directory.remove();
    if (Number.isNaN(emptyRate)) {
      emptyRate = median(rates);
      emptyClaim = median(claims);
    }
    const name = `${place}, ${size.toLocaleString("en")} rows`;
    const found: readonly Figure[] = [
      {
        name: `deliveries/s, ${name}`,
        value: median(rates),
        shown: shown(median(rates)),
        limit: `${shown(emptyRate)} with the first size`,
        ratio: median(rates) / emptyRate,
        detail: spread(rates),
        ...(size === 0 ? {} : { bar: RATE_BAR }),
      },
      {
        name: `claim of ${CLAIMED}, ${name}`,
        value: median(claims),
        shown: `${shown(median(claims))} ms`,
        limit: `${shown(emptyClaim)} ms with the first size`,
        ratio: median(claims) / emptyClaim,
        detail: `p95 ${shown(percentile(claims, 0.95))} ms`,
      },
      {
        name: `sent-log page, ${name}, p95`,
        value: percentile(times, 0.95),
        shown: `${shown(percentile(times, 0.95))} ms`,
        limit: "",
        detail: `median ${shown(median(times))} ms`,
        bar: PAGE_BAR,
      },
      {
        name: `slowest of ${others.length + 1} web pages, ${name}, p95`,
        value: slowest.p95,
        shown: `${shown(slowest.p95)} ms`,
        limit: "",
        detail: `${slowest.path}; the next ${others
          .slice(0, 2)
          .map(({ path, p95 }) => `${shown(p95)} ms ${path}`)
          .join(", ")}`,
        bar: PAGE_BAR,
      },
    ];
    found.forEach(tellFigure);
    figures.push(...found);
  }
  return figures;
}

/** On SQLite with all the sizes, on PostgreSQL with those that are made in reasonable time. */
export async function measureGrowth(
  sizes: readonly number[],
  rounds: number,
  deliveries: number,
): Promise<readonly Figure[]> {
  const sqlite: Place = {
    name: "SQLite",
    newUrl: (directory) => Promise.resolve(`sqlite:${directory}/callboard.sqlite`),
  };
  const figures = await measureSizes(sqlite, sizes, rounds, deliveries);
  const postgres = await startPostgres({ durable: true });
  try {
    const onPostgres: Place = { name: "PostgreSQL", newUrl: () => postgres.newUrl() };
    const some = sizes.filter((size) => size <= MAX_ON_POSTGRES);
    return [...figures, ...(await measureSizes(onPostgres, some, rounds, deliveries))];
  } finally {
    await postgres.stop();
  }
}
