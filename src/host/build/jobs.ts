/** The parts of a host with a life of their own. */
import { createWatch } from "../events/watch.ts";
import { isDelivering } from "../model/roles.ts";
import { createAddUpHours } from "../observe/add-up-hours.ts";
import { createProductFollower } from "../products/follow.ts";
import { createDirectoryChecks } from "../registry/directory/checks.ts";
import { createExpiry } from "../registry/dynamic/expiry.ts";
import { createReinstaller } from "../registry/reinstalls.ts";
import type { HostParts } from "./parts.ts";

export interface Job {
  readonly start: () => void | Promise<void>;
  readonly stop: () => void | Promise<void>;
}

/** In the order in which they start. */
export interface Jobs {
  /** In every process. */
  readonly first: readonly Job[];
  /** In processes that deliver, after the engine. */
  readonly workers: readonly Job[];
  /** Those that look at any site: they start once all sites are loaded. */
  readonly onAllSites: readonly Job[];
}

export function buildJobs(parts: HostParts): Jobs {
  const { base, sending, intake, health, receivers, care } = parts;
  const { clock, database, logger } = base;
  const { readDescriptor, registry, dynamic, listenerWatch } = receivers;
  const { outbox } = intake;
  const workersOnAllSites = [
    care.replayRunner,
    createReinstaller({ ...base, reinstall: registry.reinstall }),
    createDirectoryChecks({ ...base, readDescriptor }),
  ];
  return {
    first: [intake.admission, health.load, health.presence, createProductFollower(sending.context)],
    workers: [
      care.retention,
      createAddUpHours({ database, now: clock.now, schedule: clock.scheduleLook, logger }),
      ...(outbox === undefined ? [] : [outbox]),
    ],
    onAllSites: [
      ...(isDelivering(base.config.role) ? workersOnAllSites : []),
      buildWatch(parts),
      createExpiry(dynamic),
      listenerWatch,
    ],
  };
}

function buildWatch({ base: { config }, network, sending, intake, health, care }: HostParts) {
  return createWatch({
    ...sending.context,
    certificates: network.certificates,
    queueLimit: config.queueLimit,
    admission: intake.admission,
    retentionMs: async () => (await care.settings.read()).retentionMs,
    tellFailures: sending.records.tellFailures,
    // To ask tries the database: not without a reason.
    proxyFails: async () => network.egress.proxy !== undefined && (await health.hostFacts()).proxyFails,
    proxyFailure: () => network.egress.proxy?.failure(),
  });
}
