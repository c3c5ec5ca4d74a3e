/** What installs, configures and connects receivers. */
import type { Egress } from "../../egress/index.ts";
import { VERSION } from "../../version.ts";
import { withoutKeeping } from "../delivery/access-tokens.ts";
import { createAuthenticatedPost } from "../delivery/authenticated-post.ts";
import { createReceiverCheck } from "../delivery/receiver-check.ts";
import { createTestSender } from "../delivery/test-delivery.ts";
import { createDescriptorReader } from "../descriptor/read.ts";
import { assertPolicy } from "../events/policy.ts";
import { parseFiltersAhead } from "../filters/ahead.ts";
import { createListenerChanges } from "../listen/changes.ts";
import { createListenerWatch } from "../listen/watch.ts";
import { parseFilter } from "../model/filter.ts";
import type { OpenHost } from "../open.ts";
import type { DynamicContext } from "../registry/dynamic/context.ts";
import { createOutgoing } from "../registry/outgoing/outgoing.ts";
import { createRegistry } from "../registry/registry.ts";
import type { Doorway } from "./doorway.ts";
import type { Intake } from "./intake.ts";
import type { Network } from "./network.ts";
import type { Sending } from "./sending.ts";

interface RegistryParts {
  readonly network: Network;
  readonly doorway: Doorway;
  readonly sending: Sending;
  readonly intake: Intake;
  readonly watchCallback: OpenHost["watchCallback"];
}

export type Receivers = ReturnType<typeof buildRegistry>;

export function buildRegistry({ network, doorway, sending, intake, watchCallback }: RegistryParts) {
  const { context, exchange, fetchToken, posting } = sending;
  const { config, catalogue, snapshots } = context;
  const { egress, thisMachine } = network;
  const readDescriptor = createDescriptorReader({
    catalogue,
    egress,
    checkFilter: (filter) => parseFilter(filter).undecided,
    readFiltersAhead: parseFiltersAhead,
  });
  const registry = createRegistry({
    ...context,
    egress: watchCallback === undefined ? egress : watchRequests(egress, watchCallback),
    version: VERSION,
    profile: config.profile,
    isThisMachine: (host) =>
      thisMachine !== undefined && (thisMachine.hasName(host) || thisMachine.hasAddress(host)),
    readDescriptor,
    publish: async ({ no: siteNo }, event, payload, about) => {
      await intake.acceptEvent({ siteNo, event, payload: Buffer.from(JSON.stringify(payload)), ...about });
    },
  });
  const outgoing = createOutgoing({
    ...context,
    checkUrl: egress.check,
    fetchToken,
    checkReceiver: createReceiverCheck({ ...context, posting, fetchToken, findSite: snapshots.get }),
    profile: config.profile,
  });
  const listenerChanges = createListenerChanges({ ...context, exchange, outgoing });
  const listenerWatch = createListenerWatch({ ...context, exchange, end: listenerChanges.end });
  doorway.tokens.onRevoked(listenerWatch.lookNow);
  const dynamic: DynamicContext = {
    ...context,
    countFilterCharacters: doorway.door.rates.filterCharacters.take,
    checkUrl: egress.check,
    readWebhooks: async (value, product) =>
      (await readDescriptor({ kind: "value", value }, product)).webhooks,
  };
  const testSender = buildTestSender(sending, intake);
  return { readDescriptor, registry, outgoing, listenerChanges, listenerWatch, dynamic, testSender };
}

function buildTestSender(
  { context: { catalogue, snapshots }, attempts, posting, fetchToken, engine }: Sending,
  { acceptEvent, checkBody }: Intake,
) {
  return createTestSender({
    ...attempts,
    sendUnsaved: createAuthenticatedPost({ ...posting, tokens: withoutKeeping(fetchToken) }),
    findSite: snapshots.get,
    engine,
    accept: async (siteNo, testOf, { event, payload }) =>
      (await acceptEvent({ siteNo, event, payload, testOf })).deliveries[0]?.id,
    assertPolicy: (product, event) => assertPolicy(product, event, { catalogue, checkBody }),
  });
}

function watchRequests(
  egress: Pick<Egress, "request">,
  watch: NonNullable<OpenHost["watchCallback"]>,
): Pick<Egress, "request"> {
  return {
    request: async (request) => {
      const result = await egress.request(request);
      watch(request, result);
      return result;
    },
  };
}
