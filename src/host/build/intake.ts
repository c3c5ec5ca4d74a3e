/** What takes events: from requests, from a program around the host, and from the outbox of a product's database. */
import { createAcceptWithin } from "../events/accept-within.ts";
import { createAcceptor } from "../events/accept.ts";
import type { Acceptor } from "../events/accept.ts";
import { createAdmissionControl } from "../events/admission.ts";
import type { IncomingEvent } from "../model/plan.ts";
import { isDelivering } from "../model/roles.ts";
import type { Site } from "../model/site.ts";
import { observeEvents } from "../observe/events.ts";
import { createOutboxFigures } from "../observe/outbox.ts";
import { createPublishRows } from "../outbox/publish-rows.ts";
import { createOutboxReader } from "../outbox/reader.ts";
import type { OutboxReader } from "../outbox/reader.ts";
import { createBodyChecker } from "../schemas/checker.ts";
import { requirePostgresTarget } from "../store/db/database.ts";
import type { Base } from "./base.ts";
import type { Doorway } from "./doorway.ts";
import type { Sending } from "./sending.ts";
import type { Signals } from "./signals.ts";

interface IntakeParts {
  readonly base: Base;
  readonly doorway: Doorway;
  readonly signals: Signals;
  readonly sending: Pick<Sending, "slots">;
}

interface TakingParts {
  readonly acceptor: Pick<Acceptor, "accept">;
  readonly findSite: (key: string) => Site | undefined;
}

export type Intake = Awaited<ReturnType<typeof buildIntake>>;

export async function buildIntake({ base, doorway, signals, sending }: IntakeParts) {
  const { config, database, logger } = base;
  const { snapshots, figures, tracing } = signals;
  const admission = createAdmissionControl({ databaseFile: database.file, logger });
  // For intake alone: looking at events must not delay or suspend its checks.
  const checkBody = createBodyChecker();
  const accepting = { ...base, snapshots, checkBody };
  const { acceptor, acceptWithin } = observeEvents({
    acceptor: createAcceptor({
      ...accepting,
      slots: sending.slots,
      assertCapacity: admission.assertCapacity,
    }),
    acceptWithin: createAcceptWithin({ ...accepting, endpointBacklog: config.endpointBacklog }),
    figures,
    tracing,
    snapshots,
  });
  const acceptEvent = async (event: IncomingEvent) => {
    const [accepted] = await acceptor.accept([event]);
    if (accepted === undefined) throw new Error("an accepted event has a result");
    return accepted;
  };
  const findSite = (key: string) => snapshots.byKey(key)?.site;
  const taking = { admission, checkBody, acceptor, acceptWithin, acceptEvent, findSite };
  return { ...taking, outbox: await openOutbox(taking, { base, doorway, signals }) };
}

/** Undefined without an outbox, and in processes that leave it to others. */
async function openOutbox(
  { acceptor, findSite }: TakingParts,
  { base: { config, logger }, doorway: { sparse }, signals: { figures } }: Omit<IntakeParts, "sending">,
): Promise<OutboxReader | undefined> {
  const { bodyLimitBytes, bodyValues, outboxUrl } = config;
  if (outboxUrl === undefined || !isDelivering(config.role)) return undefined;
  const { createReadPublished } = await import("../web/api/publish.ts");
  return createOutboxReader({
    target: requirePostgresTarget(outboxUrl),
    publishRows: createPublishRows({
      readEvent: createReadPublished({ findSite, bodyLimitBytes, bodyValues }),
      accept: acceptor.accept,
      bodyLimitBytes,
    }),
    bodyLimitBytes,
    ...createOutboxFigures(figures),
    logger,
    sparse,
  });
}
