/**
 * kill -9 while endpoints fail, are paused, come back and are gone: is each transition told by exactly one operational event?
 * What was made, triggers in the database note, which Callboard knows nothing of. Days pass between two lives: the lab makes
 * what is stored older while a host is dead.
 */
import { setTimeout as pause } from "node:timers/promises";
import { createLab, toFigures, TOKEN } from "../lab.ts";
import type { Figures, Lab, Scenario, Setting } from "../lab.ts";
import type { LabHost } from "../host.ts";
import { largest, median } from "../numbers.ts";
import type { Random } from "../random.ts";
import { ACCEPT } from "../sink.ts";
import type { Behaviour } from "../sink.ts";
import type { StoreReader } from "../store.ts";
import { DELIVERY_FAILED, checkTold } from "../told.ts";
import type { FailedAt, Told, ToldEvent } from "../told.ts";

const FAILING = ["one", "two", "three", "four", "five", "six"] as const;
const WATCHER = "watcher";
const TOLD_BY_TURN = ["endpoint.failing", "endpoint.paused", "endpoint.resumed", "subscription.gone"];
const DAY_MS = 86_400_000;
/** How long an endpoint that fails has failed when the next life begins: nothing, and beyond each stage and the pause. */
const AGES_MS = [0, 2.6 * DAY_MS, 4.6 * DAY_MS, 6 * DAY_MS, 6 * DAY_MS] as const;
const RATE = 40;
const MAX_LIFE_MS = 4_000;

const answering =
  (status: number): Behaviour =>
  (response) =>
    void response.writeHead(status).end();
/** Those that make transitions come up more often. */
const BEHAVIOURS = [500, 500, 404, 404, 204, 204, 204, 410] as const;

const NOTED = {
  failing: ["callboard_endpoint", "no", "endpoint.failing", "NEW.failing_stage > OLD.failing_stage"],
  paused: [
    "callboard_endpoint",
    "no",
    "endpoint.paused",
    "OLD.paused_at IS NULL AND NEW.paused_at IS NOT NULL",
  ],
  resumed: [
    "callboard_endpoint",
    "no",
    "endpoint.resumed",
    "OLD.paused_at IS NOT NULL AND NEW.paused_at IS NULL",
  ],
  gone: [
    "callboard_subscription",
    "endpoint_no",
    "subscription.gone",
    "OLD.gone_since IS NULL AND NEW.gone_since IS NOT NULL",
  ],
} as const;

/** From now on the database notes each transition in the transaction that makes it. */
function noteTransitions(store: StoreReader): Promise<void> {
  const table = "CREATE TABLE lab_transition (event TEXT NOT NULL, endpoint INTEGER NOT NULL)";
  const triggers = Object.entries(NOTED).flatMap(([name, [changed, column, event, condition]]) => {
    const insert = `INSERT INTO lab_transition VALUES ('${event}', NEW.${column});`;
    if (store.isSqlite) {
      return [`CREATE TRIGGER lab_${name} AFTER UPDATE ON ${changed} WHEN ${condition} BEGIN ${insert} END`];
    }
    return [
      `CREATE FUNCTION lab_${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${insert} RETURN NULL; END $$`,
      `CREATE TRIGGER lab_${name} AFTER UPDATE ON ${changed} FOR EACH ROW WHEN (${condition})
       EXECUTE FUNCTION lab_${name}()`,
    ];
  });
  return store.change([table, ...triggers]);
}

/** What fails has failed for days, without an open circuit; what is paused is due for its attempt of the hour. */
async function letDaysPass(store: StoreReader, random: Random): Promise<void> {
  const now = Date.now();
  const endpoints = await store.rows<{ readonly no: number }>("SELECT no FROM callboard_endpoint");
  await store.change(
    endpoints.flatMap(({ no }) => {
      const ageMs = random.pick(AGES_MS);
      return [
        ...(ageMs === 0
          ? []
          : [
              `UPDATE callboard_endpoint SET failing_since = ${now - ageMs}, failed_attempts = 50, failed_deliveries = 25,
                 resumed_at = NULL WHERE no = ${no} AND failing_since IS NOT NULL AND paused_at IS NULL`,
              // What it accepted was before that.
              `DELETE FROM callboard_minute WHERE endpoint_no = ${no} AND outcome IN ('ok', 'accepted')`,
            ]),
        `UPDATE callboard_endpoint SET failures = 0, opened = 0, open_until = NULL WHERE no = ${no}`,
        `UPDATE callboard_endpoint SET probe_at = ${now} WHERE no = ${no} AND paused_at IS NOT NULL`,
      ];
    }),
  );
}

async function resume(host: LabHost, key: string): Promise<boolean> {
  const url = `${host.url}/api/v1/sites/jira/addons/${key}/resume`;
  const headers = { authorization: `Bearer ${TOKEN}` };
  // The host may die meanwhile: then it is asked for again after the next death.
  const response = await fetch(url, { method: "POST", headers }).catch(() => undefined);
  return response?.status === 200;
}

/** Kills them a moment after an answer, when what was answered before has made its transitions, or is just about to. */
async function killSoon(lab: Lab, hosts: readonly LabHost[], random: Random): Promise<void> {
  await lab.nextArrival(MAX_LIFE_MS);
  await pause(random.between(0, 800));
  const afterMs = random.between(0, 20);
  await new Promise<void>((resolve) => {
    const giveUp = setTimeout(resolve, MAX_LIFE_MS);
    const off = lab.sink.onAnswer(() => {
      off();
      clearTimeout(giveUp);
      setTimeout(resolve, afterMs);
    });
  });
  for (const host of hosts) host.strike();
  for (const host of hosts) await host.kill();
}

async function readTold(store: StoreReader): Promise<{
  readonly events: readonly ToldEvent[];
  readonly at: ReadonlyMap<string, number>;
}> {
  const endpoints = await store.rows<{ readonly no: number; readonly origin: string }>(
    "SELECT no, origin FROM callboard_endpoint",
  );
  const names = [...TOLD_BY_TURN, DELIVERY_FAILED].map((name) => `'${name}'`).join(", ");
  const rows = await store.rows<{ readonly id: string; readonly name: string; readonly body: string }>(
    `SELECT id, name, body FROM callboard_event WHERE name IN (${names})`,
  );
  const at = new Map<string, number>();
  const events = rows.map(({ id, name, body }) => {
    const told = JSON.parse(body) as {
      readonly at: string;
      readonly count?: number;
      readonly receiver: { readonly origin: string };
    };
    at.set(id.slice(0, 28), Date.parse(told.at));
    const endpoint = endpoints.find(({ origin }) => origin === told.receiver.origin)?.no ?? -1;
    return { id, event: name, endpoint, count: told.count ?? 0 };
  });
  return { events, at };
}

async function readFailures(store: StoreReader): Promise<readonly FailedAt[]> {
  const rows = await store.rows<Record<keyof FailedAt, number | string>>(
    `SELECT e.no AS endpoint,
       (SELECT COUNT(*) FROM callboard_delivery d WHERE d.endpoint_no = e.no AND d.state > 2 AND d.test = 0
          AND d.because IN ('exhausted', 'rejected', 'forbidden', 'expired')) AS failed,
       COALESCE((SELECT n.failed - n.told FROM callboard_failure_notice n WHERE n.endpoint_no = e.no), 0) AS untold
     FROM callboard_endpoint e`,
  );
  return rows.map(({ endpoint, failed, untold }) => ({
    endpoint: Number(endpoint),
    failed: Number(failed),
    untold: Number(untold),
  }));
}

async function run(setting: Setting): Promise<Figures> {
  const { random, database } = setting;
  const lab = await createLab({
    directory: setting.directory,
    journals: `${setting.directory}/journals`,
    databaseUrl: await setting.newUrl(),
    hosts: database === "SQLite" ? 1 : 2,
    addons: [...FAILING, WATCHER],
    events: { [WATCHER]: [...TOLD_BY_TURN, DELIVERY_FAILED] },
    environment: { CALLBOARD_RETRY_SCHEDULE: "100ms,100ms" },
  });
  const behave = (key: string, status: number): void => {
    lab.sink.addon(key).behave = status === 204 ? ACCEPT : answering(status);
  };
  try {
    await noteTransitions(lab.store);
    for (const key of FAILING) behave(key, 500);
    await lab.startHosts();
    const load = lab.startLoad({ rate: RATE });
    for (let index = 0; index < setting.kills; index += 1) {
      const one = lab.hosts.slice(index % lab.hosts.length).slice(0, 1);
      // One of several dies, and then all: days pass while nobody knows what was before.
      const dying = index % 2 === 0 ? lab.hosts : one;
      await killSoon(lab, dying, random);
      if (dying.length === lab.hosts.length) await letDaysPass(lab.store, random);
      for (const key of FAILING) behave(key, random.pick(BEHAVIOURS));
      for (const host of dying) await host.start();
      // A person puts one of them right, in the middle of all this.
      for (const host of one) void resume(host, random.pick(FAILING));
      setting.progress?.(index + 1, setting.kills);
    }
    for (const key of FAILING) behave(key, 204);
    const unresumed: string[] = [];
    for (const key of FAILING) {
      const [host] = lab.hosts;
      if (host === undefined || !(await resume(host, key))) unresumed.push(key);
    }
    let details: Readonly<Record<string, number>> = {};
    const finished = await lab.finish(load, {
      judge: async (accepted, dump) => {
        const { events, at } = await readTold(lab.store);
        const transitions = await lab.store.rows<Told>("SELECT event, endpoint FROM lab_transition");
        const arrivals = lab.sink.arrivals.filter(({ addon }) => addon === WATCHER);
        const firstArrivals = new Map(
          arrivals.toReversed().map((arrival) => [arrival.deliveryId, arrival.at]),
        );
        const latencies = [...firstArrivals].flatMap(([id, arrivedAt]) => {
          const toldAt = at.get(id.replace(/^dlv_\d+_/, "").slice(0, 28));
          return toldAt === undefined ? [] : [arrivedAt - toldAt];
        });
        const made = TOLD_BY_TURN.map((event) => [
          event,
          transitions.filter((each) => each.event === event).length,
        ]);
        details = {
          kills: setting.kills,
          ...(Object.fromEntries(made) as Readonly<Record<string, number>>),
          events: events.length,
          toldMedianMs: median(latencies),
          toldLongestMs: largest(latencies) ?? 0,
        };
        const failures = await readFailures(lab.store);
        return checkTold({ accepted, dump, transitions, events, failures, arrivals });
      },
    });
    const missing = TOLD_BY_TURN.filter((event) => details[event] === 0);
    return toFigures(finished, undefined, details, [
      ...(unresumed.length === 0 ? [] : [`I2: ${unresumed.join(", ")} could not be resumed`]),
      ...(missing.length === 0 || setting.kills < LEAST_KILLS_FOR_ALL
        ? []
        : [`I9: there was no transition for ${missing.join(", ")}, so nothing was proved`]),
    ]);
  } finally {
    await lab.close();
  }
}

/** With so many, every kind of transition has come up. */
const LEAST_KILLS_FOR_ALL = 50;

export const transitions: Scenario = { name: "transitions", databases: ["SQLite", "PostgreSQL"], run };
