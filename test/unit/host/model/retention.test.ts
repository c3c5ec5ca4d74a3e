import { expect, test } from "vitest";
import { toSiteRetention } from "../../../../src/host/model/retention.ts";

const HOST = { retentionMs: 30, bodyRetentionMs: 7 };

test("a site without settings of its own has those of the host", () => {
  expect(toSiteRetention(HOST)).toEqual({ ...HOST, sweeps: [{ choice: { kind: "all" }, retentionMs: 30 }] });
  expect(toSiteRetention(HOST, { envelope: "cloud" }).sweeps).toHaveLength(1);
});

test("its own settings count, each by itself", () => {
  expect(toSiteRetention(HOST, { retentionMs: 90 })).toMatchObject({ retentionMs: 90, bodyRetentionMs: 7 });
  expect(toSiteRetention(HOST, { bodyRetentionMs: 1 })).toMatchObject({
    retentionMs: 30,
    bodyRetentionMs: 1,
  });
});

test("event types with a rule are swept by it, all others by the site's", () => {
  expect(toSiteRetention(HOST, { eventRetentionMs: { a: 1, b: 90 } }).sweeps).toEqual([
    { choice: { kind: "except", events: ["a", "b"] }, retentionMs: 30 },
    { choice: { kind: "only", event: "a" }, retentionMs: 1 },
    { choice: { kind: "only", event: "b" }, retentionMs: 90 },
  ]);
});
