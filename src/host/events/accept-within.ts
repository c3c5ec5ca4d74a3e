/**
 * Accepts events in the transaction of a program around the host: event and deliveries are committed with the program's own
 * changes, or not at all.
 *
 * The end of the transaction is the program's affair, and this process isn't told of it. So nothing of it is kept in memory: no
 * delivery is leased, the backlog of endpoints is counted in the transaction, and a NOTIFY of the transaction's commit starts the
 * deliveries.
 */
import type { Catalogue } from "../../catalogue/index.ts";
import type { Clock } from "../../clock.ts";
import { CallboardError } from "../../errors.ts";
import type { CheckBody } from "../model/body-check.ts";
import { failBeyondLimit } from "../model/backlog.ts";
import type { DueDelivery } from "../model/delivery.ts";
import type { Uuid } from "../model/ids.ts";
import { plan } from "../model/plan.ts";
import type { AcceptedEvent, Group, IncomingEvent } from "../model/plan.ts";
import type { TransactionClient } from "../model/published.ts";
import { requireExisting } from "../model/site-snapshot.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";
import { createEnterTransaction, requireClient } from "../store/db/caller-transaction.ts";
import type { CallerTransaction } from "../store/db/caller-transaction.ts";
import type { Database } from "../store/db/database.ts";
import type { Snapshots } from "../store/snapshot.ts";
import { writeWithin } from "../store/tables/caller-events.ts";
import { countWaiting } from "../store/tables/deliveries.ts";
import { findAccepted, judge } from "./accepted-before.ts";
import { normalizeAll } from "./normalize.ts";
import { prepareSite } from "./prepare-site.ts";
import { listUnnumbered } from "./place.ts";
import { listUnleased, withFailures } from "./reserve.ts";

export interface AcceptWithinDependencies {
  readonly catalogue: Catalogue;
  readonly database: Database;
  readonly snapshots: Snapshots;
  readonly checkBody: CheckBody;
  readonly clock: Pick<Clock, "now">;
  readonly newEventId: () => Uuid;
  /** Waiting deliveries that an endpoint can have. */
  readonly endpointBacklog: number;
}

/**
 * Writes the event in the client's transaction. The first statement of the client comes after every check of the input.
 *
 * @throws {CallboardError} EVENT_SCHEMA, EVENT_OFF_SCHEMA, EVENT_CONFLICT, SITE_NOT_FOUND, TRANSACTION_UNSUPPORTED,
 *   TRANSACTION_OTHER_DATABASE, TRANSACTION_MISSING; whatever the client throws
 */
export type AcceptWithin = (
  client: TransactionClient | undefined,
  event: IncomingEvent,
) => Promise<AcceptedEvent>;

/** A publisher that commits the same ID at the same time is found at the next try. */
const MAX_TRIES = 3;

export function createAcceptWithin({
  catalogue,
  database,
  snapshots,
  checkBody,
  clock,
  newEventId,
  endpointBacklog,
}: AcceptWithinDependencies): AcceptWithin {
  const enter = createEnterTransaction(database);

  async function normalize(incoming: IncomingEvent, site: SiteSnapshot): Promise<Group> {
    await prepareSite(site);
    const events = await normalizeAll([incoming], { catalogue, findSite: () => site, wallTime: clock.now });
    if (site.product.schemaPolicy !== "refuse") return { events };
    return { events: await judge(events, site.product, { catalogue, checkBody, read: database.read }) };
  }

  /** Undefined if the same ID was committed meanwhile. */
  async function tryToWrite(
    tx: CallerTransaction,
    group: Group,
    site: SiteSnapshot,
  ): Promise<AcceptedEvent | undefined> {
    const now = database.now();
    const findSite = () => site;
    const known = await findAccepted(tx, [group], findSite);
    const planned = plan([group], { findSite, known, newEventId, now });
    const [event] = planned.events;
    if (event === undefined) return onlyAnswer(planned.answers.get(group));
    const deliveries = await countBacklog(tx, planned.deliveries);
    const due = [...listUnleased(deliveries), ...listUnnumbered(deliveries)];
    const written = await writeWithin(tx, { event, deliveries, due }, now);
    if (written === "known") return undefined;
    if (written === "outside") throw withoutTransaction();
    return onlyAnswer(withFailures(planned.answers, deliveries).get(group));
  }

  /** Counted as the transaction sees it: what it has written before is in it, and a rollback leaves nothing to take back. */
  async function countBacklog(
    tx: CallerTransaction,
    deliveries: readonly DueDelivery[],
  ): Promise<readonly DueDelivery[]> {
    const endpoints = new Map(
      deliveries.map(({ siteNo, endpointNo }) => [endpointNo, { siteNo, endpointNo }]),
    );
    const waiting = await countWaiting(tx, [...endpoints.values()], endpointBacklog);
    return failBeyondLimit(deliveries, waiting, endpointBacklog);
  }

  return async (client, incoming) => {
    if (!database.dialect.isShared) {
      throw new CallboardError(
        "TRANSACTION_UNSUPPORTED",
        "A host on SQLite can't publish in a transaction of the program: its file belongs to one connection. Use PostgreSQL, or leave the client out",
      );
    }
    requireClient(client);
    // An event is never planned on a registry from before the call. The client's own view of it may be older.
    await snapshots.refresh(database.read, incoming.siteNo);
    const site = requireExisting(snapshots.get(incoming.siteNo));
    const group = await normalize(incoming, site);
    const tx = await enter(client);
    for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
      const accepted = await tryToWrite(tx, group, site);
      if (accepted !== undefined) return accepted;
    }
    throw new CallboardError(
      "EVENT_CONFLICT",
      "An event with this ID was committed after the client's transaction had begun. Repeat the transaction",
    );
  };
}

function onlyAnswer(answer: readonly AcceptedEvent[] | CallboardError | undefined): AcceptedEvent {
  if (answer instanceof CallboardError) throw answer;
  const [accepted] = answer ?? [];
  if (accepted === undefined) throw new Error("an accepted event has a result");
  return accepted;
}

function withoutTransaction(): CallboardError {
  return new CallboardError(
    "TRANSACTION_MISSING",
    "The client has no open transaction, so that the event could not be committed with other changes. Nothing was written. Begin a transaction on this client, and don't pass a pool",
  );
}
