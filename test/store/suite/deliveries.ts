/** Deliveries from insertion to settling, as far as both databases do it alike. */
import { expect, test } from "vitest";
import {
  countWaiting,
  nextDueOfLanes,
  postponeWaiting,
  readWaitingLanes,
} from "../../../src/host/store/tables/deliveries.ts";
import { failWaiting } from "../../../src/host/store/tables/ended.ts";
import { settleDeliveries } from "../../../src/host/store/tables/settle.ts";
import type { Database } from "../../../src/host/store/db/database.ts";
import { insertSubscriptions } from "../../../src/host/store/tables/subscriptions.ts";
import {
  addDeliveries,
  addEvents,
  addSite,
  fresh,
  newAttempt,
  newDelivery,
  newEvent,
  newSubscription,
} from "../../support/store.ts";
import { storedTime } from "../../support/stored-time.ts";
import type { OpenStore } from "../conformance.ts";
import type { Settled } from "../../../src/host/model/delivery.ts";

export const listRows = (database: Database) =>
  database.read.query("SELECT * FROM callboard_delivery ORDER BY id");
export const listAttempts = (database: Database) =>
  database.read.query("SELECT * FROM callboard_attempt ORDER BY delivery_id, number");

export function deliveryTests(open: OpenStore): void {
  test("settling moves a delivery on and keeps what the attempt came to", async () => {
    const database = await open();
    const { no } = await addSite(database);
    const { id } = newEvent(no);
    const [delivered, again, failed, postponed] = [0, 1, 2, 3].map((index) => newDelivery(no, id, index));
    await database.write((tx) => addDeliveries(tx, [delivered!, again!, failed!, postponed!]));

    const batch: Settled[] = [
      { delivery: fresh(delivered!), attempt: newAttempt(), settlement: { state: "delivered" } },
      {
        delivery: fresh(again!),
        attempt: newAttempt({ status: 503, outcome: { kind: "refused" } }),
        settlement: { state: "waiting", dueAt: 65_000 },
      },
      {
        delivery: fresh(failed!),
        attempt: newAttempt({
          status: undefined,
          outcome: { kind: "unreachable", reason: "dns" },
          answer: undefined,
        }),
        settlement: { state: "failed", because: "exhausted" },
      },
      { delivery: fresh(postponed!), attempt: undefined, settlement: { state: "postponed", dueAt: 77 } },
    ];
    const moved = await database.write((tx) => settleDeliveries(tx, batch, 5_000));

    expect(moved).toEqual(batch);
    expect(await listRows(database)).toMatchObject([
      { state: 2, attempts: 1, settled_at: 5_000, last_status: 200, last_outcome: "accepted", last_ms: 5 },
      {
        state: 0,
        attempts: 1,
        settled_at: null,
        due_at: storedTime(database, 5_000, 60_000),
        last_status: 503,
      },
      { state: 3, attempts: 1, settled_at: 5_000, because: "exhausted", last_status: null },
      {
        state: 0,
        attempts: 0,
        settled_at: null,
        due_at: storedTime(database, 5_000, -4_923),
        last_outcome: null,
      },
    ]);
    expect((await listAttempts(database)).map((row) => row["outcome"])).toEqual([
      "accepted",
      "refused",
      "unreachable:dns",
    ]);
  });

  test("answers may hold any byte, NUL included, and headers any character that HTTP carries", async () => {
    const database = await open();
    const { no } = await addSite(database);
    const delivery = newDelivery(no, newEvent(no).id);
    await database.write((tx) => addDeliveries(tx, [delivery]));
    const answer = Buffer.from(Array.from({ length: 512 }, (_, index) => index % 256));
    const answerHeaders = [["x-odd", '\t \u0080 \u00ff "\\']] as const;

    await database.write((tx) =>
      settleDeliveries(
        tx,
        [
          {
            delivery: fresh(delivery),
            attempt: newAttempt({ answer, answerHeaders, startedAt: 2 ** 53 - 1 }),
            settlement: { state: "delivered" },
          },
        ],
        2 ** 53 - 1,
      ),
    );

    const [attempt] = await listAttempts(database);
    expect(attempt).toMatchObject({ answer, started_at: 2 ** 53 - 1 });
    expect(JSON.parse(attempt!["answer_headers"] as string)).toEqual(answerHeaders);
    expect(await listRows(database)).toMatchObject([{ settled_at: 2 ** 53 - 1 }]);
  });

  test("the same batch settled twice moves and records once", async () => {
    const database = await open();
    const { no } = await addSite(database);
    const delivery = newDelivery(no, newEvent(no).id);
    await database.write((tx) => addDeliveries(tx, [delivery]));
    const batch: Settled[] = [
      {
        delivery: fresh(delivery),
        attempt: newAttempt({ status: 500 }),
        settlement: { state: "waiting", dueAt: 9 },
      },
    ];

    const moved = [
      await database.write((tx) => settleDeliveries(tx, batch, 1)),
      await database.write((tx) => settleDeliveries(tx, batch, 2)),
    ];

    expect(moved.map(({ length }) => length)).toEqual([1, 0]);
    expect(await listRows(database)).toMatchObject([{ attempts: 1, due_at: storedTime(database, 1, 8) }]);
    expect(await listAttempts(database)).toHaveLength(1);
  });

  test("a delivery that stands twice in a batch is moved and recorded once", async () => {
    const database = await open();
    const { no } = await addSite(database);
    const delivery = newDelivery(no, newEvent(no).id);
    await database.write((tx) => addDeliveries(tx, [delivery]));
    const once = {
      delivery: fresh(delivery),
      attempt: newAttempt(),
      settlement: { state: "delivered" as const },
    };

    const moved = await database.write((tx) => settleDeliveries(tx, [once, once], 1));

    expect(moved).toEqual([once]);
    expect(await listAttempts(database)).toHaveLength(1);
  });

  test("what was cancelled while its attempt was under way stays cancelled, the attempt is recorded", async () => {
    const database = await open();
    const { no } = await addSite(database);
    const delivery = newDelivery(no, newEvent(no).id);
    await database.write(async (tx) => {
      await addDeliveries(tx, [delivery]);
      await tx.query("UPDATE callboard_delivery SET state = 3, because = 'cancelled'");
    });

    const moved = await database.write((tx) =>
      settleDeliveries(
        tx,
        [{ delivery: fresh(delivery), attempt: newAttempt(), settlement: { state: "delivered" } }],
        1,
      ),
    );

    expect(moved).toEqual([]);
    expect(await listRows(database)).toMatchObject([{ state: 3, because: "cancelled" }]);
    expect(await listAttempts(database)).toMatchObject([{ number: 1, status: 200 }]);
  });

  test("what comes next is known per endpoint and lane", async () => {
    const database = await open();
    const { no } = await addSite(database);
    const { id } = newEvent(no);
    const at = (index: number, endpointNo: number, lane: 0 | 1, dueAt: number) =>
      newDelivery(no, id, index, { endpointNo, lane, dueAt });
    await database.write((tx) =>
      addDeliveries(tx, [
        at(0, 1, 0, 50_000),
        at(1, 1, 0, 40_000),
        at(2, 1, 1, 30_000),
        at(3, 2, 0, 20_000),
        at(4, 2, 0, 90_000),
      ]),
    );
    const place = (endpointNo: number, lane: 0 | 1) => ({ siteNo: no, endpointNo, lane });

    expect((await readWaitingLanes(database.read)).next).toEqual([
      { ...place(1, 0), dueAt: 40_000 },
      { ...place(1, 1), dueAt: 30_000 },
      { ...place(2, 0), dueAt: 20_000 },
    ]);
    const next = await nextDueOfLanes(
      database.read,
      [place(1, 0), place(1, 1), place(2, 0)],
      45_000,
      database.now(),
    );
    expect(next).toEqual([
      { ...place(1, 0), dueAt: 50_000 },
      { ...place(2, 0), dueAt: 90_000 },
    ]);
    const endpoints = [1, 2, 3].map((endpointNo) => ({ siteNo: no, endpointNo }));
    expect([...(await countWaiting(database.read, endpoints, 100))]).toEqual([
      [1, 3],
      [2, 2],
      [3, 0],
    ]);
    expect([...(await countWaiting(database.read, endpoints, 2))]).toEqual([
      [1, 2],
      [2, 2],
      [3, 0],
    ]);
  });

  test("what waits for removed subscriptions fails at once, and for others goes on", async () => {
    const database = await open();
    const { no } = await addSite(database);
    const { id } = newEvent(no);
    await database.write(async (tx) => {
      await insertSubscriptions(tx, [newSubscription(no), newSubscription(no)]);
      await addDeliveries(tx, [
        newDelivery(no, id, 0, { subscriptionNo: 1 }),
        newDelivery(no, id, 1, { subscriptionNo: 2 }),
      ]);
      await failWaiting(tx, { siteNo: no, subscriptionNos: [1], now: 9 });
    });

    expect(await listRows(database)).toMatchObject([
      { state: 3, because: "unsubscribed", settled_at: 9 },
      { state: 0, because: null },
    ]);
  });

  test("what waits for an endpoint can be made due at another time", async () => {
    const database = await open();
    const { no } = await addSite(database);
    const { id } = newEvent(no);
    await database.write(async (tx) => {
      await addEvents(tx, [newEvent(no, { id })]);
      await addDeliveries(tx, [newDelivery(no, id, 0), newDelivery(no, id, 1, { endpointNo: 2 })]);
      await postponeWaiting(tx, { siteNo: no, endpointNos: [2], dueAt: 99, now: 40 });
    });

    expect((await listRows(database)).map((row) => row["due_at"])).toEqual([
      1_000,
      storedTime(database, 40, 59),
    ]);
  });
}
