/** Body filters of subscriptions and outgoing webhooks, as the database keeps them. */
import { expect, test } from "vitest";
import {
  insertSubscriptions,
  listSubscriptions,
  updateSubscription,
} from "../../../src/host/store/tables/subscriptions.ts";
import { findWebhook, saveWebhook } from "../../../src/host/store/tables/webhooks.ts";
import { addSite, newSubscription, newWebhook, seal } from "../../support/store.ts";
import type { OpenStore } from "../conformance.ts";

const FILTER = {
  "crane.name": { $in: ["Möwe", "\u{1f3d7}", null, 0.1] },
  $or: [{ a: true }, { "/b.c": "" }],
};

export function bodyFilterTests(open: OpenStore): void {
  test("a subscription comes back with its body filter, and changes and loses it", async () => {
    const database = await open();
    const { no: siteNo } = await addSite(database);
    const listFilters = async () =>
      (await listSubscriptions(database.read, siteNo)).map(({ bodyFilter }) => bodyFilter);
    const [no = 0] = await database.write((tx) =>
      insertSubscriptions(tx, [newSubscription(siteNo, { bodyFilter: FILTER }), newSubscription(siteNo)]),
    );
    expect(await listFilters()).toEqual([FILTER, undefined]);

    await database.write((tx) =>
      updateSubscription(tx, no, newSubscription(siteNo, { bodyFilter: { a: 1 } })),
    );
    expect(await listFilters()).toEqual([{ a: 1 }, undefined]);
    await database.write((tx) => updateSubscription(tx, no, newSubscription(siteNo)));
    expect(await listFilters()).toEqual([undefined, undefined]);
  });

  test("an outgoing webhook comes back with its body filter, and loses it", async () => {
    const database = await open();
    const { no: siteNo } = await addSite(database);
    const findFilter = async () => (await findWebhook(database.read, seal, siteNo, 1))?.bodyFilter;
    const webhook = newWebhook(siteNo, 1, { bodyFilter: FILTER });
    await database.write((tx) => saveWebhook(tx, seal, webhook));
    expect(await findFilter()).toEqual(FILTER);
    await database.write((tx) => saveWebhook(tx, seal, { ...webhook, bodyFilter: undefined }));
    expect(await findFilter()).toBeUndefined();
  });
}
