/** A database that says of itself that it is distributed, or that can't be: what is refused, by name, and what works. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { addCatalogue } from "../support/citus-catalogue.ts";
import { CITUS_URL } from "../support/citus.ts";
import { describeOn, newDistributedUrl } from "../support/databases.ts";
import { environmentOfSeveral, startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { startReceiver } from "../support/http-receiver.ts";
import { onDatabase } from "../support/pg-client.ts";
import { runAlone } from "../support/run-alone.ts";
import { waitFor } from "../support/wait-for.ts";

const SITE = "/api/v1/sites/jira";

const distribute = (url: string, ...flags: readonly string[]) =>
  runAlone({ CALLBOARD_DATABASE_URL: url }, ["db", "distribute", ...flags]);

describeOn("SQLite", (newUrl) => {
  test("a file is refused", async () => {
    const { code, notes } = await distribute(await newUrl());
    expect(code).toBe(1);
    expect(notes).toMatch(/error\[DISTRIBUTE_REFUSED\].*SQLite file belongs to one server/);
  });
});

describeOn("PostgreSQL", (newUrl) => {
  const running: TestHost[] = [];
  beforeEach(({ skip }) => skip(CITUS_URL !== undefined, "a cluster has a catalogue of its own"));
  afterEach(async () => {
    for (const host of running.splice(0)) await host.stop();
  });
  const start = async (url: string): Promise<TestHost> => {
    const host = await startTestHost(environmentOfSeveral(url));
    running.push(host);
    return host;
  };

  test("a database without the extension is refused, and goes on as before", async () => {
    const url = await newUrl();
    const { code, notes } = await distribute(url);
    expect(code).toBe(1);
    expect(notes).toMatch(/error\[DISTRIBUTE_REFUSED\].*no extension Citus.*CREATE EXTENSION citus/);
    const { body } = await (await start(url)).call("GET", "/readyz");
    expect(body).toMatchObject({ status: "ready" });
    expect(body).not.toHaveProperty("checks.distribution");
  });

  test.each([
    [
      "no worker",
      "DELETE FROM pg_dist_node WHERE groupid > 0",
      /no worker that takes shards.*citus_add_node/,
    ],
    [
      "workers without shards",
      "UPDATE pg_dist_node SET shouldhaveshards = false",
      /no worker that takes shards/,
    ],
    ["a worker's URL", "UPDATE pg_dist_local_group SET groupid = 2", /a worker of the cluster/],
    [
      "a coordinator that is not known",
      "DELETE FROM pg_dist_node WHERE groupid = 0",
      /doesn't know its coordinator.*citus_set_coordinator_host/,
    ],
    [
      "a server that doesn't respond",
      "UPDATE servers SET success = false",
      /A server of the cluster doesn't respond/,
    ],
    ["servers that commit in one phase", "UPDATE servers SET result = '0'", /max_prepared_transactions = 0/],
  ])("%s is refused, and nothing is placed", async (_, sql, reason) => {
    const url = await newUrl();
    await addCatalogue(url);
    await onDatabase(url, sql);
    const { code, notes } = await distribute(url);
    expect(code).toBe(1);
    expect(notes).toContain("error[DISTRIBUTE_REFUSED]");
    expect(notes).toMatch(reason);
    expect(await onDatabase(url, "SELECT to_regclass('callboard_shard')::text AS shards")).toEqual([
      { shards: null },
    ]);
  });

  test("a database on which a server runs is refused", async () => {
    const url = await newUrl();
    await start(url);
    await addCatalogue(url);
    const { code, notes } = await distribute(url);
    expect({ code, notes }).toEqual({
      code: 1,
      notes: expect.stringContaining("error[STORE_LOCKED]") as string,
    });
  });

  test("a table that is distributed in another way is refused by its name", async () => {
    const url = await newDistributedUrl();
    await onDatabase(
      url,
      "UPDATE pg_dist_partition SET colocationid = 7 WHERE logicalrelid = 'callboard_event'::regclass",
    );
    const { code, notes } = await distribute(url);
    expect(code).toBe(1);
    expect(notes).toMatch(/error\[DISTRIBUTE_REFUSED\].*callboard_event.*undistribute_table/);
  });

  test("where every table is in its place, nothing is done", async () => {
    const url = await newDistributedUrl();
    const { code, out } = await distribute(url);
    expect({ code, out }).toEqual({ code: 0, out: "Every table is where it belongs.\n" });
  });

  test("with the extension and no distributed table the start is refused", async () => {
    const url = await newUrl();
    await addCatalogue(url);
    await expect(startTestHost(environmentOfSeveral(url))).rejects.toMatchObject({
      code: "NOT_DISTRIBUTED",
      message: expect.stringMatching(
        /callboard_\w+, callboard_\w+, callboard_\w+ and \d+ more\. Stop every server/,
      ),
    });
  });

  test("a table that an upgrade has added is named at the start, and on /readyz of a server that runs", async () => {
    const url = await newDistributedUrl();
    const host = await start(url);
    const checks = async () =>
      ((await host.call("GET", "/readyz")).body as { readonly checks: Readonly<Record<string, string>> })
        .checks;
    expect((await checks())["distribution"]).toBe("ok");

    await onDatabase(url, "DELETE FROM pg_dist_partition WHERE logicalrelid = 'callboard_batch'::regclass");

    await waitFor(async () =>
      expect((await checks())["distribution"]).toMatch(/^NOT_DISTRIBUTED: .*: callboard_batch\. Stop/),
    );
    expect((await host.call("GET", "/readyz")).body).toMatchObject({ status: "ready" });
    await expect(startTestHost(environmentOfSeveral(url))).rejects.toMatchObject({
      code: "NOT_DISTRIBUTED",
      message: expect.stringContaining("callboard_batch") as string,
    });
  });

  test("events of two sites at once are delivered, by the statements of a cluster", async () => {
    const url = await newDistributedUrl();
    const host = await start(url);
    const receiver = await startReceiver((_, response) => void response.writeHead(204).end());
    await host.call("POST", "/api/v1/sites", { key: "other", product: "jira", name: "Other" });
    const sites = [SITE, "/api/v1/sites/other"];
    for (const site of sites)
      await host.call("POST", `${site}/webhooks`, {
        name: "one",
        url: receiver.url,
        events: ["jira:issue_created"],
      });

    const accepted = await Promise.all(
      Array.from({ length: 40 }, (_, no) =>
        host.call("POST", `${sites[no % 2]}/events`, { event: "jira:issue_created", payload: {} }),
      ),
    );

    expect(new Set(accepted.map(({ status }) => status))).toEqual(new Set([202]));
    await waitFor(async () => {
      const { body } = await host.call("GET", "/api/v1/deliveries?state=delivered&limit=100");
      expect((body as { readonly items: readonly unknown[] }).items).toHaveLength(40);
    });
    await receiver.close();
  });
});
