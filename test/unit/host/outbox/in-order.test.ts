import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CallboardError } from "../../../../src/errors.ts";
import type { ErrorCode } from "../../../../src/errors.ts";
import { acceptInOrder } from "../../../../src/host/outbox/in-order.ts";

/** Accepts all numbers of a call or none: those in `refusals` are refused with their code, the lowest first. */
function createDoor(refusals: Readonly<Record<number, ErrorCode>> = {}) {
  const calls: (readonly number[])[] = [];
  const accepted: number[] = [];
  return {
    calls,
    accepted,
    accept: (events: readonly number[]) => {
      calls.push(events);
      const code = events.map((event) => refusals[event]).find((refusal) => refusal !== undefined);
      if (code !== undefined) return Promise.reject(new CallboardError(code, "refused"));
      accepted.push(...events);
      return Promise.resolve(events.map((event) => ({ duplicate: event >= 100 })));
    },
  };
}

const listKinds = async (events: readonly number[], { accept }: ReturnType<typeof createDoor>) =>
  (await acceptInOrder(events, accept)).map(({ kind }) => kind);

describe("events of one site", () => {
  test("are accepted together", async () => {
    const door = createDoor();
    expect(await acceptInOrder([1, 2, 103], door.accept)).toEqual([
      { kind: "accepted", duplicate: false },
      { kind: "accepted", duplicate: false },
      { kind: "accepted", duplicate: true },
    ]);
    expect(door.calls).toEqual([[1, 2, 103]]);
  });

  test("that are refused delay no other, and the others keep their order", async () => {
    const door = createDoor({ 2: "EVENT_CONFLICT", 5: "EVENT_OFF_SCHEMA" });
    expect(await acceptInOrder([1, 2, 3, 4, 5, 6], door.accept)).toMatchObject([
      { kind: "accepted" },
      { kind: "refused", code: "EVENT_CONFLICT" },
      { kind: "accepted" },
      { kind: "accepted" },
      { kind: "refused", code: "EVENT_OFF_SCHEMA" },
      { kind: "accepted" },
    ]);
    expect(door.accepted).toEqual([1, 3, 4, 6]);
  });

  test("that follow one which has to wait wait as well, without a try", async () => {
    const door = createDoor({ 1: "EVENT_CONFLICT", 2: "OVERLOADED" });
    expect(await listKinds([1, 2, 3, 4], door)).toEqual(["refused", "postponed", "postponed", "postponed"]);
    expect(door.calls).toEqual([[1, 2, 3, 4], [1, 2], [1], [2]]);
  });

  test("are accepted in their order up to the first that has to wait, whatever is refused", async () => {
    const refusal = fc.constantFrom<(ErrorCode | undefined)[]>(
      undefined,
      undefined,
      "EVENT_CONFLICT",
      "STORAGE",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(refusal, { minLength: 1, maxLength: 30 }), async (codes) => {
        const events = codes.map((_, index) => index);
        const refusals = Object.fromEntries(
          codes.flatMap((code, index) => (code === undefined ? [] : [[index, code]])),
        );
        const door = createDoor(refusals);
        const kinds = await listKinds(events, door);
        const waiting = kinds.indexOf("postponed");
        const isWaiting = (index: number) => waiting >= 0 && index >= waiting;
        expect(kinds).toEqual(
          codes.map((code, index) =>
            isWaiting(index) ? "postponed" : code === undefined ? "accepted" : "refused",
          ),
        );
        expect(waiting === -1).toBe(!codes.includes("STORAGE"));
        expect(door.accepted).toEqual(events.filter((index) => kinds[index] === "accepted"));
      }),
    );
  });
});
