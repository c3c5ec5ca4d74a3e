/** What floods is written once, and then counted. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createLogger, createSparseLog } from "../../src/logger.ts";

const lines: string[] = [];
const logged = () => lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
const sparse = () => createSparseLog(createLogger("info", (line) => void lines.push(line)));

beforeEach(() => {
  lines.length = 0;
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("the first line of a key is written at once, the others of a minute as one line with their number", () => {
  const log = sparse();
  for (let attempt = 1; attempt <= 40; attempt += 1) log.write("one", "info", "delivery.failed", { attempt });
  log.write("other", "info", "delivery.failed", { attempt: 1 });
  expect(logged()).toMatchObject([{ attempt: 1 }, { attempt: 1 }]);

  vi.advanceTimersByTime(60_000);

  expect(logged().slice(2)).toMatchObject([
    { level: "info", event: "delivery.failed", attempt: 40, repeated: 39 },
  ]);
});

test("a flood gets one line a minute, and a quiet minute ends it", () => {
  const log = sparse();
  for (let second = 0; second < 180; second += 1) {
    log.write("one", "warn", "login.refused", { second });
    vi.advanceTimersByTime(1_000);
  }
  expect(logged().map(({ repeated }) => repeated)).toEqual([undefined, 59, 60, 60]);

  vi.advanceTimersByTime(120_000);
  log.write("one", "warn", "login.refused", { second: 300 });

  expect(logged().slice(4)).toMatchObject([{ second: 300 }]);
  expect(logged().at(-1)).not.toHaveProperty("repeated");
});

test("pending counts are written on stop", () => {
  const log = sparse();
  log.write("one", "info", "a.b", {});
  log.write("one", "info", "a.b", {});
  log.stop();
  expect(logged()).toHaveLength(2);
  vi.advanceTimersByTime(120_000);
  expect(logged()).toHaveLength(2);
});

test("beyond 1,000 keys, lines are counted together", () => {
  const log = sparse();
  for (let key = 0; key < 5_000; key += 1) log.write(`key ${key}`, "info", "request.refused", { key });
  expect(logged().length).toBeLessThanOrEqual(1_001);
  vi.advanceTimersByTime(60_000);
  expect(logged().at(-1)).toMatchObject({ event: "request.refused", repeated: 3_999 });
});

describe("fields with reserved names", () => {
  test.each(["time", "level", "event"])("a field named %s is renamed", (name) => {
    createLogger("info", (line) => void lines.push(line)).info("step", { [name]: "forged", site: "jira" });
    expect(logged()[0]).toMatchObject({
      level: "info",
      event: "step",
      time: expect.stringMatching(/^\d{4}-/),
      site: "jira",
      [`field_${name}`]: "forged",
    });
  });
});
