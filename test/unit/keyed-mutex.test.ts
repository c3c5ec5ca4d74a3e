import { expect, test } from "vitest";
import { createKeyedMutex } from "../../src/keyed-mutex.ts";

/** Work that notes its beginning and its end, and ends when told. */
function notingWork(notes: string[], name: string) {
  let end: (failure?: Error) => void = () => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    end = (failure) => (failure === undefined ? resolve() : reject(failure));
  });
  const work = async () => {
    notes.push(`${name} begins`);
    await ended;
    notes.push(`${name} ends`);
    return name;
  };
  return { work, end };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("the work for one key happens in order", async () => {
  const notes: string[] = [];
  const inTurn = createKeyedMutex();
  const [one, two] = [notingWork(notes, "one"), notingWork(notes, "two")];
  const results = Promise.all([inTurn("a", one.work), inTurn("a", two.work)]);
  two.end();
  await turn();
  expect(notes).toEqual(["one begins"]);
  one.end();
  expect(await results).toEqual(["one", "two"]);
  expect(notes).toEqual(["one begins", "one ends", "two begins", "two ends"]);
});

test("the work for another key does not wait", async () => {
  const notes: string[] = [];
  const inTurn = createKeyedMutex();
  const [one, two] = [notingWork(notes, "one"), notingWork(notes, "two")];
  const first = inTurn("a", one.work);
  two.end();
  expect(await inTurn("b", two.work)).toBe("two");
  one.end();
  await first;
});

test("work that fails fails for its own caller only", async () => {
  const notes: string[] = [];
  const inTurn = createKeyedMutex();
  const [one, two] = [notingWork(notes, "one"), notingWork(notes, "two")];
  const failed = expect(inTurn("a", one.work)).rejects.toThrow("away");
  const second = inTurn("a", two.work);
  one.end(new Error("away"));
  two.end();
  await failed;
  expect(await second).toBe("two");
});
