/**
 * `callboard db distribute` that is interrupted on a cluster of Citus: what is left, what a server says of it, and that the command,
 * repeated, ends the work. Without CITUS_URL there is no cluster to be distributed over.
 */
import type pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startChild } from "../support/child-command.ts";
import type { ChildCommand } from "../support/child-command.ts";
import { CITUS_URL, newSingle } from "../support/citus.ts";
import type { Single } from "../support/citus.ts";
import { describeOn } from "../support/databases.ts";
import { environmentOfSeveral, startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { onDatabase, withClient } from "../support/pg-client.ts";
import { runAlone } from "../support/run-alone.ts";
import { waitFor } from "../support/wait-for.ts";

const SITES = ["jira", "other"];
const EVENTS_PER_SITE = 20;
const TOLD =
  "error[INTERRUPTED]: The distribution was interrupted: some tables are placed, and the others are where they were. Repeat the command\n";

/** A lock that whoever distributes the table waits for, and nobody who reads it. */
const holdTable = (client: pg.Client, table: string) =>
  client.query(`BEGIN; LOCK TABLE ${table} IN ROW EXCLUSIVE MODE`);

const WAITING = `SELECT COUNT(*)::int AS count FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'callboard' AND wait_event_type = 'Lock'`;
const CONNECTED = `SELECT COUNT(*)::int AS count FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'callboard'`;

describeOn("PostgreSQL", () => {
  let single: Single;
  let environment: ReturnType<typeof environmentOfSeveral>;
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await startReceiver((_, response) => void response.writeHead(204).end());
  });
  afterAll(() => receiver.close());
  beforeEach(async ({ skip }) => {
    if (CITUS_URL === undefined) return skip("a cluster is needed");
    single = await newSingle(CITUS_URL);
    environment = environmentOfSeveral(single.url);
    await use(await startTestHost(environment));
    await single.makeCluster();
  });

  /** Two sites with a delivered event for each number. */
  async function use(host: TestHost): Promise<void> {
    await host.call("POST", "/api/v1/sites", { key: "other", product: "jira", name: "Other" });
    for (const site of SITES)
      await host.call("POST", `/api/v1/sites/${site}/webhooks`, {
        name: "one",
        url: receiver.url,
        events: ["jira:issue_created"],
      });
    await publish(host, EVENTS_PER_SITE);
    await waitFor(async () => expect(await countDelivered(host)).toBe(2 * EVENTS_PER_SITE));
    await host.host.stop();
  }

  async function publish(host: TestHost, count: number): Promise<void> {
    for (const site of SITES)
      for (let no = 0; no < count; no += 1)
        await host.call("POST", `/api/v1/sites/${site}/events`, { event: "jira:issue_created", payload: {} });
  }

  async function countDelivered(host: TestHost): Promise<number> {
    const { body } = await host.call("GET", "/api/v1/deliveries?state=delivered&limit=100");
    return (body as { readonly items: readonly unknown[] }).items.length;
  }

  const count = async (sql: string) => Number((await onDatabase(single.url, sql))[0]?.["count"]);
  const distribute = () => runAlone(environment, ["db", "distribute"]);
  const countPlaced = () => count("SELECT COUNT(*)::int AS count FROM pg_dist_partition");

  /** Ends the command by the signal while it waits for the table. It must have ended, here and on the server, while that is held. */
  async function interruptAt(table: string, signal: NodeJS.Signals): Promise<ChildCommand> {
    return withClient(single.url, async (client) => {
      await holdTable(client, table);
      const command = startChild(environment, ["db", "distribute"]);
      await waitFor(async () => expect(await count(WAITING), command.notes()).toBe(1), 60_000);
      command.child.kill(signal);
      expect(await command.ended).toBe(signal === "SIGKILL" ? signal : 1);
      await waitFor(async () => expect(await count(CONNECTED)).toBe(0));
      return command;
    });
  }

  async function startIsRefused(named: RegExp): Promise<void> {
    await expect(startTestHost(environment)).rejects.toMatchObject({
      code: "NOT_DISTRIBUTED",
      message: expect.stringMatching(named) as string,
    });
  }

  test("interrupted at one table after the other, it goes on where it stopped, and loses no row", async () => {
    await startIsRefused(/not distributed: callboard_access_token, .* more\. .*run callboard db distribute/);

    // Before the first table: the sites are read from it.
    await withClient(single.url, async (client) => {
      await client.query("BEGIN; LOCK TABLE callboard_counter IN ACCESS EXCLUSIVE MODE");
      const command = startChild(environment, ["db", "distribute"]);
      await waitFor(async () => expect(await count(WAITING), command.notes()).toBe(1), 60_000);
      command.child.kill("SIGKILL");
      expect(await command.ended).toBe("SIGKILL");
    });
    await waitFor(async () => expect(await count(CONNECTED)).toBe(0));
    expect(await countPlaced()).toBe(0);
    await startIsRefused(/not distributed: callboard_access_token/);

    // A table with rows of sites, one that every server has, and the last one.
    const placed: number[] = [];
    for (const [table, signal] of [
      ["callboard_delivery", "SIGKILL"],
      ["callboard_event", "SIGINT"],
      ["callboard_site", "SIGTERM"],
      ["callboard_webhook", "SIGKILL"],
    ] as const) {
      const command = await interruptAt(table, signal);
      if (signal !== "SIGKILL") expect(command.notes()).toBe(TOLD);
      placed.push(await countPlaced());
      await startIsRefused(
        new RegExp(`not distributed: (\\w+, )*${table}[ ,.].*run callboard db distribute`),
      );
      expect(await count("SELECT COUNT(*)::int AS count FROM callboard_event")).toBe(2 * EVENTS_PER_SITE);
    }
    expect(placed).toEqual([...new Set(placed)].toSorted((a, b) => a - b));

    const { code, out, notes } = await distribute();
    expect({ code, out, notes }).toEqual({
      code: 0,
      out: expect.stringMatching(/^Placed 1 table; \d+ are distributed by site\.\n$/) as string,
      notes: "",
    });
    expect(await single.countPrepared()).toBe(0);
    expect((await distribute()).out).toBe("Every table is where it belongs.\n");

    const host = await startTestHost(environment);
    expect(await countDelivered(host)).toBe(2 * EVENTS_PER_SITE);
    await publish(host, 1);
    await waitFor(async () => expect(await countDelivered(host)).toBe(2 * EVENTS_PER_SITE + 2));
    await host.host.stop();
  }, 300_000);
});
