/**
 * kill -9 as in `kills`, with outgoing webhooks that get batches and fail now and then. Batches are written ahead of their requests, so
 * that kills come between the two: each batch is sent as it was written, by whichever process.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Lab, Scenario, Setting } from "../lab.ts";
import { checkBatches } from "../batch-check.ts";
import type { StoredBatch } from "../batch-check.ts";
import { runKills } from "./kills.ts";
import type { KillsOptions } from "./kills.ts";
import { judgeOrder } from "./order.ts";

/** Share of the requests that fail. */
const FAILING = 0.05;
const BATCH = { max: 5, withinMs: 50 };
/** Events per second, and how long a receiver takes: more batches are formed than its two slots send at once. */
const RATE = 300;
const SLOTS = "2,1";
const RESPONSE_MS = [10, 40] as const;

const PUBLIC_ID = "'bat_' || site_no || '_' ||";
const STORED = `SELECT ${PUBLIC_ID} id AS id, size, digest FROM callboard_batch`;
const UNFINISHED = `SELECT DISTINCT ${PUBLIC_ID} batch_id AS id FROM callboard_delivery WHERE state < 2 AND batch_id IS NOT NULL`;

function options({ random }: Setting): KillsOptions {
  let unsent = 0;
  return {
    receivers: { batch: BATCH, orderBy: "/issue/id", environment: { CALLBOARD_ENDPOINT_CONCURRENCY: SLOTS } },
    load: { rate: RATE, issues: 40 },
    behave: (response) => {
      const status = random.next() < FAILING ? 503 : 204;
      void pause(random.between(...RESPONSE_MS)).then(() => response.writeHead(status).end());
    },
    afterKill: async ({ sink, store }) => {
      const arrived = new Set(sink.batches.map(({ batchId }) => batchId));
      const unfinished = await store.rows<{ readonly id: string }>(UNFINISHED);
      unsent += unfinished.filter(({ id }) => !arrived.has(id)).length;
    },
    judge: async (lab: Lab) => {
      const ordered = await judgeOrder(lab);
      const stored = await lab.store.rows<StoredBatch>(STORED);
      const { batches, repeated, violations } = checkBatches(lab.sink.batches, stored);
      return {
        details: { ...ordered.details, batches, repeatedBatches: repeated, unsentAtKills: unsent },
        violations: [
          ...ordered.violations,
          ...violations,
          ...(unsent === 0 ? ["batch: no kill came between writing a batch and sending it"] : []),
        ],
      };
    },
  };
}

export const batches: Scenario = {
  name: "batches",
  databases: ["SQLite", "PostgreSQL"],
  run: (setting) => runKills(setting, options(setting)),
};
