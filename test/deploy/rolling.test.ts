/**
 * Three processes on one PostgreSQL behind the nginx of deploy/, replaced one after the other while senders publish. The senders
 * give each event an id, and repeat a request at most once.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { waitFor } from "../support/wait-for.ts";
import { EARLIER_COMMITS, buildCommit, isBuildable } from "./earlier-builds.ts";
import { ROOT, describeWith } from "./programs.ts";
import { openStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

const LIMIT_MS = 240_000;
const EARLIER = Object.entries(EARLIER_COMMITS).filter(([, commit]) => isBuildable(commit));
const PREVIOUS = Object.values(EARLIER_COMMITS).at(-1)!;

interface Roll {
  readonly from: string;
  readonly to: string;
  readonly name: string;
}

describeWith(["nginx"], "three processes behind nginx", () => {
  const folder = mkdtempSync(join(tmpdir(), "callboard-builds-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const builds = new Map<string, string>();
  const build = (commit: string): string => {
    const root = builds.get(commit) ?? buildCommit(commit, folder);
    builds.set(commit, root);
    return root;
  };
  let stage: Stage | undefined;
  afterEach(async () => {
    await stage?.close();
    stage = undefined;
  });

  /** Replaces each process under load. After each one, all processes know what an administrator changed. */
  async function roll({ from, to, name }: Roll): Promise<Stage> {
    stage = await openStage({ root: from });
    const sending = stage.startSending();
    for (const index of stage.servers.keys()) {
      await stage.replace(index, to);
      await changeWebhooks(stage);
    }
    await sending.stop();

    const expected = sending.accepted.toSorted();
    const { arrived } = stage;
    await waitFor(() => {
      expect(new Set(arrived().webhook)).toEqual(new Set(expected));
      expect(new Set(arrived().addon)).toEqual(new Set(expected));
    }, 60_000);
    console.log(`${name}: ${expected.length} events, ${sending.repeated()} repeated`);
    expect(sending.failed).toEqual([]);
    expect(expected.length).toBeGreaterThan(200);
    expect(arrived().webhook.toSorted()).toEqual(expected);
    expect(arrived().addon.toSorted()).toEqual(expected);
    return stage;
  }

  test(
    "a rolling restart loses and doubles no event, and fails no sender that repeats once",
    { timeout: LIMIT_MS },
    async () => {
      await roll({ from: ROOT, to: ROOT, name: "rolling restart" });
    },
  );

  test.each(EARLIER)(
    "a rolling upgrade from %s loses and doubles no event, and fails no sender that repeats once",
    { timeout: LIMIT_MS },
    async (name, commit) => {
      await roll({ from: build(commit), to: ROOT, name: `rolling upgrade from ${name}` });
    },
  );

  test.skipIf(!isBuildable(PREVIOUS))(
    "a rolling return to the version before loses and doubles no event, and fails no sender that repeats once",
    { timeout: LIMIT_MS },
    async () => {
      await roll({ from: ROOT, to: build(PREVIOUS), name: "rolling return" });
    },
  );
});

/** Creates a webhook and deletes the one before, through any process. */
async function changeWebhooks({ call, publishTo, servers, receiver }: Stage): Promise<void> {
  const path = "/api/v1/sites/tracker/webhooks";
  const { text } = await call("GET", path);
  const former = (
    JSON.parse(text) as { readonly items: readonly { readonly id: string; readonly name: string }[] }
  ).items.filter(({ name }) => name === "Change");
  const created = await call("POST", path, {
    name: "Change",
    url: `${receiver.url}/change`,
    events: ["jira:issue_updated"],
  });
  expect(created.status).toBe(201);
  for (const { id } of former) expect((await call("DELETE", `${path}/${id}`)).status).toBe(204);
  for (const index of servers.keys()) expect(await publishTo(index, "jira:issue_updated")).toBe(1);
}
