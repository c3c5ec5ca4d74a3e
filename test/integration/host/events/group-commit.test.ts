/** What is committed was planned with the registry that the database has at that time. */
import { expect, test } from "vitest";
import { createAcceptor } from "../../../../src/host/events/accept.ts";
import { builtInCatalogue, BUILT_IN_PRODUCTS, createLiveCatalogue } from "../../../../src/catalogue/index.ts";
import { describeOnEach } from "../../../support/databases.ts";
import { loadSnapshots } from "../../../support/load-snapshots.ts";
import { stopAtEnd } from "../../../support/stop-at-end.ts";

const { started } = stopAtEnd();
const DEAD = "http://127.0.0.1:9";

describeOnEach((newUrl) => {
  test("an event that was planned before the registry in memory changed is planned again", async () => {
    const b = await started(await newUrl(), { start: false });
    await b.addAddon("before", DEAD);
    const before = await loadSnapshots(b.database, b.seal, createLiveCatalogue(BUILT_IN_PRODUCTS));
    await b.addAddon("after", DEAD);
    let current = before;
    const acceptor = createAcceptor({
      checkBody: () => Promise.resolve({ kind: "fits" }),
      catalogue: builtInCatalogue,
      database: b.database,
      snapshots: {
        ...before,
        get: (siteNo) => current.get(siteNo),
        areCurrent: (sites) => current.areCurrent(sites),
        refresh: (q, siteNo) => current.refresh(q, siteNo),
      },
      // Between the plan and the transaction, another change brings the registry in memory up to date.
      slots: {
        ...b.slots,
        reserve: (deliveries) => {
          current = b.snapshots;
          return b.slots.reserve(deliveries);
        },
      },
      now: b.database.now,
      assertCapacity: () => undefined,
    });
    const payload = Buffer.from('{"issue":{"key":"DEMO-1"}}');
    const [accepted] = await acceptor.accept([{ siteNo: b.siteNo, event: "jira:issue_created", payload }]);

    expect(accepted?.deliveries).toHaveLength(2);
    expect(await b.deliveries()).toHaveLength(2);
  });
});
