/** The rooms behind the web, as pages, API and the products' own APIs ask them. */
import type { Catalogue } from "../../catalogue/index.ts";
import type { Audit } from "../admin/audit.ts";
import type { KeyedRequests } from "../admin/keyed-requests.ts";
import type { Keys } from "../admin/keys.ts";
import type { PortalLooks } from "../admin/portal-look.ts";
import type { Sessions } from "../admin/sessions.ts";
import type { Settings } from "../admin/settings.ts";
import type { Tokens } from "../admin/tokens.ts";
import type { Backups } from "../care/backups.ts";
import type { Erasures } from "../care/erasures.ts";
import type { DeliveryLog } from "../delivery-log/delivery-log.ts";
import type { Endpoints } from "../delivery-log/endpoints.ts";
import type { TestDeliveries } from "../delivery-log/test-deliveries.ts";
import type { UrlTrials } from "../delivery/url-trials.ts";
import type { AcceptWithin } from "../events/accept-within.ts";
import type { AcceptedEvent, IncomingEvent } from "../model/plan.ts";
import type { Listeners } from "../listen/listeners.ts";
import type { Href } from "../model/base-path.ts";
import type { AdmissionControl } from "../events/admission.ts";
import type { Limit } from "../model/limits.ts";
import type { listKeySet } from "../model/public-keys.ts";
import type { ReplicaStanding } from "../model/replica.ts";
import type { Readiness } from "../observe/readiness.ts";
import type { Directory } from "../registry/directory/directory.ts";
import type { AddonProperties } from "../registry/dynamic/properties.ts";
import type { DynamicModules } from "../registry/dynamic/modules.ts";
import type { DynamicWebhooks } from "../registry/dynamic/webhooks.ts";
import type { Outgoing } from "../registry/outgoing/outgoing.ts";
import type { Receivers } from "../registry/receivers.ts";
import type { SearchIndex } from "../registry/search-index.ts";
import type { Products } from "../products/products.ts";
import type { Registry } from "../registry/registry.ts";
import type { Sites } from "../registry/sites.ts";
import type { UpmInstalls } from "../registry/upm-installs.ts";
import type { Replays } from "../replay/replays.ts";
import type { ProcessRecord } from "../store/tables/processes.ts";
import type { Rates } from "./http/rates.ts";

export interface Rooms {
  readonly catalogue: Catalogue;
  readonly products: Products;
  readonly urlTrials: UrlTrials;
  readonly sites: Sites;
  readonly registry: Registry;
  readonly directory: Directory;
  readonly receivers: Receivers;
  readonly searchIndex: SearchIndex;
  readonly webhooks: Outgoing & TestDeliveries;
  readonly dynamicWebhooks: DynamicWebhooks;
  readonly dynamicModules: DynamicModules;
  readonly addonProperties: AddonProperties;
  readonly upmInstalls: UpmInstalls;
  /** @throws {CallboardError} EVENT_SCHEMA, EVENT_CONFLICT, OVERLOADED, STORAGE, SITE_NOT_FOUND */
  readonly acceptEvent: (event: IncomingEvent) => Promise<AcceptedEvent>;
  /** In the transaction of a program around the host. */
  readonly acceptWithin: AcceptWithin;
  readonly deliveryLog: DeliveryLog;
  readonly endpoints: Endpoints;
  readonly listeners: Listeners;
  readonly replays: Replays;
  readonly tokens: Tokens;
  readonly sessions: Sessions;
  readonly portalLooks: PortalLooks;
  readonly keyedRequests: KeyedRequests;
  readonly keys: Keys;
  /** The public keys of all outgoing webhooks. */
  readonly webhookKeySet: () => ReturnType<typeof listKeySet>;
  readonly audit: Audit;
  readonly settings: Settings;
  readonly backups: Backups;
  readonly erasures: Erasures;
  /** The processes that run on the database, this one first. */
  readonly listProcesses: () => Promise<readonly ProcessRecord[]>;
  /** How the replica of the database stands; undefined without one. */
  readonly replica: (() => ReplicaStanding) | undefined;
  readonly readiness: () => Promise<Readiness>;
  /** In Prometheus' text format; never rejects because the database is down. */
  readonly metrics: () => Promise<string>;
  /** Limit of a delivery's request, in milliseconds. */
  readonly requestTimeoutMs: number;
  readonly rates: Rates;
  /** Every limit with an owner, with its present level in this process. */
  readonly limits: readonly Limit[];
  /** Space on the disk of the database, as last looked at; undefined on PostgreSQL. */
  readonly freeSpace: AdmissionControl["free"];
  /** The configured base URL, without a slash at the end. */
  readonly publicUrl: string | undefined;
  /** The same, or the address that the server listens on. */
  readonly baseUrl: () => string;
  /** A path of this server as others reach it: below the path of the public URL. */
  readonly href: Href;
}
