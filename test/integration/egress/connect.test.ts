import { expect, test } from "vitest";
import { readAllowList } from "../../../src/egress/allow-list.ts";
import { createConnect } from "../../../src/egress/connect.ts";
import { createGuard } from "../../../src/egress/guard.ts";
import { overTcp } from "../../../src/egress/race.ts";
import { createNameResolver } from "../../../src/egress/resolve.ts";
import { createStartTls } from "../../../src/egress/tls.ts";
import { receiverThat } from "../../support/egress.ts";

test("a connection that ends up somewhere else than at a checked address is closed before a byte is written", async () => {
  const receiver = await receiverThat(() => undefined);
  const closed = receiver.next("close");
  const allowList = readAllowList(["loopback"]);
  const resolver = createNameResolver({ isLocalName: () => false, now: Date.now });
  const guard = createGuard({ allowList, allowHttp: true, ownAddresses: () => [], resolver });
  const budget = { max: Number.POSITIVE_INFINITY, open: 0 };
  const connect = createConnect(
    // The unspecified address leads to loopback, which nobody has checked.
    { ...guard, resolve: () => Promise.resolve(["0.0.0.0"]) },
    { timeoutMs: 2_000, budget, route: { open: overTcp(budget) }, startTls: createStartTls() },
  );
  const failure = await new Promise((resolve) => {
    connect({ secure: false, host: "hooks.example.test", port: receiver.port }, (...[failure]) =>
      resolve(failure),
    );
  });
  expect(failure).toMatchObject({ outcome: { kind: "forbidden", code: "IP_DENIED", address: "127.0.0.1" } });
  await closed;
  expect(receiver.bytesReceived()).toBe(0);
});
