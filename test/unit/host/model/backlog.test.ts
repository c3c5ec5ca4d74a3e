import { describe, expect, test } from "vitest";
import {
  MAX_UNSEEN,
  add,
  commit,
  emptyCount,
  end,
  isDoubtful,
  mustLookFirst,
  takeBack,
} from "../../../../src/host/model/backlog.ts";

const filled = (waiting: number) => ({ ...emptyCount(), waiting });

describe("waiting deliveries of an endpoint", () => {
  test("deliveries count up to the limit, including those being committed", () => {
    const count = filled(8);

    expect([add(count, 10), add(count, 10), add(count, 10)]).toEqual([true, true, false]);
    expect(count).toMatchObject({ waiting: 10, uncommitted: 2 });
    commit(count);
    takeBack(count);
    expect(count).toMatchObject({ waiting: 9, uncommitted: 0 });
    expect(add(count, 10)).toBe(true);
  });

  test("an ended delivery frees its place, and the count never becomes negative", () => {
    const count = filled(1);
    end(count);
    end(count);
    expect(count).toMatchObject({ waiting: 0, unseen: 0 });
  });

  test("the count is read again before several processes exceed the limit by more than 1,000 each", () => {
    const count = emptyCount();
    expect(mustLookFirst(count, MAX_UNSEEN)).toBe(false);
    for (let index = 0; index < 600; index += 1) add(count, 10_000);
    expect([mustLookFirst(count, 400), mustLookFirst(count, 401)]).toEqual([false, true]);
    for (let index = 0; index < 600; index += 1) end(count);
    expect(mustLookFirst(count, 401)).toBe(false);
  });

  test("deliveries that ended earlier don't offset new ones, because other processes can have added those", () => {
    const count = filled(5_000);
    for (let index = 0; index < 2_000; index += 1) end(count);
    for (let index = 0; index < 1_000; index += 1) add(count, 10_000);
    expect(mustLookFirst(count, 1)).toBe(true);
  });

  test("a count near the limit is doubtful", () => {
    expect([isDoubtful(filled(8_999), 10_000), isDoubtful(filled(9_000), 10_000)]).toEqual([false, true]);
  });
});
