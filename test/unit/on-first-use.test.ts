import { expect, test } from "vitest";
import { onFirstUse } from "../../src/on-first-use.ts";

test("a value is made with the first use, and once", () => {
  let times = 0;
  const get = onFirstUse(() => ({ number: (times += 1) }));
  expect(times).toBe(0);
  expect([get(), get()]).toEqual([{ number: 1 }, { number: 1 }]);
  expect(get()).toBe(get());
});

test("what can't be made is tried again", () => {
  let times = 0;
  const get = onFirstUse(() => {
    times += 1;
    if (times === 1) throw new Error("not yet");
    return { times };
  });
  expect(get).toThrow("not yet");
  expect(get()).toEqual({ times: 2 });
});
