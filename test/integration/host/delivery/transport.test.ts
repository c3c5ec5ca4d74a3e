/** What an endpoint's transport serves, the engine sends; everything else waits in the table. */
import { expect, test } from "vitest";
import type { Transport } from "../../../../src/host/delivery/transport.ts";
import type { Sent } from "../../../../src/host/model/attempt-record.ts";
import { endpoints } from "../../../../src/host/store/tables/endpoints.ts";
import { raiseVersion } from "../../../../src/host/store/tables/sites.ts";
import { waitFor } from "../../../support/wait-for.ts";
import { startBench } from "../../../support/with-engine.ts";

test("a delivery to a listener that is not here is not started; once it is here, it is sent to it", async () => {
  const sentTo: (string | undefined)[] = [];
  let isHere = false;
  const transport: Transport = {
    serves: (listenerId) => listenerId === undefined || isHere,
    send: (listenerId): Promise<Sent> => {
      sentTo.push(listenerId);
      const timing = { startedAt: Date.now(), durationMs: 1 };
      return Promise.resolve({ outcome: { kind: "accepted", status: 204 }, timing });
    },
  };
  const bench = await startBench("sqlite::memory:", { transport });
  await bench.addAddon("bell", "http://bell.example");
  await bench.database.write(async (tx) => {
    await endpoints.set(tx, { siteNo: bench.siteNo }, { listenerId: "lsn" });
    await raiseVersion(tx, bench.siteNo);
  });
  await bench.snapshots.refresh(bench.database.read);
  await bench.post();
  await new Promise((resolve) => setTimeout(resolve, 300));
  bench.engine.wake();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(sentTo).toEqual([]);
  expect(await bench.deliveries()).toMatchObject([{ state: 0, attempts: 0 }]);
  isHere = true;
  bench.engine.wake([{ siteNo: bench.siteNo, endpointNo: 1, lane: 0 }]);
  await waitFor(async () => expect(await bench.deliveries()).toMatchObject([{ state: 2, attempts: 1 }]));
  expect(sentTo).toEqual(["lsn"]);
  await bench.stop();
});
