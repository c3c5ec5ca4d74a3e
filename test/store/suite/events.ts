/** Events as accepted, and the per-minute figures. */
import { expect, test } from "vitest";
import {
  findClientEvents,
  findEvent,
  listEventDeliveries,
  listEvents,
} from "../../../src/host/store/tables/events.ts";
import { deliveryUuid, firstUuidAt } from "../../../src/host/model/ids.ts";
import { addMinutes } from "../../../src/host/store/tables/minutes.ts";
import { addDeliveries, addEvents, addSite, newDelivery, newEvent } from "../../support/store.ts";
import type { OpenStore } from "../conformance.ts";
import type { MinuteCount } from "../../../src/host/model/minute.ts";

export function eventTests(open: OpenStore): void {
  test("an event comes back byte for byte", async () => {
    const database = await open();
    const { no } = await addSite(database);
    const body = '{ "n": 9007199254740993, "b":"\\u0000\\ud800 \\/", "a": "é🎭\u2028", "a2":1.10 }';
    const event = newEvent(no, {
      clientId: "client 🎭",
      digest: "digest",
      project: "DEMO",
      actor: "somebody",
      lane: 1,
      aboutAddon: "one",
      notes: ["a note"],
      trace: {
        others: 3,
        skipped: [{ subscriptionNo: 1, because: "a \ud800 and a \0" }],
        missing: [{ subscriptionNo: 2, variables: ["issue.key"] }],
      },
      body,
    });

    await database.write((tx) => addEvents(tx, [event]));

    expect(await findEvent(database.read, no, event.id)).toEqual(event);
  });

  test("an event is found on its own site only", async () => {
    const database = await open();
    const [one, two] = [await addSite(database, "one"), await addSite(database, "two")];
    const event = newEvent(one.no, { clientId: "same", digest: "d" });
    await database.write((tx) => addEvents(tx, [event]));

    expect(await findEvent(database.read, two.no, event.id)).toBeUndefined();
    const found = await findClientEvents(database.read, [
      { siteNo: one.no, clientId: "same" },
      { siteNo: two.no, clientId: "same" },
      { siteNo: one.no, clientId: "other" },
    ]);
    expect(found).toEqual([{ siteNo: one.no, clientId: "same", id: event.id, digest: "d" }]);
  });

  test("two events with one id of the caller's in one batch are refused together", async () => {
    const database = await open();
    const { no } = await addSite(database);
    const batch = [newEvent(no, { clientId: "same" }), newEvent(no), newEvent(no, { clientId: "same" })];

    await expect(database.write((tx) => addEvents(tx, batch))).rejects.toThrow();

    expect(await listEvents(database.read, { siteNo: no, limit: 10 })).toEqual([]);
  });

  test("the list is newest first, without bodies, and goes on before a cursor", async () => {
    const database = await open();
    const { no } = await addSite(database);
    const events = Array.from({ length: 5 }, (_, index) =>
      newEvent(no, { id: firstUuidAt(1_000 + index), name: index === 2 ? "other" : "jira:issue_created" }),
    );
    await database.write((tx) => addEvents(tx, events));
    const newest = events.toReversed();

    const page = await listEvents(database.read, { siteNo: no, limit: 2 });
    const next = await listEvents(database.read, { siteNo: no, limit: 9, before: page[1]!.id });
    const named = await listEvents(database.read, { siteNo: no, limit: 9, name: "other" });
    const since = await listEvents(database.read, { siteNo: no, limit: 9, since: events[3]!.id });

    const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);
    expect(page.map(({ body, bodySize }) => [body, bodySize])).toEqual([
      ["", 26],
      ["", 26],
    ]);
    expect([...ids(page), ...ids(next)]).toEqual(ids(newest));
    expect(ids(named)).toEqual([events[2]!.id]);
    expect(ids(since)).toEqual([events[4]!.id, events[3]!.id]);
  });

  test("the deliveries of an event are its own, in the order in which they were made", async () => {
    const database = await open();
    const { no } = await addSite(database);
    const [before, event, after] = [1, 2, 3].map((at) => newEvent(no, { id: firstUuidAt(at) }));
    await database.write(async (tx) => {
      await addEvents(tx, [before!, event!, after!]);
      await addDeliveries(tx, [
        newDelivery(no, before!.id, 0),
        newDelivery(no, event!.id, 0xfffe, { subscriptionNo: 9 }),
        newDelivery(no, event!.id, 0, { subscriptionNo: 8 }),
        newDelivery(no, after!.id, 0),
      ]);
    });

    expect(await listEventDeliveries(database.read, no, event!.id)).toEqual([
      { id: deliveryUuid(event!.id, 0), subscriptionNo: 8 },
      { id: deliveryUuid(event!.id, 0xfffe), subscriptionNo: 9 },
    ]);
  });

  test("figures of one minute add up, however many settle at the same time", async () => {
    const database = await open();
    const { no } = await addSite(database);
    const count = (outcome: MinuteCount["outcome"]): MinuteCount => ({
      siteNo: no,
      minute: 29_000_000,
      endpointNo: 1,
      outcome,
      count: 2,
      msTotal: 30,
      within: [1, 2, 2, 2],
    });

    await Promise.all(
      Array.from({ length: 10 }, () =>
        database.write((tx) => addMinutes(tx, [count("refused"), count("ok")])),
      ),
    );

    const rows = await database.read.query("SELECT * FROM callboard_minute ORDER BY outcome");
    expect(rows).toMatchObject([
      { outcome: "ok", count: 20, ms_total: 300, within_50: 10, within_5000: 20 },
      { outcome: "refused", count: 20, ms_total: 300, within_50: 10, within_5000: 20 },
    ]);
  });
}
