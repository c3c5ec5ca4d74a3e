/** A site that sends more than can be written is refused by its own share. */
import { expect, test } from "vitest";
import { startBench } from "../../../support/with-engine.ts";

test("events over a site's share of bytes that wait to be committed are refused, and others are not lost", async () => {
  const bench = await startBench("sqlite::memory:", { start: false });
  const payload = Buffer.from(`{"text":"${"x".repeat(40 * 1024 * 1024)}"}`);

  const first = bench.post({ payload });
  await expect(bench.post({ payload })).rejects.toMatchObject({
    code: "OVERLOADED",
    message: expect.stringContaining('site "jira"'),
    retryAfterSeconds: 1,
    extra: { share: "site" },
  });
  await expect(first).resolves.toHaveLength(1);
  await expect(bench.post()).resolves.toHaveLength(1);
  expect(bench.acceptor.limits[0]?.level?.()).toEqual({ highest: 0 });
  await bench.stop();
}, 30_000);
