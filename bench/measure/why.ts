/** How long "why did this receiver get the event, or not" takes, for an event that 500 subscriptions name. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startHost, startSink } from "../processes.ts";
import { tellFigure } from "../report.ts";
import type { Figure } from "../report.ts";
import { median, percentile } from "../statistics.ts";

const SUBSCRIPTIONS = 500;
const WARM_UP = 20;
const MAX_MS = 20;

interface Why {
  readonly items: readonly { readonly reason: string }[];
}

export async function measureWhy(rounds: number): Promise<readonly Figure[]> {
  const directory = mkdtempSync(join(tmpdir(), "callboard-bench-"));
  const sink = await startSink();
  const host = await startHost(directory);
  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const response = await fetch(`${host.url}/api/v1/sites${path}`, {
      method,
      headers: { authorization: `Bearer ${host.token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} /sites${path} was answered ${response.status}: ${text}`);
    return JSON.parse(text) as T;
  };
  try {
    await call("POST", "", { key: "jira", product: "jira", name: "Jira" });
    const ids: string[] = [];
    for (let made = 0; made < SUBSCRIPTIONS; made += 1) {
      const url = `http://127.0.0.1:${sink.ports[0]}/`;
      // Every second one is skipped by its filter, so that both kinds of reasons are asked for.
      const filter = made % 2 === 0 ? "project = DEMO" : `project = P${made}`;
      const webhook = { name: `Receiver ${made}`, url, events: ["jira:issue_created"], filter };
      ids.push((await call<{ readonly id: string }>("POST", "/jira/webhooks", webhook)).id);
    }
    const payload = { issue: { key: "DEMO-1", fields: { project: { key: "DEMO" } } } };
    const { id } = await call<{ readonly id: string }>("POST", "/jira/events", {
      event: "jira:issue_created",
      payload,
    });
    const times: number[] = [];
    for (let round = 0; round < WARM_UP + rounds; round += 1) {
      const webhook = ids[(round * 7) % ids.length] ?? "";
      const startedAt = performance.now();
      const { items } = await call<Why>("GET", `/jira/events/${id}/why?webhook=${webhook}`);
      if (round >= WARM_UP) times.push(performance.now() - startedAt);
      const [row, ...others] = items;
      if (row === undefined || others.length > 0 || /[.!?]\s/.test(row.reason))
        throw new Error(`not one sentence for one receiver: ${JSON.stringify(items)}`);
    }
    const middle = median(times);
    const figure: Figure = {
      name: `why for one receiver, ${SUBSCRIPTIONS} subscriptions`,
      value: middle,
      shown: `${middle.toFixed(1)} ms`,
      limit: "-",
      detail: `p95 ${percentile(times, 0.95).toFixed(1)} ms, one sentence each`,
      bar: { atMost: MAX_MS, aim: MAX_MS / 2, unit: "ms" },
    };
    tellFigure(figure);
    return [figure];
  } finally {
    await host.stop();
    await sink.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}
