/** Install, deliver and retry on PostgreSQL as providers give it: the oldest and the newest, directly and pooled. */
import { beforeAll, describe, expect, test } from "vitest";
import { waitFor } from "../support/wait-for.ts";
import { startAddon } from "./addon.ts";
import type { WorldAddon } from "./addon.ts";
import { startCallboard } from "./callboard.ts";
import type { Callboard } from "./callboard.ts";
import { VERSIONS, WAYS } from "./databases.ts";
import { stopAfterAll } from "./ending.ts";
import { HOSTS } from "./names.ts";
import { addSite, deliver, install, publish, retry } from "./stories.ts";
import { named, onPostgres } from "./worlds.ts";

const ADDON = "addon.partner.example";
const AT_ONCE = 50;
const WORLDS = VERSIONS.flatMap((version) =>
  WAYS.map((way) => ({ ...onPostgres(version, way), events: way.poolMode === "transaction" ? 1_000 : 200 })),
);

describe.each(named(...WORLDS))("%s", (_name, world) => {
  let callboard: Callboard;
  let addon: WorldAddon;
  const ending = stopAfterAll();
  beforeAll(async () => {
    callboard = await startCallboard(world);
    ending.add(callboard.stop);
    addon = await startAddon({ name: ADDON, address: HOSTS[ADDON], keyServer: `${world.url}/keys` });
    ending.add(addon.close);
    await addSite(world, callboard);
  });

  test("installs an add-on by its https name", () => install(callboard, addon));

  test("delivers an event that verifies", () => deliver(callboard, addon));

  test("tries again after a failure, and succeeds", () => retry(callboard, addon));

  test("loses none of many events, and sends none twice", async () => {
    addon.events.length = 0;
    const ids: string[] = [];
    while (ids.length < world.events) {
      const wave = Array.from({ length: AT_ONCE }, (_, n) => publish(callboard, `MANY-${ids.length + n}`));
      ids.push(...(await Promise.all(wave)));
    }
    await waitFor(() => expect(addon.events.length).toBeGreaterThanOrEqual(world.events), 30_000);
    await waitFor(async () => {
      for (const state of ["waiting", "leased", "failed"]) {
        const { body } = await callboard.call("GET", `/api/v1/deliveries?state=${state}`);
        expect([state, body.items]).toEqual([state, []]);
      }
    });
    expect(addon.events.map(({ deliveryId }) => deliveryId).toSorted()).toEqual(ids.toSorted());
    expect(addon.refusals).toEqual([]);
  });
});
