/**
 * Keeps what receivers make Callboard store within a budget each: beyond it, an attempt keeps its status, its timing and the
 * beginning of the body.
 *
 * Counted in memory, written now and then and at the stop: a crash forgets a few seconds.
 */
import type { Logger } from "../../logger.ts";
import { highestLevel } from "../model/highest-level.ts";
import type { Limit } from "../model/limits.ts";
import {
  RESPONSE_BUDGET_BYTES,
  toFirstHour,
  fitResponse,
  toHour,
  sizeOfResponse,
  usedBytes,
  withBytes,
} from "../model/response-budget.ts";
import type { HourlyBytes } from "../model/response-budget.ts";
import type { Database } from "../store/db/database.ts";
import { addResponseBytes, forgetResponseBytes, listResponseBytes } from "../store/tables/response-bytes.ts";
import type { ResponseBytes } from "../store/tables/response-bytes.ts";
import type { Receiver } from "../model/endpoint.ts";
import type { AttemptRecord } from "../model/delivery.ts";

const WRITE_EVERY_MS = 10_000;
const CLEARLY_BELOW = 0.75;

export interface ResponseBudgetDependencies {
  readonly database: Database;
  /** Undefined for an endpoint that is gone. */
  readonly findReceiver: (siteNo: number, endpointNo: number) => Receiver | undefined;
  readonly findSiteKey: (siteNo: number) => string | undefined;
  readonly now: () => number;
  readonly logger: Logger;
  /** Budget of each receiver in 24 hours, in bytes. */
  readonly budgetBytes?: number;
}

/** The attempt as it may be stored. */
export type FitAttempt = (
  endpoint: { readonly siteNo: number; readonly endpointNo: number },
  attempt: AttemptRecord,
) => AttemptRecord;

export interface ResponseBudget {
  readonly limit: Limit;
  readonly fit: FitAttempt;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

interface Owner {
  readonly siteNo: number;
  readonly receiver: string;
  /** In the database, and here only. */
  stored: HourlyBytes;
  unwritten: HourlyBytes;
  isOver: boolean;
}

export function createResponseBudget({
  database,
  findReceiver,
  findSiteKey,
  now,
  logger,
  budgetBytes = RESPONSE_BUDGET_BYTES,
}: ResponseBudgetDependencies): ResponseBudget {
  const owners = new Map<string, Owner>();
  let timer: NodeJS.Timeout | undefined;

  function getOwner(siteNo: number, receiver: string): Owner {
    const key = `${siteNo} ${receiver}`;
    let owner = owners.get(key);
    if (owner === undefined) {
      owner = { siteNo, receiver, stored: new Map(), unwritten: new Map(), isOver: false };
      owners.set(key, owner);
    }
    return owner;
  }

  const usedBy = ({ stored, unwritten }: Owner, hour: number): number =>
    usedBytes(stored, hour) + usedBytes(unwritten, hour);

  async function read(): Promise<void> {
    const rows = await listResponseBytes(database.read, toFirstHour(toHour(now())));
    for (const owner of owners.values()) owner.stored = new Map();
    for (const { siteNo, receiver, hour, bytes } of rows) {
      const owner = getOwner(siteNo, receiver);
      owner.stored = withBytes(owner.stored, hour, bytes);
    }
  }

  async function write(): Promise<void> {
    const hour = toHour(now());
    const added: ResponseBytes[] = [];
    for (const [key, owner] of owners) {
      for (const [at, bytes] of owner.unwritten)
        added.push({ siteNo: owner.siteNo, receiver: owner.receiver, hour: at, bytes });
      const used = usedBy(owner, hour);
      if (used === 0) owners.delete(key);
      // Not at the first byte that is free again: reaching the budget is logged once, not again and again.
      if (used < budgetBytes * CLEARLY_BELOW) owner.isOver = false;
    }
    if (added.length === 0) return;
    try {
      await database.write(async (tx) => {
        await addResponseBytes(tx, added);
        await forgetResponseBytes(tx, toFirstHour(hour));
      });
    } catch (error) {
      logger.warn("responses.budget-write-failed", { error });
      return;
    }
    for (const { siteNo, receiver, hour: at, bytes } of added) {
      const owner = getOwner(siteNo, receiver);
      owner.unwritten = withBytes(owner.unwritten, at, -bytes);
      owner.stored = withBytes(owner.stored, at, bytes);
    }
    if (database.dialect.isShared) await read();
  }

  function noteOver(owner: Owner): void {
    if (!owner.isOver) {
      logger.warn("responses.budget-used-up", {
        site: findSiteKey(owner.siteNo),
        receiver: owner.receiver,
        bytes: budgetBytes,
        hint: "Until 24 hours have passed, attempts keep the status, the timing and the first 256 bytes of the body",
      });
    }
    owner.isOver = true;
  }

  return {
    limit: {
      name: "Stored response bytes in 24 hours",
      default: RESPONSE_BUDGET_BYTES,
      max: budgetBytes,
      unit: "bytes",
      per: "installation",
      refusal: "status, timing and the first 256 bytes are kept",
      level: () => {
        const hour = toHour(now());
        return highestLevel(
          [...owners.values()].map((owner) => [
            `${owner.receiver} on site ${findSiteKey(owner.siteNo) ?? String(owner.siteNo)}`,
            usedBy(owner, hour),
          ]),
        );
      },
    },
    fit: ({ siteNo, endpointNo }, attempt) => {
      const receiver = findReceiver(siteNo, endpointNo);
      if (receiver === undefined || sizeOfResponse(attempt) === 0) return attempt;
      const owner = getOwner(
        siteNo,
        receiver.kind === "addon" ? `addon:${receiver.addonKey}` : `webhook:${receiver.webhookNo}`,
      );
      const hour = toHour(now());
      const fitted = fitResponse(attempt, budgetBytes - usedBy(owner, hour));
      if (fitted.answerCut === "budget") noteOver(owner);
      owner.unwritten = withBytes(owner.unwritten, hour, sizeOfResponse(fitted));
      return fitted;
    },
    start: async () => {
      await read();
      timer = setInterval(() => void write(), WRITE_EVERY_MS).unref();
    },
    stop: async () => {
      clearInterval(timer);
      await write();
    },
  };
}
