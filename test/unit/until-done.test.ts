import { expect, test } from "vitest";
import { untilDone } from "../../src/until-done.ts";

/** Work that fails so many times, and what came of it. */
async function run(failures: number, change: (tries: number, stop: () => void) => void = () => undefined) {
  const stopping = new AbortController();
  const errors: unknown[] = [];
  let tries = 0;
  const work = () => {
    tries += 1;
    change(tries, () => stopping.abort());
    return tries > failures ? Promise.resolve() : Promise.reject(new Error(`try ${tries}`));
  };
  const { signal } = stopping;
  await untilDone(work, { againAfterMs: 1, signal, onError: (error) => void errors.push(error) });
  return { tries, errors };
}

test("work that succeeds is done once", async () => {
  expect(await run(0)).toEqual({ tries: 1, errors: [] });
});

test("work that fails twice is done three times, and each failure is told", async () => {
  expect(await run(2)).toEqual({ tries: 3, errors: [new Error("try 1"), new Error("try 2")] });
});

test("after the signal a failure is neither told nor followed by another try", async () => {
  expect(await run(9, (tries, stop) => tries === 2 && stop())).toEqual({
    tries: 2,
    errors: [new Error("try 1")],
  });
});
