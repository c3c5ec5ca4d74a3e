import fc from "fast-check";
import { expect, test } from "vitest";
import { createReadBudget } from "../../../../src/host/model/read-budget.ts";
import type { ReadOwner } from "../../../../src/host/model/read-budget.ts";

const client = (id: string): ReadOwner => ({ kind: "client", id });
const token = (id: string): ReadOwner => ({ kind: "token", id });

test("only the owner over its share is refused", () => {
  const budget = createReadBudget({ each: 60, all: 1_000 });
  expect(budget.reserve(client("a")).raise(40)).toBeUndefined();
  expect(budget.reserve(client("a")).raise(40)).toEqual(client("a"));
  expect(budget.reserve(client("b")).raise(40)).toBeUndefined();
  expect([budget.inAll(), budget.level("client")]).toEqual([80, { highest: 40, of: "a" }]);
});

test("a body of any size fits a share without other use", () => {
  const budget = createReadBudget({ each: 60, all: 100 });
  const reservation = budget.reserve(client("a"));
  expect([reservation.raise(70), reservation.raise(90)]).toEqual([undefined, undefined]);
  expect(budget.reserve(client("a")).raise(1)).toEqual(client("a"));
});

test("bytes also count for the token, from any address", () => {
  const budget = createReadBudget({ each: 60, all: 1_000 });
  for (const [from, full] of [
    ["a", undefined],
    ["b", token("t")],
  ] as const) {
    const reservation = budget.reserve(client(from));
    expect(reservation.addOwner(token("t"))).toBeUndefined();
    expect(reservation.raise(40)).toEqual(full);
  }
  expect(budget.level("token")).toEqual({ highest: 40, of: "t" });
});

test("beyond the total limit, owners below an equal share are admitted up to twice the limit", () => {
  const budget = createReadBudget({ each: 60, all: 100 });
  const large = budget.reserve(client("a"));
  large.raise(50);
  budget.reserve(client("b")).raise(45);
  expect(large.raise(60)).toBeUndefined();
  expect(budget.reserve(client("a")).raise(1)).toEqual(client("a"));
  const small = budget.reserve(client("c"));
  expect(small.raise(10)).toBeUndefined();
  expect(budget.reserve(client("c")).raise(30)).toEqual({ kind: "host" });
  expect(budget.reserve(client("d")).raise(90)).toEqual({ kind: "host" });
});

test("fewer bytes than before change nothing", () => {
  const budget = createReadBudget({ each: 60, all: 100 });
  const reservation = budget.reserve(client("a"));
  reservation.raise(40);
  expect([reservation.raise(30), reservation.raise(40), budget.inAll()]).toEqual([undefined, undefined, 40]);
});

test("a request that has ended counts nothing more, for nobody", () => {
  const budget = createReadBudget({ each: 60, all: 100 });
  const reservation = budget.reserve(client("a"));
  reservation.raise(40);
  reservation.release();
  expect([reservation.raise(90), reservation.addOwner(token("t")), budget.inAll()]).toEqual([
    undefined,
    undefined,
    0,
  ]);
  expect([budget.level("client"), budget.level("token")]).toEqual([{ highest: 0 }, { highest: 0 }]);
});

test("a token that is over its share with the request is told, and nothing is counted for it", () => {
  const budget = createReadBudget({ each: 60, all: 1_000 });
  const before = budget.reserve(client("a"));
  before.raise(50);
  before.addOwner(token("t"));
  const reservation = budget.reserve(client("b"));
  reservation.raise(20);
  expect(reservation.addOwner(token("t"))).toEqual(token("t"));
  expect(budget.level("token")).toEqual({ highest: 50, of: "t" });
  reservation.release();
  expect(budget.level("token")).toEqual({ highest: 50, of: "t" });
});

test("clients and tokens of one name are counted apart", () => {
  const budget = createReadBudget({ each: 60, all: 1_000 });
  budget.reserve(client("token a")).raise(10);
  expect([budget.level("client"), budget.level("token")]).toEqual([
    { highest: 10, of: "token a" },
    { highest: 0 },
  ]);
});

test("all bytes are released, once", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ id: fc.constantFrom("a", "b", "c"), bytes: fc.nat(50), with: fc.boolean() })),
      (requests) => {
        const budget = createReadBudget({ each: 60, all: 100 });
        const open = requests.map(({ id, bytes, with: hasToken }) => {
          const reservation = budget.reserve(client(id));
          reservation.raise(bytes);
          if (hasToken) reservation.addOwner(token(id));
          reservation.raise(bytes * 2);
          return reservation;
        });
        expect(budget.inAll()).toBeLessThanOrEqual(200);
        for (const reservation of [...open, ...open]) reservation.release();
        expect([budget.inAll(), budget.level("client"), budget.level("token")]).toEqual([
          0,
          { highest: 0 },
          { highest: 0 },
        ]);
      },
    ),
  );
});
