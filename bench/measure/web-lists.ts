/**
 * How heavy the lists of the web app are: size as sent, time to the last byte, and the first paint in a real Chromium if there is
 * one, with 2,000 webhooks on a site, 500 receivers of an event, 10,000 endpoints, 1,000 add-ons and 200 sites.
 */
import { execFileSync } from "node:child_process";
import { get } from "node:http";
import { logIn, newLoginLink } from "../login.ts";
import { newDirectory, startHost } from "../processes.ts";
import type { HostProcess } from "../processes.ts";
import { tellFigure } from "../report.ts";
import type { Bar, Figure } from "../report.ts";
import { EVENT, MASTER_KEY, TEN_THOUSAND_ENDPOINTS, TOKEN, seedRegistry, withDatabase } from "../seed.ts";
import { median, percentile, shown } from "../statistics.ts";

const PAINT_BAR: Bar = { atMost: 300, aim: 150, unit: "ms" };
const SIZE_BAR: Bar = { atMost: 60, aim: 20, unit: "KiB" };

const PAGES = [
  "/admin",
  "/admin/webhooks/jira",
  "/admin/webhooks/jira?q=webhook+19",
  "/admin/webhooks/jira/1",
  "/admin/addons",
  "/admin/addons?q=addon-99",
  "/admin/endpoints",
  "/admin/endpoints?q=hooks-99",
  "/admin/deliveries",
  "/admin/events",
  "/admin/replays/jira/new",
  `/admin/catalogue/jira/${encodeURIComponent(EVENT)}`,
  "/admin/catalogue",
  "/admin/settings",
  "/admin/settings/limits",
  "/admin/audit",
];

interface Loaded {
  readonly ms: number;
  readonly bytes: number;
}

/** Loads a page as a browser does, and counts the bytes as they are sent. */
function load(url: string, cookie: string): Promise<Loaded> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    get(url, { headers: { cookie, "accept-encoding": "gzip" } }, (response) => {
      let bytes = 0;
      response.on("data", (chunk: Buffer) => (bytes += chunk.length));
      response.on("end", () => {
        if (response.statusCode === 200) resolve({ ms: performance.now() - startedAt, bytes });
        else reject(new Error(`${url} was answered ${response.statusCode}`));
      });
    }).on("error", reject);
  });
}

function findChromium(): string | undefined {
  try {
    return execFileSync("which", ["chromium"], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}

/** Run in the page. */
const FIRST_PAINT = `new Promise((resolve) => {
  new PerformanceObserver((list) => {
    const [entry] = list.getEntriesByName("first-contentful-paint");
    if (entry !== undefined) resolve(entry.startTime);
  }).observe({ type: "paint", buffered: true });
})`;

/** First contentful paint of each page, in milliseconds since the navigation began. */
async function measurePaints(
  host: HostProcess,
  executablePath: string,
  rounds: number,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const { chromium } = await import("playwright-core");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    await page.goto(await newLoginLink(host.url, TOKEN));
    const paints = new Map<string, number[]>(PAGES.map((path) => [path, []]));
    for (let round = -1; round < rounds; round += 1) {
      for (const [path, times] of paints) {
        await page.goto(host.url + path, { waitUntil: "load" });
        const paint = await page.evaluate<number>(FIRST_PAINT);
        if (round >= 0) times.push(paint);
      }
    }
    return paints;
  } finally {
    await browser.close();
  }
}

const sortSlowest = <Value>(values: ReadonlyMap<string, Value>, read: (value: Value) => number) =>
  [...values].map(([path, value]) => ({ path, value: read(value) })).sort((a, b) => b.value - a.value);

/** @param rounds loads of each page */
export async function measureWebLists(rounds: number): Promise<readonly Figure[]> {
  const directory = newDirectory();
  await withDatabase(`sqlite:${directory.path}/callboard.sqlite`, (database) =>
    seedRegistry(database, TEN_THOUSAND_ENDPOINTS),
  );
  const host = await startHost(directory.path, {
    CALLBOARD_MASTER_KEY: MASTER_KEY,
    CALLBOARD_ADMIN_TOKEN: TOKEN,
  });
  try {
    const cookie = await logIn(host.url, TOKEN);
    const loads = new Map<string, Loaded[]>(PAGES.map((path) => [path, []]));
    for (let round = -1; round < rounds; round += 1) {
      for (const [path, loaded] of loads) {
        const one = await load(host.url + path, cookie);
        if (round >= 0) loaded.push(one);
      }
    }
    const times = sortSlowest(loads, (all) =>
      percentile(
        all.map(({ ms }) => ms),
        0.95,
      ),
    );
    const sizes = sortSlowest(loads, (all) => Math.max(...all.map(({ bytes }) => bytes)) / 1024);
    const chromium = findChromium();
    const paints =
      chromium === undefined
        ? undefined
        : sortSlowest(await measurePaints(host, chromium, rounds), (all) => median(all));
    const figures = [
      toFigure(`heaviest of ${PAGES.length} pages, as sent`, sizes, { unit: "KiB", bar: SIZE_BAR }),
      toFigure(`slowest of ${PAGES.length} pages to the last byte, p95`, times, {
        unit: "ms",
        bar: PAINT_BAR,
      }),
      ...(paints === undefined
        ? []
        : [toFigure(`slowest first paint of ${PAGES.length} pages`, paints, { unit: "ms", bar: PAINT_BAR })]),
    ];
    figures.forEach(tellFigure);
    return figures;
  } finally {
    await host.stop();
    directory.remove();
  }
}

function toFigure(
  name: string,
  ranked: readonly { readonly path: string; readonly value: number }[],
  { unit, bar }: { readonly unit: string; readonly bar: Bar },
): Figure {
  const [first, ...others] = ranked;
  if (first === undefined) throw new Error("there are no pages");
  const next = others.slice(0, 3).map(({ path, value }) => `${shown(value)} ${unit} ${path}`);
  return {
    name,
    value: first.value,
    shown: `${shown(first.value)} ${unit}`,
    limit: "",
    detail: `${first.path}; the next ${next.join(", ")}`,
    bar,
  };
}
