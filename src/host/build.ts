/**
 * Builds the rooms of a host, each from those before it. `build` has a file for each step, with what the step makes and what it
 * needs; only these files know every room. A step opens as little as possible; what it opens it adds to the closers at once.
 */
import type { Closers } from "../closers.ts";
import { createOwnAddress } from "./address.ts";
import type { OwnAddress } from "./address.ts";
import { createBase } from "./build/base.ts";
import { buildCare } from "./build/care.ts";
import { buildDoorway } from "./build/doorway.ts";
import { buildHealth } from "./build/health.ts";
import { buildIntake } from "./build/intake.ts";
import { buildJobs } from "./build/jobs.ts";
import type { Jobs } from "./build/jobs.ts";
import { buildNetwork } from "./build/network.ts";
import { buildProducts } from "./build/products.ts";
import { buildRegistry } from "./build/registry.ts";
import { buildRooms } from "./build/rooms.ts";
import { buildSending } from "./build/sending.ts";
import { buildSignals } from "./build/signals.ts";
import { createWebLoader } from "./build/web-loader.ts";
import type { WebLoader } from "./build/web-loader.ts";
import type { HostContext } from "./context.ts";
import type { Engine } from "./delivery/engine.ts";
import type { Site } from "./model/site.ts";
import type { OpenHost } from "./open.ts";
import { createProductSites } from "./registry/product-sites.ts";
import type { Rooms } from "./web/rooms.ts";

export type { Job } from "./build/jobs.ts";

export interface BuiltHost {
  readonly context: HostContext;
  readonly address: OwnAddress;
  /**
   * Loads and makes the server and what it serves when it is first called: a host within a program may never need it.
   */
  readonly openWeb: WebLoader["openWeb"];
  /** Refuses new requests, and ends what would hold up the server. */
  readonly drain: () => void;
  /** Another process tells of a listener, by its ID. */
  readonly listenerNoticed: (listenerId: string) => void;
  readonly rooms: Rooms;
  readonly findSite: (key: string) => Site | undefined;
  readonly engine: Engine;
  readonly announceVersion: () => Promise<void>;
  readonly jobs: Jobs;
}

export async function buildHost(open: OpenHost, closers: Closers): Promise<BuiltHost> {
  const { deriveKey, watchCallback } = open;
  const address = createOwnAddress(open.config);
  const base = createBase(open, address);
  const network = buildNetwork(base, address, closers);
  const doorway = buildDoorway(base, closers);
  const signals = await buildSignals(base);
  const sending = await buildSending({ base, network, doorway, signals }, closers);
  const intake = await buildIntake({ base, doorway, signals, sending });
  const { products, newProducts, compareProducts } = await buildProducts(base, sending);
  const health = buildHealth({ base, network, signals, sending, intake, compareProducts });
  const receivers = buildRegistry({ network, doorway, sending, intake, watchCallback });
  const { registry, listenerWatch } = receivers;

  await sending.backlog.start();
  await registry.recover();
  if (base.config.profile === "dev") await createProductSites(newProducts, registry, base.logger);

  const care = await buildCare({ base, signals, sending, intake }, closers);
  const built = { base, address, deriveKey, network, doorway, signals, sending, intake };
  const parts = { ...built, products, health, receivers, care };
  const rooms = buildRooms(parts);
  const web = createWebLoader(parts, rooms);
  return {
    context: sending.context,
    address,
    openWeb: web.openWeb,
    drain: () => {
      web.drain();
      sending.exchange.stop();
    },
    listenerNoticed: listenerWatch.noticed,
    rooms,
    findSite: intake.findSite,
    engine: sending.engine,
    announceVersion: registry.announceVersion,
    jobs: buildJobs(parts),
  };
}
