import { describe, expect, test } from "vitest";
import {
  MOST_UNSEEN,
  add,
  commit,
  emptyCount,
  end,
  isDoubtful,
  mustLookFirst,
  takeBack,
} from "../../../../src/host/model/backlog.ts";

const filled = (waiting: number) => ({ ...emptyCount(), waiting });

describe("the deliveries that wait for an endpoint", () => {
  test("are counted up to the limit, with those that are being committed", () => {
    const count = filled(8);

    expect([add(count, 10), add(count, 10), add(count, 10)]).toEqual([true, true, false]);
    expect(count).toMatchObject({ waiting: 10, uncommitted: 2 });
    commit(count);
    takeBack(count);
    expect(count).toMatchObject({ waiting: 9, uncommitted: 0 });
    expect(add(count, 10)).toBe(true);
  });

  test("make room when they end, and never more room than there is", () => {
    const count = filled(1);
    end(count);
    end(count);
    expect(count).toMatchObject({ waiting: 0, unseen: 0 });
  });

  test("are looked up before several processes together can exceed the limit by more than 1,000 each", () => {
    const count = emptyCount();
    expect(mustLookFirst(count, MOST_UNSEEN)).toBe(false);
    for (let index = 0; index < 600; index += 1) add(count, 10_000);
    expect([mustLookFirst(count, 400), mustLookFirst(count, 401)]).toEqual([false, true]);
    for (let index = 0; index < 600; index += 1) end(count);
    expect(mustLookFirst(count, 401)).toBe(false);
  });

  test("do not make up for what this process ended before: another one may have added that", () => {
    const count = filled(5_000);
    for (let index = 0; index < 2_000; index += 1) end(count);
    for (let index = 0; index < 1_000; index += 1) add(count, 10_000);
    expect(mustLookFirst(count, 1)).toBe(true);
  });

  test("are doubted near the limit", () => {
    expect([isDoubtful(filled(8_999), 10_000), isDoubtful(filled(9_000), 10_000)]).toEqual([false, true]);
  });
});
