/** Requests with an idempotency key, on both databases: each is done once, also by several processes. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { CallboardError } from "../../../../src/errors.ts";
import { createKeyedRequests } from "../../../../src/host/admin/keyed-requests.ts";
import type { KeyedRequests } from "../../../../src/host/admin/keyed-requests.ts";
import type { Database } from "../../../../src/host/store/db/database.ts";
import { describeOnEach } from "../../../support/databases.ts";
import { dump, openMigrated } from "../../../support/store.ts";
import { waitFor } from "../../../support/wait-for.ts";

const REQUEST = { token: "cb_token", key: "a-key-of-mine", contents: ["createSite", {}, { key: "one" }] };
const DAY_MS = 24 * 3_600_000;

describeOnEach((newUrl) => {
  let database: Database;
  let now: number;
  let done: number;
  let requests: KeyedRequests;
  const create = () => createKeyedRequests({ database, now: () => now, onUnnoted: () => undefined });
  beforeEach(async () => {
    database = await openMigrated(await newUrl());
    [now, done] = [Date.UTC(2026, 5, 1), 0];
    requests = create();
  });
  afterEach(() => database.close());

  const work = () => Promise.resolve(`{"done":${(done += 1)}}`);
  const send = (change: Partial<typeof REQUEST> = {}, by = requests) =>
    by.once({ ...REQUEST, ...change }, work);
  const catchRefusal = (sent: Promise<unknown>) =>
    sent.then(
      () => undefined,
      (error: unknown) => (error instanceof CallboardError ? error.code : error),
    );

  test("the same request gets the first response", async () => {
    expect(await send()).toEqual({ text: '{"done":1}', isReplayed: false });
    expect(await send({}, create())).toEqual({ text: '{"done":1}', isReplayed: true });
    expect(done).toBe(1);
  });

  test("another request with the key is refused, and not done", async () => {
    await send();
    expect(await catchRefusal(send({ contents: ["createSite", {}, { key: "two" }] }))).toBe(
      "IDEMPOTENCY_CONFLICT",
    );
    expect(done).toBe(1);
  });

  test("another token has keys of its own", async () => {
    await send();
    expect(await send({ token: "cb_other" })).toEqual({ text: '{"done":2}', isReplayed: false });
  });

  test("a refused request leaves the key free", async () => {
    const refused = requests.once(REQUEST, () =>
      Promise.reject(new CallboardError("CONFLICT", "there is one")),
    );
    expect(await catchRefusal(refused)).toBe("CONFLICT");
    expect(await send()).toEqual({ text: '{"done":1}', isReplayed: false });
  });

  test.each([new Error("the connection broke"), new CallboardError("STORAGE", "the disk is full")])(
    "after a failure of the server (%s) it is not done again, because it may have taken effect",
    async (failure) => {
      expect(await catchRefusal(requests.once(REQUEST, () => Promise.reject(failure)))).toBe(
        failure instanceof CallboardError ? failure.code : failure,
      );
      expect(await catchRefusal(send())).toBe("IDEMPOTENCY_UNFINISHED");
      expect(done).toBe(0);
    },
  );

  test("of requests at once, to two processes, one is done, and the others are told to repeat", async () => {
    let finish = (): void => undefined;
    const isFinished = new Promise<void>((resolve) => (finish = resolve));
    const slow = () => isFinished.then(work);
    const refused: unknown[] = [];
    const sent = [requests, create(), requests, create()].map(async (by) => {
      const code = await catchRefusal(by.once(REQUEST, slow));
      if (code !== undefined) refused.push(code);
    });
    await waitFor(() => expect(refused).toEqual(Array(3).fill("IDEMPOTENCY_UNFINISHED")));
    finish();
    await Promise.all(sent);
    expect(done).toBe(1);
    expect(await send()).toEqual({ text: '{"done":1}', isReplayed: true });
  });

  test("a key is kept for a day, and can be used anew after it", async () => {
    await send();
    now += DAY_MS;
    expect(await send()).toMatchObject({ isReplayed: true });
    now += 1;
    expect(await send()).toEqual({ text: '{"done":2}', isReplayed: false });
  });

  test("neither the response nor the key is in the database", async () => {
    await send();
    const stored = await dump(database.read);
    expect(stored).not.toMatch(/done|cb_token|a-key-of-mine/);
  });
});
