/** How this process and the others are: what `/readyz`, the status page and the metrics say. */
import { describeDistribution } from "../model/distribution.ts";
import { describeStanding } from "../model/outbox.ts";
import { describeReplica } from "../model/replica.ts";
import { isDelivering } from "../model/roles.ts";
import { gatherHostFacts, listWorkers } from "../observe/host-facts.ts";
import { createLoad } from "../observe/load.ts";
import { createPresence } from "../observe/presence.ts";
import { createReadiness } from "../observe/readiness.ts";
import type { Products } from "../products/products.ts";
import { readDistribution } from "../store/distribution.ts";
import { VERSION } from "../../version.ts";
import { createDraining } from "../web/http/server.ts";
import type { Base } from "./base.ts";
import type { Intake } from "./intake.ts";
import type { Network } from "./network.ts";
import type { Sending } from "./sending.ts";
import type { Signals } from "./signals.ts";

interface HealthParts {
  readonly base: Base;
  readonly network: Network;
  readonly signals: Signals;
  readonly sending: Sending;
  readonly intake: Intake;
  /** Compares the products with their files; undefined without files. */
  readonly compareProducts: Products["compareFiles"] | undefined;
}

export type Health = ReturnType<typeof buildHealth>;

export function buildHealth({ base, network, signals, sending, intake, compareProducts }: HealthParts) {
  const { config, database } = base;
  const { replica } = database;
  const { admission, outbox } = intake;
  const draining = createDraining();
  const load = createLoad(database);
  const presence = createPresence({
    ...base,
    role: config.role,
    version: VERSION,
    levels: () => {
      const { inFlight, mostInFlight, unsettled } = sending.engine.status();
      return {
        inFlight,
        mostInFlight: Number.isFinite(mostInFlight) ? mostInFlight : undefined,
        unsettled,
        namesFail: signals.lookups.fail(),
        bottleneck: load.bottleneck(),
        proxyFails: network.egress.proxy?.failure() !== undefined,
      };
    },
  });
  const readiness = createReadiness({
    database,
    isDraining: draining.has,
    assertCapacity: admission.assertCapacity,
    compareProducts,
    countWorkers: isDelivering(config.role) ? undefined : async () => (await listWorkers(presence)).length,
    readDistribution: database.dialect.isDistributed
      ? async () => describeDistribution(await readDistribution(database.read))
      : undefined,
    outbox: outbox === undefined ? undefined : () => describeStanding(outbox.standing()),
    replica: replica === undefined ? undefined : () => describeReplica(replica()),
  });
  return { draining, load, presence, readiness, hostFacts: () => gatherHostFacts(readiness, presence) };
}
