/**
 * The cost of one change to a site that has 200, 2,000 and 10,000 webhooks or dynamic webhooks, and what it costs the first
 * event after it; the time to import many webhooks; and the start of a server with 10,000 webhooks and 300 sites.
 */
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { signRequest } from "../../src/protocol/token.ts";
import { newDirectory, startHost } from "../processes.ts";
import type { HostProcess } from "../processes.ts";
import { tellFigure } from "../report.ts";
import type { Figure } from "../report.ts";
import { ADDON_KEY, MASTER_KEY, SECRET, TOKEN, seedRegistry, withDatabase } from "../seed.ts";
import { median, shown, spread } from "../statistics.ts";

const MONITOR = fileURLToPath(new URL("../loop-monitor.js", import.meta.url));
const SIZES = [200, 2_000, 10_000] as const;
const LARGEST = 10_000;
const SITES = 300;
const WARM_UP = 10;
/** Imports are sent by so many clients at once. */
const IMPORTERS = 4;
const MAX_BLOCK_MS = 20;
/** A change at 10,000 may cost so many times what it costs at 200. */
const MAX_GROWTH = 3;

interface Started {
  readonly host: HostProcess;
  readonly call: (method: string, path: string, body?: unknown, authorization?: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

async function start(seed: Parameters<typeof seedRegistry>[1]): Promise<Started> {
  const directory = newDirectory();
  await withDatabase(`sqlite:${directory.path}/callboard.sqlite`, (database) => seedRegistry(database, seed));
  const host = await startHost(directory.path, {
    NODE_OPTIONS: `--import=${MONITOR}`,
    CALLBOARD_MASTER_KEY: MASTER_KEY,
    CALLBOARD_ADMIN_TOKEN: TOKEN,
  });
  return {
    host,
    call: async (method, path, body, authorization = `Bearer ${TOKEN}`) => {
      const response = await fetch(host.url + path, {
        method,
        headers: { authorization, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    },
    stop: async () => {
      await host.stop("SIGKILL");
      directory.remove();
    },
  };
}

async function longestBlock(child: ChildProcess): Promise<number> {
  const answer = once(child, "message");
  child.send("longest-block");
  const [{ longestBlockMs }] = (await answer) as [{ readonly longestBlockMs: number }];
  return longestBlockMs;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

interface Costs {
  readonly changes: readonly number[];
  readonly events: readonly number[];
  readonly blockMs: number;
}

/** Alternates changes and events that nobody subscribes to. */
async function measureCosts(
  { host, call }: Started,
  control: ChildProcess,
  rounds: number,
  change: (round: number) => Promise<void>,
): Promise<Costs> {
  const changes: number[] = [];
  const events: number[] = [];
  for (let round = -WARM_UP; round < rounds; round += 1) {
    if (round === 0) {
      await sleep(500);
      await Promise.all([longestBlock(host.child), longestBlock(control)]);
    }
    const changeMs = await timed(() => change(round));
    const eventMs = await timed(() =>
      call("POST", "/api/v1/sites/jira/events", { event: "filter_created", payload: {} }),
    );
    if (round < 0) continue;
    changes.push(changeMs);
    events.push(eventMs);
  }
  const [own, idle] = await Promise.all([longestBlock(host.child), longestBlock(control)]);
  return { changes, events, blockMs: Math.max(0, own - idle) };
}

const webhook = (name: string) => ({
  name,
  url: `https://hooks.example.com/${encodeURIComponent(name)}`,
  events: ["jira:issue_created"],
  project: "BENCH",
});

function changeOfWebhooks({ call }: Started): (round: number) => Promise<void> {
  return (round) => call("POST", "/api/v1/sites/jira/webhooks", webhook(`change ${round}`));
}

/** One webhook of an add-on is registered, and with the next change removed. */
function changeOfDynamic({ host, call }: Started): (round: number) => Promise<void> {
  const path = "/rest/api/3/webhook";
  const siteUrl = `${host.url}/jira`;
  let registered: number | undefined;
  return async () => {
    const method = registered === undefined ? "POST" : "DELETE";
    const token = signRequest({
      issuer: ADDON_KEY,
      method,
      url: siteUrl + path,
      baseUrl: siteUrl,
      sharedSecret: SECRET,
      nowSeconds: Math.floor(Date.now() / 1_000),
    });
    if (registered !== undefined) {
      await call(method, `/jira${path}`, { webhookIds: [registered] }, `JWT ${token}`);
      registered = undefined;
      return;
    }
    const response = await fetch(siteUrl + path, {
      method,
      headers: { authorization: `JWT ${token}`, "content-type": "application/json" },
      body: JSON.stringify({
        url: "https://addon.example.com/dynamic",
        webhooks: [{ events: ["jira:issue_created"], jqlFilter: "project = BENCH" }],
      }),
    });
    const body = (await response.json()) as {
      readonly webhookRegistrationResult?: readonly { readonly createdWebhookId?: number }[];
    };
    registered = body.webhookRegistrationResult?.[0]?.createdWebhookId;
    if (registered === undefined) throw new Error(`not registered: ${JSON.stringify(body)}`);
  };
}

async function measureChanges(
  kind: "webhooks" | "dynamic webhooks",
  control: ChildProcess,
  rounds: number,
): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const tell = (figure: Figure): void => {
    tellFigure(figure);
    figures.push(figure);
  };
  let smallest = NaN;
  for (const size of SIZES) {
    const started = await start(
      kind === "webhooks"
        ? { webhooks: size, dynamic: 0, sites: 1 }
        : { webhooks: 0, dynamic: size, sites: 1 },
    );
    const change = kind === "webhooks" ? changeOfWebhooks(started) : changeOfDynamic(started);
    const { changes, events, blockMs } = await measureCosts(started, control, rounds, change);
    await started.stop();
    if (Number.isNaN(smallest)) smallest = median(changes);
    tell({
      name: `one change at ${shown(size)} ${kind}`,
      value: median(changes),
      shown: `${shown(median(changes))} ms`,
      limit: `at ${shown(SIZES[0])}: ${shown(smallest)} ms`,
      ratio: median(changes) / smallest,
      detail: spread(changes),
      bar: { atMost: MAX_GROWTH, aim: 1.5 },
    });
    tell({
      name: `first event after it, at ${shown(size)}`,
      value: median(events),
      shown: `${shown(median(events))} ms`,
      limit: "",
      detail: spread(events),
    });
    tell({
      name: `longest block, at ${shown(size)}`,
      value: blockMs,
      shown: `${blockMs.toFixed(1)} ms`,
      limit: "an idle process",
      bar: { atMost: MAX_BLOCK_MS, aim: MAX_BLOCK_MS, unit: "ms" },
    });
  }
  return figures;
}

async function measureImport(control: ChildProcess, count: number): Promise<readonly Figure[]> {
  const started = await start({ webhooks: 0, dynamic: 0, sites: 1 });
  await started.call("POST", "/api/v1/sites/jira/webhooks", webhook("first"));
  await Promise.all([longestBlock(started.host.child), longestBlock(control)]);
  let next = 0;
  const importer = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      await started.call("POST", "/api/v1/sites/jira/webhooks", webhook(`import ${next}`));
    }
  };
  const seconds =
    (await timed(async () => {
      await Promise.all(Array.from({ length: IMPORTERS }, importer));
    })) / 1_000;
  const [own, idle] = await Promise.all([longestBlock(started.host.child), longestBlock(control)]);
  await started.stop();
  const blockMs = Math.max(0, own - idle);
  return [
    {
      name: `import of ${shown(count)} webhooks by ${IMPORTERS} clients`,
      value: seconds,
      shown: `${shown(seconds)} s`,
      limit: "",
      detail: `${shown(count / seconds)}/s, longest block ${blockMs.toFixed(1)} ms`,
    },
  ];
}

async function measureStart(): Promise<readonly Figure[]> {
  const ready: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const started = await start({ webhooks: LARGEST, dynamic: 0, sites: SITES });
    ready.push(started.host.readyMs);
    await started.stop();
  }
  return [
    {
      name: `start to READY, ${shown(LARGEST)} webhooks on ${SITES} sites`,
      value: median(ready),
      shown: `${shown(median(ready))} ms`,
      limit: "",
      detail: spread(ready),
    },
  ];
}

/** @param rounds changes of each size @param imported webhooks that are imported */
export async function measureRegistry(rounds: number, imported: number): Promise<readonly Figure[]> {
  const control = fork(MONITOR);
  try {
    return [
      ...(await measureChanges("webhooks", control, rounds)),
      ...(await measureChanges("dynamic webhooks", control, rounds)),
      ...(await measureImport(control, imported)),
      ...(await measureStart()),
    ];
  } finally {
    control.kill("SIGKILL");
  }
}
