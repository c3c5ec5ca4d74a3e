/** Part of the composition root: what only the pages ask for. */
import type { Config } from "../config.ts";
import { CallboardError } from "../errors.ts";
import type { Sessions } from "./admin/sessions.ts";
import type { Engine } from "./delivery/engine.ts";
import type { Acceptor } from "./events/accept.ts";
import { lacksSecret } from "./model/lost-secrets.ts";
import { appendAudit } from "./store/tables/audit.ts";
import type { Database } from "./store/db/database.ts";
import { isOf } from "./store/tables/endpoint-life.ts";
import { formatWebhookId } from "./model/ids.ts";
import { overdueSince } from "./store/tables/overdue.ts";
import { receiverName } from "./store/snapshot.ts";
import type { Snapshots } from "./store/snapshot.ts";
import type { NamedReceiver, ReceiverStanding, Services } from "./web/services.ts";
import type { Receiver } from "./model/endpoint.ts";
import type { SiteSnapshot } from "./model/site-snapshot.ts";

/** The key of its descriptor, atlassian-connect.json. */
const INSPECTOR_KEY = "callboard-inspector";

export interface PageServiceParts {
  readonly config: Pick<Config, "profile">;
  readonly database: Database;
  readonly snapshots: Snapshots;
  readonly acceptor: Acceptor;
  readonly sessions: Pick<Sessions, "createLink">;
  readonly engine: Pick<Engine, "status">;
  readonly baseUrl: () => string;
}

type PageServices = Pick<Services, "events" | "receivers" | "queue" | "secrets" | "login">;

export function createPageServices(parts: PageServiceParts): PageServices {
  const { config, database, snapshots, acceptor, sessions, engine, baseUrl } = parts;
  return {
    events: {
      accept: async (event) => {
        const [accepted] = await acceptor.accept([event]);
        if (accepted === undefined) throw new Error("an accepted event has a result");
        return accepted;
      },
    },
    receivers: {
      nameOf: (siteNo, receiver) => receiverName(snapshots.get(siteNo), receiver),
      descriptorOf: (siteNo, addonKey) => snapshots.get(siteNo)?.installations.get(addonKey)?.descriptor,
      inspectorUrl: () =>
        snapshots
          .all()
          .map(({ installations }) => installations.get(INSPECTOR_KEY))
          .find((installation) => installation?.state === "enabled")?.baseUrl,
      standing: (siteNo, receiver, endpointNo) => standingIn(snapshots.get(siteNo), receiver, endpointNo),
      list: (siteKey) => {
        const snapshot = snapshots.byKey(siteKey);
        return snapshot === undefined ? [] : receiversOf(snapshot);
      },
      subscriptions: (siteKey) => [...(snapshots.byKey(siteKey)?.subscriptions.values() ?? [])],
    },
    queue: async (siteKeys) => {
      const siteNos = siteKeys.flatMap((key) => snapshots.byKey(key)?.site.no ?? []);
      return {
        inFlight: engine.status().inFlight,
        overdueSince: await overdueSince(database.read, siteNos, database.now()),
      };
    },
    secrets: {
      canReveal: config.profile === "dev",
      reveal: async (siteKey, addonKey, by) => {
        if (config.profile === "prod") {
          throw new CallboardError(
            "SECRET_HIDDEN",
            "The prod profile doesn't show shared secrets. Rotate the secret: the add-on gets a new one in an installed callback",
          );
        }
        const installation = snapshots.byKey(siteKey)?.installations.get(addonKey);
        if (installation === undefined || installation.state === "uninstalled")
          throw new CallboardError("ADDON_NOT_FOUND", `No add-on ${addonKey} is installed on ${siteKey}`);
        const { sharedSecret } = installation;
        if (sharedSecret === undefined) {
          const why = lacksSecret(installation) ? "its secret was lost" : "its authentication is none";
          throw new CallboardError("ADDON_STATE", `The add-on has no secret: ${why}`);
        }
        const object = `${siteKey}/${addonKey}`;
        await database.write((tx) =>
          appendAudit(tx, { ...by, action: "secret.revealed", object, detail: "" }),
        );
        return sharedSecret;
      },
    },
    login: {
      createLink: async (tokenId, by) => {
        const { secret, expiresAt } = await sessions.createLink(tokenId, by);
        return { url: `${baseUrl()}/admin/login/${secret}`, expiresAt };
      },
    },
  };
}

const ACTIVE: ReceiverStanding = { state: "active", pausedAt: undefined, goneSince: undefined };

function standingIn(
  snapshot: SiteSnapshot | undefined,
  receiver: Receiver,
  endpointNo: number | undefined,
): ReceiverStanding {
  if (snapshot === undefined) return ACTIVE;
  const isMeant = (no: number, of: Receiver) =>
    isOf(of, receiver) && (endpointNo === undefined || no === endpointNo);
  const paused = [...snapshot.endpoints.values()]
    .filter((endpoint) => isMeant(endpoint.no, endpoint.receiver))
    .flatMap(({ pausedAt }) => pausedAt ?? []);
  const pausedAt = paused.length === 0 ? undefined : Math.min(...paused);
  if (receiver.kind === "webhook") {
    const webhook = snapshot.webhooks.get(receiver.webhookNo);
    return {
      state: webhook?.active === false ? "inactive" : "active",
      pausedAt,
      goneSince: webhook?.goneSince,
    };
  }
  const subscriptions = [...snapshot.subscriptions.values()].filter((each) =>
    isMeant(each.endpointNo, each.receiver),
  );
  const gone = subscriptions.flatMap(({ goneSince }) => goneSince ?? []);
  const isDisabled = snapshot.installations.get(receiver.addonKey)?.state === "disabled";
  const isInactive = subscriptions.length > 0 && subscriptions.every(({ active }) => !active);
  return {
    state: isDisabled ? "disabled" : isInactive ? "inactive" : "active",
    pausedAt,
    goneSince: gone.length === 0 ? undefined : Math.min(...gone),
  };
}

function receiversOf({ site, installations, webhooks }: SiteSnapshot): readonly NamedReceiver[] {
  const addons = [...installations.values()]
    .filter(({ state }) => state !== "uninstalled")
    .sort((one, other) => (one.addonKey < other.addonKey ? -1 : 1));
  return [
    ...addons.map(({ addonKey, descriptor: { name } }) => ({
      receiver: { kind: "addon", addonKey } as const,
      name,
      id: addonKey,
    })),
    ...[...webhooks.values()].map(({ no, name }) => ({
      receiver: { kind: "webhook", webhookNo: no } as const,
      name,
      id: formatWebhookId(site.no, no),
    })),
  ];
}
