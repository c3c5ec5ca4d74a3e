import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createDeadlineQueues } from "../../../src/egress/deadlines.ts";
import type { Deadlines, InLine } from "../../../src/egress/deadlines.ts";

interface Item extends InLine<Item> {
  readonly name: string;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const now = () => performance.now();
const expired: string[] = [];
beforeEach(() => {
  expired.length = 0;
});

function join(queue: Deadlines<Item>, name: string, timeoutMs: number): Item {
  const item: Item = {
    name,
    deadlineAt: now() + timeoutMs,
    older: undefined,
    newer: undefined,
    expire: () => {
      expired.push(name);
      queue.leave(item);
    },
  };
  queue.join(item);
  return item;
}

test("each time limit has a queue of its own, so that a short one need not wait for a long one", () => {
  const queues = createDeadlineQueues<Item>(1_000, now);
  join(queues.get(1_000), "usual", 1_000);
  join(queues.get(100), "short", 100);
  expect(queues.count()).toBe(2);
  vi.advanceTimersByTime(150);
  expect(expired).toEqual(["short"]);
  expect(queues.count()).toBe(1);
  expect(queues.oldest()?.name).toBe("usual");
  vi.advanceTimersByTime(900);
  expect(expired).toEqual(["short", "usual"]);
  expect(queues.oldest()).toBeUndefined();
});

test("a queue is the same while it is in use, and those without a request are forgotten beyond 100", () => {
  const queues = createDeadlineQueues<Item>(1_000, now);
  const used = queues.get(50);
  join(used, "used", 50);
  const unused = queues.get(60);
  expect(queues.get(60)).toBe(unused);
  for (let ms = 100; ms < 200; ms += 1) queues.get(ms);
  expect(queues.get(60)).not.toBe(unused);
  expect(queues.get(50)).toBe(used);
  expect(queues.oldest()?.name).toBe("used");
});
