import { describe, expect, test } from "vitest";
import { createConnectionSlots } from "../../../../../src/host/store/db/connection-slots.ts";

/** Asks for a slot and notes when it comes. */
function ask(slots: ReturnType<typeof createConnectionSlots>, name: string, served: string[]): void {
  slots.acquire().then(
    () => served.push(name),
    (error: unknown) => served.push(`${name}: ${error instanceof Error ? error.message : ""}`),
  );
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("connection slots", () => {
  test("are given in the order of asking, never more than there are", async () => {
    const slots = createConnectionSlots(2);
    const served: string[] = [];
    for (const name of ["a", "b", "c", "d"]) ask(slots, name, served);
    await turn();
    expect(served).toEqual(["a", "b"]);
    slots.release();
    await turn();
    expect(served).toEqual(["a", "b", "c"]);
    expect(slots.waiting()).toBe(1);
  });

  test("shrink to what the database has, and grow again up to the maximum", async () => {
    const slots = createConnectionSlots(3);
    const served: string[] = [];
    for (const name of ["a", "b", "c", "d"]) ask(slots, name, served);
    await turn();
    slots.shrink(2);
    expect(slots.size()).toBe(2);
    await turn();
    expect(served).toEqual(["a", "b", "c"]);
    slots.release();
    await turn();
    expect(served).toEqual(["a", "b", "c", "d"]);
    for (let more = 0; more < 5; more += 1) slots.grow();
    expect(slots.size()).toBe(3);
  });

  test("never shrink below one", async () => {
    const slots = createConnectionSlots(3);
    await slots.acquire();
    slots.shrink(0);
    expect(slots.size()).toBe(1);
    await slots.acquire();
  });

  test("refuse everyone who waits, and serve those who ask later", async () => {
    const slots = createConnectionSlots(1);
    const served: string[] = [];
    for (const name of ["a", "b"]) ask(slots, name, served);
    slots.refuseAll(new Error("down"));
    await turn();
    expect(served).toEqual(["a", "b: down"]);
    slots.release();
    ask(slots, "c", served);
    await turn();
    expect(served.at(-1)).toBe("c");
  });
});
