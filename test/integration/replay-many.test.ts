/** A replay of many events is never in the way of live ones. */
import { expect, test } from "vitest";
import { describeOnEach } from "../support/databases.ts";
import { answer204 } from "../support/http-receiver.ts";
import { EVENT, useReplaying } from "../support/replaying.ts";
import { waitFor } from "../support/wait-for.ts";

describeOnEach((newUrl, kind) => {
  const { now, call, addWebhook, publish, replay, run } = useReplaying(newUrl, kind);

  test("a thousand wait at once, live events keep their backlog, a second replay is refused, and canceling ends what waits", async () => {
    const { host, site, receiver } = now();
    const held: (() => void)[] = [];
    receiver.answer = (_request, response) => void held.push(() => response.writeHead(204).end());
    await publish(1_100);
    const webhook = await addWebhook();
    const { body: begun, status } = await replay(webhook);
    expect([status, begun.state]).toEqual([202, "running"]);
    const shown = async () => (await call("GET", `/replays/${begun.id}`)).body;
    await waitFor(
      async () => expect(await shown()).toMatchObject({ state: "running", waiting: 1_000 }),
      30_000,
    );

    const live = await call("POST", "/events", { event: EVENT, payload: {} });
    expect(live.body.deliveries).toHaveLength(1);
    expect(live.body.deliveries[0]).not.toHaveProperty("failed");
    const second = await replay(webhook, { since: "2021-01-01T00:00:00Z" });
    expect([second.status, second.body.code, second.body.replay]).toEqual([409, "REPLAY_RUNNING", begun.id]);

    const cancelled = await call("DELETE", `/replays/${begun.id}`);
    expect([cancelled.status, cancelled.body.state]).toEqual([200, "cancelled"]);
    expect(cancelled.body.reason).toMatch(/^canceled by token:/);
    for (const respond of held) respond();
    receiver.answer = answer204;
    await waitFor(async () => expect((await shown()).waiting).toBe(0));
    const ended = await shown();
    const failed = await host.call("GET", `/api/v1/deliveries?site=${site}&state=failed&limit=500`);
    expect(failed.body.items[0]).toMatchObject({ reason: "cancelled", replayId: begun.id });
    expect(await call("DELETE", `/replays/${begun.id}`)).toMatchObject({ status: 200, body: ended });

    const done = await run(webhook);
    const { created, redelivered, leftOut } = done as {
      readonly created: number;
      readonly redelivered: number;
      readonly leftOut: readonly [{ readonly count: number }];
    };
    expect(created + redelivered + leftOut[0].count).toBe(1_101);
    await waitFor(async () => {
      const state = async (name: string) =>
        (await host.call("POST", "/api/v1/redeliveries", { filter: { site, state: name }, dryRun: true }))
          .body.count;
      expect([await state("delivered"), await state("failed")]).toEqual([1_101, 0]);
    });
  }, 90_000);
});
