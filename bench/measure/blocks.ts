/**
 * The longest block of the event loop for each hostile or large input: the server's maximum minus that of an idle process
 * beside it, best of three.
 */
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { EVENT_CASES } from "../../test/fixtures/bad-events.ts";
import { startHost } from "../processes.ts";
import type { HostProcess } from "../processes.ts";
import { tellFigure } from "../report.ts";
import type { Figure } from "../report.ts";

const MONITOR = fileURLToPath(new URL("../loop-monitor.js", import.meta.url));
const EVENTS = "/api/v1/sites/jira/events";
const VALIDATE = "/api/v1/descriptors/validate";
/** What is left of an input after its response: the commit, and the first attempts. */
const AFTER_MS = 150;
const REFUSED_MS = 50;
const LARGE_MS = 100;
const MB = 1_000_000;

interface Input {
  readonly name: string;
  readonly path: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** The longest block it may cause. */
  readonly mostMs: number;
}

const many = (text: string, count: number) => `[${`${text},`.repeat(count - 1)}${text}]`;
const event = (payload: string) => `{"event":"jira:issue_created","payload":${payload}}`;
const keys = (count: number) => Array.from({ length: count }, (_, at) => `"k${at}":1`).join(",");
const filters = (clause: (at: number) => string) =>
  JSON.stringify({
    descriptor: {
      key: "org.example.bell",
      baseUrl: "https://bell.example.org",
      authentication: { type: "jwt" },
      lifecycle: { installed: "/installed" },
      modules: {
        webhooks: Array.from({ length: 10 }, (_, at) => ({
          event: "jira:issue_created",
          url: "/x",
          filter: clause(at).slice(0, 990),
        })),
      },
    },
  });

/** Inputs are made when they are sent: all of them together would fill the memory. */
function inputs(): readonly (() => Input)[] {
  const refused = (name: string, path: string, body: () => string | Buffer) => () => ({
    name: `refused: ${name}`,
    path,
    body: body(),
    mostMs: REFUSED_MS,
  });
  const accepted = (name: string, payload: () => string, mostMs: number) => () => ({
    name: `accepted: ${name}`,
    path: EVENTS,
    body: event(payload()),
    mostMs,
  });
  const form = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };
  return [
    ...EVENT_CASES.filter(({ status }) => status >= 400).map(({ title, path, headers, body }) => () => ({
      name: `refused: ${title}`,
      path: path ?? EVENTS,
      body: typeof body === "string" ? body : Buffer.from(body),
      ...(headers === undefined ? {} : { headers }),
      mostMs: REFUSED_MS,
    })),
    refused("24.9 MB of {}", EVENTS, () => event(`{"a":${many("{}", 8.3 * MB)}}`)),
    refused(
      "24.9 MB of {} for /ingest",
      "/jira/ingest",
      () => `{"webhookEvent":"e","a":${many("{}", 8.3 * MB)}}`,
    ),
    refused("24 MB of envelope fields", EVENTS, () => `{${keys(1.7 * MB)}}`),
    refused("a batch of 8 million {}", `${EVENTS}/batch`, () => `{"events":${many("{}", 8 * MB)}}`),
    refused("95,000 envelope fields", EVENTS, () => `{${keys(95_000)}}`),
    refused(
      "24.9 MB of text that ends too early",
      EVENTS,
      () => `{"event":"e","payload":{"a":"${"x".repeat(24.9 * MB)}`,
    ),
    refused("24.9 MB of spaces, then no JSON", EVENTS, () => `{"event":"e",${" ".repeat(24.9 * MB)}}`),
    refused("an event type of 24.9 MB", EVENTS, () => `{"event":"${"x".repeat(24.9 * MB)}"}`),
    refused("24.9 MB, the last byte not UTF-8", EVENTS, () =>
      Buffer.concat([
        Buffer.from(`{"event":"e","payload":{"a":"${"é".repeat(12.4 * MB)}`),
        Buffer.from([0xff, 0x22, 0x7d, 0x7d]),
      ]),
    ),
    refused("49,000 wrong scopes", VALIDATE, () => `{"descriptor":{"scopes":${many("1", 49_000)}}}`),
    refused("500 unknown event types", VALIDATE, () =>
      JSON.stringify({
        descriptor: {
          modules: {
            webhooks: Array.from({ length: 500 }, (_, at) => ({
              event: `${"x".repeat(250)}${at}`,
              url: "/x",
            })),
          },
        },
      }),
    ),
    refused("10 filters of 990 characters", VALIDATE, () =>
      filters((at) => Array.from({ length: 60 }, (_, each) => `project = a${at}b${each}`).join(" and ")),
    ),
    refused("10 filters that do not parse", VALIDATE, () =>
      filters((at) => `${"(".repeat(20)}project = a${at} and `.repeat(20)),
    ),
    () => ({
      name: "refused: a form of 2 MB without a session",
      path: "/admin/settings",
      body: "a=1&".repeat(500_000),
      headers: form,
      mostMs: REFUSED_MS,
    }),
    () => ({
      name: "refused: a form of 64 KiB without a session",
      path: "/admin/settings",
      body: "a=1&".repeat(16_000),
      headers: form,
      mostMs: REFUSED_MS,
    }),
    accepted("1 MB in one text", () => `{"a":"${"x".repeat(MB)}"}`, REFUSED_MS),
    accepted("1 MB of escapes", () => `{"a":"${"\\n".repeat(MB / 2)}"}`, REFUSED_MS),
    accepted("1 MB of keys", () => `{${keys(90_000)}}`, REFUSED_MS),
    accepted("1 MB of numbers", () => `{"a":${many("12345", 160_000)}}`, REFUSED_MS),
    accepted("1 MB of objects", () => `{"a":${many('{"a":[]}', 60_000)}}`, REFUSED_MS),
    accepted("25 MB in one text", () => `{"a":"${"x".repeat(24.9 * MB)}"}`, LARGE_MS),
    accepted("25 MB of escapes", () => `{"a":"${"\\n".repeat(12.4 * MB)}"}`, LARGE_MS),
    accepted("25 MB in one number", () => `{"a":${"1".repeat(24.9 * MB)}}`, LARGE_MS),
    accepted("25 MB of spaces", () => `{"a":1${" ".repeat(24.9 * MB)}}`, LARGE_MS),
    accepted("25 MB of short texts", () => `{"a":${many(`{"k":"${"x".repeat(370)}"}`, 65_000)}}`, LARGE_MS),
  ];
}

async function longestBlock(child: ChildProcess): Promise<number> {
  const answer = once(child, "message");
  child.send("longest-block");
  const [{ longestBlockMs }] = (await answer) as [{ readonly longestBlockMs: number }];
  return longestBlockMs;
}

async function send(host: HostProcess, { path, body, headers }: Input): Promise<void> {
  const response = await fetch(host.url + path, {
    method: "POST",
    headers: { authorization: `Bearer ${host.token}`, "content-type": "application/json", ...headers },
    body,
    redirect: "manual",
  } as RequestInit).catch(() => undefined);
  await response?.arrayBuffer().catch(() => undefined);
}

/** @param rounds of which the best counts */
export async function measureBlocks(rounds: number): Promise<readonly Figure[]> {
  const directory = mkdtempSync(join(tmpdir(), "callboard-blocks-"));
  const host = await startHost(directory, {
    NODE_OPTIONS: `--import=${MONITOR}`,
    CALLBOARD_LOG_LEVEL: "silent",
  });
  const control = fork(MONITOR);
  const figures: Figure[] = [];
  try {
    const headers = { authorization: `Bearer ${host.token}`, "content-type": "application/json" };
    const webhook = {
      name: "Bench",
      url: "http://127.0.0.1:9999/{issue.key}",
      filter: "project = AB or project is EMPTY",
    };
    const post = (path: string, body: object) =>
      fetch(host.url + path, { method: "POST", headers, body: JSON.stringify(body) });
    await post("/api/v1/sites", { key: "jira", name: "Jira", product: "jira" });
    await post("/api/v1/sites/jira/webhooks", webhook);
    for (const make of inputs()) {
      const input = make();
      let best = Infinity;
      for (let round = 0; round < rounds; round += 1) {
        await Promise.all([longestBlock(host.child), longestBlock(control)]);
        await send(host, input);
        await sleep(AFTER_MS);
        const [own, idle] = await Promise.all([longestBlock(host.child), longestBlock(control)]);
        best = Math.min(best, Math.max(0, own - idle));
      }
      const figure: Figure = {
        name: input.name,
        value: best,
        shown: `${best.toFixed(1)} ms`,
        limit: "an idle process",
        bar: { atMost: input.mostMs, aim: input.mostMs, unit: "ms" },
      };
      tellFigure(figure);
      figures.push(figure);
    }
  } finally {
    control.kill("SIGKILL");
    await host.stop("SIGKILL");
    rmSync(directory, { recursive: true, force: true });
  }
  return figures;
}
