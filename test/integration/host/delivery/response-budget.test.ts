/** A receiver whose responses are large fills its own budget, not the disk. */
import { afterEach, expect, test } from "vitest";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createResponseBudget } from "../../../../src/host/delivery/response-budget.ts";
import type { ResponseBudget } from "../../../../src/host/delivery/response-budget.ts";
import type { FitAttempt } from "../../../../src/host/delivery/response-budget.ts";
import { shownAttempt } from "../../../../src/host/delivery-log/show.ts";
import { listAttempts } from "../../../../src/host/store/tables/attempts.ts";
import { parseId } from "../../../../src/host/model/ids.ts";
import { startReceiver } from "../../../support/http-receiver.ts";
import { recordingLogger } from "../../../support/recording-logger.ts";
import { waitFor } from "../../../support/wait-for.ts";
import { startBench } from "../../../support/with-engine.ts";
import type { Bench } from "../../../support/with-engine.ts";

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const BUDGET = 100_000;
const { logger, lines } = recordingLogger();

/** A bench whose attempts are stored within the budget. */
async function start(url: string): Promise<{ readonly bench: Bench; readonly budget: ResponseBudget }> {
  let fit: FitAttempt = (_endpoint, attempt) => attempt;
  const bench = await startBench(url, {
    fitAttempt: (endpoint, attempt) => fit(endpoint, attempt),
    findRetrySchedule: () => ({ steps: [], jitter: 0 }),
  });
  const budget = createResponseBudget({
    database: bench.database,
    findReceiver: (siteNo, endpointNo) => bench.snapshots.get(siteNo)?.endpoints.get(endpointNo)?.receiver,
    findSiteKey: () => "jira",
    now: Date.now,
    logger,
    budgetBytes: BUDGET,
  });
  await budget.start();
  fit = budget.fit;
  return { bench, budget };
}

async function postAndReadAttempt(bench: Bench) {
  const [accepted] = await bench.post();
  const [{ id: publicId } = { id: "" }] = accepted?.deliveries ?? [];
  const { siteNo, id } = parseId("dlv", publicId);
  return waitFor(async () => {
    const [attempt] = await listAttempts(bench.database.read, siteNo, id);
    if (attempt === undefined) throw new Error("not attempted yet");
    return attempt;
  });
}

test("beyond the budget status, timing and the first 256 bytes are kept, also after a restart", async () => {
  const directory = mkdtempSync(join(tmpdir(), "callboard-budget-"));
  closers.push(() => rmSync(directory, { recursive: true, force: true }));
  const large = await startReceiver((_request, response) =>
    response.writeHead(418, { "x-filler": "h".repeat(4_000) }).end("b".repeat(60_000)),
  );
  const small = await startReceiver((_request, response) => response.writeHead(200).end("fine"));
  closers.push(large.close, small.close);
  const url = `sqlite:${join(directory, "db.sqlite")}`;
  const first = await start(url);
  await first.bench.addAddon("large", large.url);

  const whole = await postAndReadAttempt(first.bench);
  expect(whole.answer).toHaveLength(60_000);
  const cut = await postAndReadAttempt(first.bench);
  expect(cut).toMatchObject({ status: 418, answerCut: "budget", answerHeaders: undefined });
  expect(cut.answer).toEqual(Buffer.from("b".repeat(256)));
  expect(cut.durationMs).toBeGreaterThanOrEqual(0);
  expect(shownAttempt(cut, "ended").answer?.cut).toBe("budget");
  await postAndReadAttempt(first.bench);
  expect(lines().filter(({ event }) => event === "responses.budget-used-up")).toEqual([
    expect.objectContaining({ site: "jira", receiver: "addon:large" }),
  ]);
  expect(first.budget.limit.level?.().of).toBe("addon:large on site jira");
  await first.budget.stop();
  await first.bench.stop();

  const second = await start(url);
  closers.push(() => second.budget.stop().then(() => second.bench.stop()));
  expect((await postAndReadAttempt(second.bench)).answerCut).toBe("budget");
  await second.bench.addAddon("small", small.url);
  await second.bench.post();
  await waitFor(async () => {
    const rows = await second.bench.attempts();
    expect(rows.find(({ status }) => status === 200)).toMatchObject({ answer_cut: 0 });
  });
});
