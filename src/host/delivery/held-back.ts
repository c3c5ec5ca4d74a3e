/**
 * Deliveries that are sent although their endpoint is paused or its circuit is open. Probes, each by whichever process asks
 * first: one attempt an hour at a paused endpoint, by which its recovery shows, and one at any endpoint when a person asks. Tests
 * that another process accepted, or this one before it started: a person waits for the response, so they are sent at once.
 */
import type { Clock, Timer } from "../../clock.ts";
import type { Logger } from "../../logger.ts";
import { createRepeating } from "../../repeating.ts";
import type { Database } from "../store/db/database.ts";
import { takeWaiting, waitingTests } from "../store/tables/deliveries.ts";
import { PROBE_EVERY_MS } from "../model/endpoint-life.ts";
import { claimProbes } from "../store/tables/endpoint-life.ts";
import type { Snapshots } from "../store/snapshot.ts";
import type { DueDelivery, EndpointAt, Lease } from "../model/delivery.ts";
import type { Lane } from "../model/event.ts";
import type { BatchClaims } from "./batch-claims.ts";
import type { Schedule } from "./schedule.ts";
import type { Transport } from "./transport.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";

const LOOK_FOR_PROBES_EVERY_MS = 1_000;
/** A probe that a person asked for lapses after this time. */
const REQUESTED_PROBE_MS = 15_000;
/** An endpoint without a probe to send, or with nothing waiting, is asked about again after this time. */
const ASK_AGAIN_MS = 5_000;
const LANES: readonly Lane[] = [0, 1];
/** The tests of a site are looked for once in this time, however often that is requested. */
const LOOK_FOR_TESTS_EVERY_MS = 500;

export interface HeldBackDependencies {
  readonly database: Database;
  readonly snapshots: Snapshots;
  readonly newLease: (now: number) => Lease | undefined;
  readonly now: () => number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly isHeldBack: (endpoint: EndpointAt) => boolean;
  readonly serves: Transport["serves"];
  /** Gives back the deliveries of the endpoint that this process has in memory. */
  readonly drain: (endpointNo: number) => Promise<void>;
  readonly getLane: Schedule["getLane"];
  readonly takeBatch: BatchClaims["takeLongest"];
  readonly send: (delivery: DueDelivery, isProbe: boolean) => void;
}

interface Probed extends EndpointAt {
  readonly isPaused: boolean;
  readonly until: number;
  readonly listenerId: string | undefined;
}

export interface HeldBack {
  /** Starts to send probes. */
  readonly start: () => void;
  readonly stop: () => Promise<void>;
  /** An endpoint may have been paused: its first probe will be sent when it is due. Never rejects. */
  readonly lookForProbes: () => Promise<void>;
  /** A test may wait behind a pause or an open circuit of the site. */
  readonly lookForTests: (siteNo: number) => void;
}

export function createHeldBack(dependencies: HeldBackDependencies): HeldBack {
  const { database, snapshots, newLease, now, clock, logger, isHeldBack, serves, drain, send } = dependencies;
  const { getLane, takeBatch } = dependencies;
  const probedBySite = new WeakMap<SiteSnapshot, readonly Probed[]>();
  const askAt = new Map<number, number>();
  let nextProbe: Timer | undefined;
  /** Sites whose tests were looked for a moment ago, and whether that was requested again. */
  const recent = new Map<number, { isRequested: boolean; readonly timer: NodeJS.Timeout }>();

  function listProbed(site: SiteSnapshot): readonly Probed[] {
    let probed = probedBySite.get(site);
    if (probed === undefined) {
      probed = [...site.endpoints.values()]
        .filter(({ pausedAt, probeAt }) => pausedAt !== undefined || probeAt !== undefined)
        .map(({ siteNo, no, pausedAt, probeAt = 0, listenerId }) => {
          askAt.set(no, probeAt);
          return {
            siteNo,
            endpointNo: no,
            listenerId,
            isPaused: pausedAt !== undefined,
            until: pausedAt === undefined ? probeAt + REQUESTED_PROBE_MS : Infinity,
          };
        });
      probedBySite.set(site, probed);
    }
    return probed;
  }

  async function sendProbes(): Promise<void> {
    const at = now();
    const probed = snapshots.all().flatMap(listProbed);
    const asked = probed.filter(
      (each) => (askAt.get(each.endpointNo) ?? 0) <= at && at < each.until && serves(each.listenerId),
    );
    if (asked.length > 0) await claimAndSend(asked, at);
    waitForNext(probed);
  }

  async function claimAndSend(asked: readonly Probed[], at: number): Promise<void> {
    for (const { endpointNo } of asked) askAt.set(endpointNo, at + ASK_AGAIN_MS);
    for (const endpoint of await claimProbes(database.autocommit, asked, at)) {
      const { isPaused = false } = asked.find(({ endpointNo }) => endpointNo === endpoint.endpointNo) ?? {};
      if (isPaused) askAt.set(endpoint.endpointNo, at + PROBE_EVERY_MS);
      await drain(endpoint.endpointNo);
      const delivery =
        (await takeLongestBatch(endpoint)) ??
        (await takeWaiting(database.autocommit, endpoint, { lease: newLease(now()), now: now() }));
      // At an endpoint that nothing holds back it is an attempt like any other.
      if (delivery !== undefined) send(delivery, isHeldBack(delivery));
    }
  }

  /** A batch that was sent before is probed with as it was. */
  async function takeLongestBatch({ siteNo, endpointNo }: EndpointAt): Promise<DueDelivery | undefined> {
    for (const lane of LANES) {
      const state = getLane({ siteNo, endpointNo, lane });
      const batch = state.endpoint.hasBatches ? await takeBatch(state, now()) : undefined;
      if (batch !== undefined) return batch;
    }
    return undefined;
  }

  /** The next probe of an endpoint that was paused, or sent one, is due at a known time. */
  function waitForNext(probed: readonly Probed[]): void {
    const soonest = now() + ASK_AGAIN_MS;
    const times = probed.flatMap(({ endpointNo }) => {
      const at = askAt.get(endpointNo) ?? 0;
      return at > soonest ? [at] : [];
    });
    nextProbe?.cancel();
    nextProbe = times.length === 0 ? undefined : clock.schedule(Math.min(...times) - now() + 1, look).unref();
  }

  const noteFailure = (error: unknown) => logger.warn("endpoint.probe-failed", { error });
  const look = (): Promise<void> => sendProbes().catch(noteFailure);

  async function sendTests(siteNo: number): Promise<void> {
    for (const { id, ...endpoint } of await waitingTests(database.read, siteNo, now())) {
      if (!isHeldBack(endpoint)) continue;
      const taken = await takeWaiting(database.autocommit, endpoint, {
        lease: newLease(now()),
        now: now(),
        id,
      });
      if (taken !== undefined) send(taken, false);
    }
  }

  function lookForTests(siteNo: number): void {
    const known = recent.get(siteNo);
    if (known !== undefined) {
      known.isRequested = true;
      return;
    }
    const restart = setTimeout(() => {
      const isRequested = recent.get(siteNo)?.isRequested === true;
      recent.delete(siteNo);
      if (isRequested) lookForTests(siteNo);
    }, LOOK_FOR_TESTS_EVERY_MS);
    recent.set(siteNo, { isRequested: false, timer: restart });
    sendTests(siteNo).catch((error: unknown) => logger.warn("delivery.claim-failed", { error }));
  }

  const probes = createRepeating({
    run: sendProbes,
    everyMs: LOOK_FOR_PROBES_EVERY_MS,
    schedule: clock.scheduleLook,
    onError: noteFailure,
  });
  return {
    start: probes.start,
    stop: async () => {
      for (const { timer } of recent.values()) clearTimeout(timer);
      recent.clear();
      await probes.stop();
      nextProbe?.cancel();
    },
    lookForProbes: look,
    lookForTests,
  };
}
