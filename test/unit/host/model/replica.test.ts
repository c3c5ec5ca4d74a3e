import { describe, expect, test } from "vitest";
import { describeReplica, toReplicaStanding } from "../../../../src/host/model/replica.ts";
import type { ReplicaLook, ReplicaStanding } from "../../../../src/host/model/replica.ts";

const NOW = 1_000_000;
const IDENTITY = { system: "7", database: "16384", tables: "16400" };
const PRIMARY = { ...IDENTITY, at: NOW };
const CAUGHT_UP: ReplicaLook = { ...IDENTITY, isReplica: true, isCaughtUp: true, replayedAt: NOW };

const judge = (look: Partial<ReplicaLook>, before?: ReplicaStanding) =>
  toReplicaStanding(before, PRIMARY, { ...CAUGHT_UP, ...look });
const behindBy = (ms: number) => ({ isCaughtUp: false, replayedAt: NOW - ms });

describe("lag", () => {
  test("a replica that has everything has none, however long ago the last transaction was", () => {
    expect(judge({ replayedAt: NOW - 86_400_000 })).toEqual({ state: "ok", lagMs: 0 });
    expect(judge({ replayedAt: null })).toEqual({ state: "ok", lagMs: 0 });
  });

  test.each([
    [9_999, "ok"],
    [10_000, "behind"],
  ])("%i ms is %s", (ms, state) => {
    expect(judge(behindBy(ms))).toEqual({ state, lagMs: ms });
  });

  test("one that was behind is used again below 5 s", () => {
    const before = { state: "behind", lagMs: 20_000 } as const;
    expect(judge(behindBy(5_000), before).state).toBe("behind");
    expect(judge(behindBy(4_999), before).state).toBe("ok");
  });

  test("one that has replayed nothing since its start is behind by an unknown time", () => {
    expect(judge({ isCaughtUp: false, replayedAt: null })).toEqual({ state: "behind", lagMs: undefined });
  });
});

describe("a server that is none of its replicas", () => {
  test.each([
    ["in another cluster", { system: "8" }, "a replica of another one"],
    ["that is a primary", { isReplica: false }, "not a replica"],
    ["with another database", { database: "16385" }, "the database is another one"],
    ["with another schema", { tables: null }, "the schema is another one"],
  ])("%s is foreign", (_what, look, why) => {
    expect(judge(look)).toEqual({ state: "foreign", why: expect.stringContaining(why) as string });
  });

  test("tables that it has not replayed yet don't count", () => {
    expect(judge({ ...behindBy(1_000), tables: null }).state).toBe("ok");
  });
});

test.each<readonly [ReplicaStanding, string]>([
  [{ state: "ok", lagMs: 0 }, "ok"],
  [{ state: "behind", lagMs: 12_400 }, "REPLICA_BEHIND: The replica of CALLBOARD_READ_URL is 12 s behind."],
  [
    { state: "behind", lagMs: undefined },
    "REPLICA_BEHIND: The replica of CALLBOARD_READ_URL is an unknown time",
  ],
  [{ state: "unreachable" }, "REPLICA_UNREACHABLE: The replica"],
  [{ state: "foreign", why: "w" }, "REPLICA_FOREIGN: CALLBOARD_READ_URL"],
])("%o is described by its code", (standing, text) => {
  expect(describeReplica(standing)).toContain(text);
});
