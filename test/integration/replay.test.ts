/** Past events are sent to a receiver that did not get them: which ones, under which IDs, and once. */
import { expect, test } from "vitest";
import { describeOnEach } from "../support/databases.ts";
import { answer204, answerStatus } from "../support/http-receiver.ts";
import { EVENT, useReplaying } from "../support/replaying.ts";
import { waitFor } from "../support/wait-for.ts";

describeOnEach((newUrl, kind) => {
  const { now, call, addWebhook, publish, replay, untilDone, run } = useReplaying(newUrl, kind);
  const issue = (key: string, project: string) => ({ issue: { key, fields: { project: { key: project } } } });

  test("a corrected filter gets the events that the former one kept out, and a second replay sends none", async () => {
    const { host, site, receiver } = now();
    const webhook = await addWebhook({ filter: "project = OTHER" });
    const ids = await publish(10, (index) => issue(`DEMO-${index}`, index < 7 ? "DEMO" : "SECRET"));
    expect(receiver.received).toHaveLength(0);
    await call("PUT", `/webhooks/${webhook}`, { name: "Chat", url: receiver.url, filter: "project = DEMO" });

    const preview = await replay(webhook, { dryRun: true });
    expect(preview.body).toMatchObject({
      dryRun: true,
      complete: true,
      events: 10,
      created: 7,
      redelivered: 0,
      leftOut: [{ kind: "not-matched", count: 3 }],
    });
    expect(preview.body.leftOut[0].first[0]).toEqual({
      eventId: ids[7],
      reason: expect.stringContaining("project = DEMO") as string,
    });
    expect((await call("GET", "/replays")).body.items).toEqual([]);

    const done = await run(webhook);
    expect(done).toMatchObject({
      events: 10,
      created: 7,
      redelivered: 0,
      aboutEvents: 10,
      webhookId: webhook,
    });
    expect(receiver.received).toHaveLength(7);
    const deliveries = (await host.call("GET", `/api/v1/deliveries?site=${site}`)).body.items;
    expect(new Set(deliveries.map((each: { eventId: string }) => each.eventId))).toEqual(
      new Set(ids.slice(0, 7)),
    );
    expect(deliveries[0]).toMatchObject({ state: "delivered", replayId: done.id, flow: "secondary" });

    expect(await run(webhook)).toMatchObject({
      created: 0,
      redelivered: 0,
      leftOut: [
        { kind: "delivered", count: 7, first: expect.objectContaining({ length: 5 }) as unknown },
        { kind: "not-matched", count: 3 },
      ],
    });
    expect(receiver.received).toHaveLength(7);
  });

  test("a webhook that was added later gets what came before it, by event type and within the window", async () => {
    const { receiver } = now();
    const [first] = await publish(3);
    await publish(2, () => ({}), "jira:issue_deleted");
    await new Promise((resolve) => setTimeout(resolve, 5));
    const until = new Date().toISOString();
    await publish(4);
    const webhook = await addWebhook({ events: [EVENT] });
    const done = await run(webhook, { until });
    expect(done).toMatchObject({ created: 3, leftOut: [{ kind: "not-subscribed", count: 2 }] });
    expect(done.leftOut[0].first[0].reason).toBe("not subscribed to jira:issue_deleted");
    expect(await run(webhook, { events: ["jira:issue_c*"] })).toMatchObject({ events: 7, created: 4 });
    expect(receiver.received).toHaveLength(7);
    const why = await call("GET", `/events/${first}/why?webhook=${webhook}`);
    expect(why.body.items[0]).toMatchObject({ kind: "sent", reason: "delivered" });
  });

  test("a failed delivery is sent again under its own ID, for today's subscription", async () => {
    const { host, site, receiver } = now();
    receiver.answer = answerStatus(400);
    const webhook = await addWebhook();
    await publish(3);
    const listed = async (state: string) =>
      (await host.call("GET", `/api/v1/deliveries?site=${site}&state=${state}`)).body.items as {
        id: string;
      }[];
    await waitFor(async () => expect(await listed("failed")).toHaveLength(3));
    const failed = (await listed("failed")).map(({ id }) => id);

    receiver.answer = answer204;
    // Other event types are other subscriptions.
    await call("PUT", `/webhooks/${webhook}`, { name: "Chat", url: receiver.url, events: [EVENT] });
    const done = await run(webhook);
    expect(done).toMatchObject({ created: 0, redelivered: 3 });
    expect((await listed("delivered")).map(({ id }) => id)).toEqual(failed);
    expect(receiver.received.at(-1)?.headers["x-callboard-redelivery"]).toBe("1");
  });

  test("onlyMissing: false sends delivered events again, as redeliveries", async () => {
    const { receiver } = now();
    const webhook = await addWebhook();
    await publish(2);
    await waitFor(() => expect(receiver.received).toHaveLength(2));
    await waitFor(async () =>
      expect(await run(webhook)).toMatchObject({ leftOut: [{ kind: "delivered", count: 2 }] }),
    );
    expect(await run(webhook, { onlyMissing: false })).toMatchObject({ created: 0, redelivered: 2 });
    expect(receiver.received).toHaveLength(4);
  });

  test("test deliveries are left out", async () => {
    const webhook = await addWebhook();
    await call("POST", `/webhooks/${webhook}/execute`, { event: EVENT });
    expect(await run(webhook)).toMatchObject({ created: 0, leftOut: [{ kind: "test", count: 1 }] });
  });

  test("the audit log has who began and who canceled a replay", async () => {
    const { host, site } = now();
    const webhook = await addWebhook();
    const { body } = await replay(webhook);
    await untilDone(body.id as string);
    const { body: audit } = await host.call("GET", "/api/v1/audit");
    expect(audit.items[0]).toMatchObject({ action: "replay.created", object: `${site}/${webhook}` });
    expect(audit.items[0].detail).toContain(body.id);
  });

  test.each([
    [{ since: "2026-01-02T00:00:00Z", until: "2026-01-01T00:00:00Z" }, "/since"],
    [{ since: "2999-01-01T00:00:00Z" }, "/since"],
    [{ since: "yesterday" }, "/since"],
    [{ until: "tomorrow" }, "/until"],
    [{ to: { webhook: "whk_1_999" } }, "/to/webhook"],
    [{ to: { webhook: "nonsense" } }, "/to/webhook"],
    [{ to: { addon: "org.example.none" } }, "/to/addon"],
    [{ to: {} }, "/to"],
    [{ events: [EVENT, "jira:issue_creatd"] }, "/events/1"],
    [{ events: [] }, "/events"],
  ])("%j is refused with 422 and the pointer %s", async (values, pointer) => {
    const webhook = await addWebhook();
    for (const dryRun of [false, true]) {
      const { status, body } = await replay(webhook, { ...values, dryRun });
      expect([status, body.code, body.errors[0].pointer]).toEqual([422, "BODY_SCHEMA", pointer]);
    }
  });

  test("an unknown replay, and one of another site, is 404", async () => {
    const { host } = now();
    const webhook = await addWebhook();
    const { body } = await replay(webhook);
    for (const path of ["/jira/replays/rpl_1_999", "/jira/replays/x", `/jira/replays/${body.id}`]) {
      for (const method of ["GET", "DELETE"]) {
        const refused = await host.call(method, `/api/v1/sites${path}`);
        expect([refused.status, refused.body.code]).toEqual([404, "REPLAY_NOT_FOUND"]);
      }
    }
  });

  test("replays are listed newest first, page by page", async () => {
    const webhook = await addWebhook();
    const ids: string[] = [];
    for (let index = 0; index < 3; index += 1) ids.unshift((await run(webhook)).id as string);
    const first = await call("GET", "/replays?limit=2");
    expect(first.body.items.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2));
    const rest = await call("GET", `/replays?limit=2&cursor=${first.body.next}`);
    expect(rest.body).toMatchObject({ items: [{ id: ids[2] }], next: null });
  });

  test("a replay to a receiver that is deleted meanwhile ends with the reason", async () => {
    const { receiver } = now();
    receiver.answer = () => undefined;
    await publish(1_100);
    const webhook = await addWebhook();
    const { body } = await replay(webhook);
    await call("DELETE", `/webhooks/${webhook}`);
    await waitFor(async () =>
      expect((await call("GET", `/replays/${body.id}`)).body).toMatchObject({
        state: "cancelled",
        reason: "the receiver was removed",
      }),
    );
  });
});
