/** Turns, waiting and suspensions, with a thread whose times the test decides. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { defineProduct } from "../../../../src/catalogue/index.ts";
import type { EventType, Product } from "../../../../src/catalogue/index.ts";
import type { CheckBody } from "../../../../src/host/model/body-check.ts";
import { MAX_WAIT_MS, createBodyChecker } from "../../../../src/host/schemas/checker.ts";
import { SUSPENDED_MS } from "../../../../src/host/schemas/suspensions.ts";
import type { BodyToCheck, RunEnd, SchemaThread } from "../../../../src/host/schemas/thread.ts";

const createProduct = (key: string): Product =>
  defineProduct({
    product: key,
    name: key,
    description: "",
    events: {
      one: { group: "", description: "", sample: {} },
      two: { group: "", description: "", sample: {} },
    },
  });
const getType = (product: Product, event: string): EventType => product.byName.get(event)!;

beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "performance"] }));
afterEach(() => vi.useRealTimers());

/** Takes `ms` for each body; "late" for one that never ends. */
function threadWith(
  getTime: (body: BodyToCheck) => number | "late",
): SchemaThread & { readonly turns: string[] } {
  const turns: string[] = [];
  return {
    turns,
    start: () => Promise.resolve(true),
    run: async (bodies, onResult): Promise<RunEnd> => {
      turns.push(`${bodies[0]?.type.product ?? ""} ${bodies.length}`);
      for (const [index, body] of bodies.entries()) {
        const time = getTime(body);
        await new Promise((resolve) => setTimeout(resolve, time === "late" ? 500 : time));
        if (time === "late") return "stopped";
        onResult(index, { kind: "fits" });
      }
      return "done";
    },
  };
}

/** By the test's time alone: the steady clock looks at how long the computer has been up as well, which no test decides. */
const checkerWith = (thread: SchemaThread): CheckBody => createBodyChecker(thread, () => performance.now());

const BODY = Buffer.from("{}");

describe("turns", () => {
  test("the bodies of two products are checked by turns", async () => {
    const [fast, slow] = [createProduct("fast"), createProduct("slow")];
    const thread = threadWith(({ type }) => (type.product === "slow" ? 400 : 1));
    const check = checkerWith(thread);
    const ofSlow = Array.from({ length: 4 }, () => check(slow, getType(slow, "one"), BODY));
    const startedAt = performance.now();
    const ofFast = check(fast, getType(fast, "one"), BODY).then(() => performance.now() - startedAt);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await ofFast).toBeLessThan(900);
    await Promise.all(ofSlow);
  });

  test("a product with slow bodies leaves others most of the time", async () => {
    const [fast, slow] = [createProduct("fast"), createProduct("slow")];
    const thread = threadWith(({ type }) => (type.product === "slow" ? 400 : 10));
    const check = checkerWith(thread);
    const again = (product: Product): void =>
      void check(product, getType(product, "one"), BODY).then(() => again(product));
    for (let at = 0; at < 3; at += 1) again(slow);
    again(fast);
    // A turn of 800 ms, as two bodies of 400 ms; four times as long for others; and the begin of the next turn.
    await vi.advanceTimersByTimeAsync(4_500);
    const [first, ...later] = thread.turns.flatMap((turn, index) => (turn.startsWith("slow") ? [index] : []));
    expect(first).toBe(0);
    // The next turn can be cut in two.
    expect([1, 2]).toContain(later.length);
    expect(Math.min(...later)).toBeGreaterThan(200);
  });

  test("quick bodies of one product go together", async () => {
    const product = createProduct("fast");
    const thread = threadWith(() => 0);
    const check = checkerWith(thread);
    const all = Array.from({ length: 400 }, () => check(product, getType(product, "one"), BODY));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await Promise.all(all)).toEqual(all.map(() => ({ kind: "fits" })));
    expect(thread.turns.length).toBeLessThan(40);
  });
});

describe("a body that takes too long", () => {
  test("is not checked, nor are those of its event type for a minute; those behind it are", async () => {
    const product = createProduct("harbor");
    const [one, two] = [getType(product, "one"), getType(product, "two")];
    let isLate = true;
    const check = checkerWith(threadWith(({ type }) => (type === one && isLate ? "late" : 1)));
    const results = [check(product, one, BODY), check(product, two, BODY), check(product, one, BODY)];
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await Promise.all(results)).toEqual([
      { kind: "unchecked", reason: "late" },
      { kind: "fits" },
      { kind: "unchecked", reason: "suspended" },
    ]);
    isLate = false;
    expect(await check(product, one, BODY)).toEqual({ kind: "unchecked", reason: "suspended" });
    await vi.advanceTimersByTimeAsync(SUSPENDED_MS);
    const last = check(product, one, BODY);
    await vi.advanceTimersByTimeAsync(100);
    expect(await last).toEqual({ kind: "fits" });
  });

  test("of a product that has changed since is tried again", async () => {
    const [before, after] = [createProduct("harbor"), createProduct("harbor")];
    const check = checkerWith(threadWith(({ type }) => (type === getType(before, "one") ? "late" : 1)));
    const late = check(before, getType(before, "one"), BODY);
    await vi.advanceTimersByTimeAsync(1_000);
    expect((await late).kind).toBe("unchecked");
    const changed = check(after, getType(after, "one"), BODY);
    await vi.advanceTimersByTimeAsync(100);
    expect(await changed).toEqual({ kind: "fits" });
  });
});

test("a body that waited for more than two seconds is not checked", async () => {
  const product = createProduct("harbor");
  const check = checkerWith(threadWith(() => 400));
  const all = Array.from({ length: 8 }, () => check(product, getType(product, "one"), BODY));
  await vi.advanceTimersByTimeAsync(MAX_WAIT_MS + 1_000);
  const kinds = (await Promise.all(all)).map((result) =>
    result.kind === "unchecked" ? result.reason : result.kind,
  );
  expect(kinds).toEqual(["fits", "fits", "fits", "fits", "fits", "fits", "busy", "busy"]);
});

test("without a thread nothing is checked, and nothing waits", async () => {
  const product = createProduct("harbor");
  const check = checkerWith({
    start: () => Promise.resolve(false),
    run: () => Promise.resolve("failed"),
  });
  expect(await check(product, getType(product, "one"), BODY)).toEqual({
    kind: "unchecked",
    reason: "failed",
  });
});
