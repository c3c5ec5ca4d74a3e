import type { Descriptor } from "../../protocol/descriptor.ts";
import type { Limit } from "../model/limits.ts";
import type { Standstill } from "../model/standstill.ts";
import type { Href } from "../model/base-path.ts";
import type { ChangedSettings, HostSettings } from "../admin/settings.ts";
import type { Rekeyed } from "../admin/rekey.ts";
import type { MadeToken, TokenWish } from "../admin/tokens.ts";
import type { AcceptedEvent, IncomingEvent } from "../model/plan.ts";
import type { Readiness } from "../observe/readiness.ts";
import type { Outgoing } from "../registry/outgoing/outgoing.ts";
import type { WebhookValues } from "../registry/outgoing/values.ts";
import type { Registry } from "../registry/registry.ts";
import type { Replays } from "../replay/replays.ts";
import type { WhyFilter, WhyPage } from "../delivery-log/why.ts";
import type {
  EndpointFilter,
  EndpointPage,
  EndpointsMeant,
  ListedEndpoint,
} from "../delivery-log/endpoints.ts";
import type { EventFilter, EventPage, ShownEvent } from "../delivery-log/events.ts";
import type { SentLogFilter } from "../delivery-log/filter.ts";
import type { SentLogPage } from "../delivery-log/list.ts";
import type { Redelivered } from "../delivery-log/redeliver.ts";
import type { ShownAttempt, ShownDelivery } from "../delivery-log/show.ts";
import type { SiteStatus } from "../delivery-log/status.ts";
import type { AuditVerification } from "../admin/audit-chain.ts";
import type { AuditEntry, Author } from "../store/tables/audit.ts";
import type { FailingEndpoint } from "../store/tables/failing.ts";
import type { ProcessRecord } from "../store/tables/processes.ts";
import type { SigningKeyRecord } from "../store/tables/keys.ts";
import type { SentDelivery, Standing } from "../store/tables/delivery-log.ts";
import type { ApiToken } from "../store/tables/tokens.ts";
import type { EventRecord } from "../model/event.ts";
import type { Receiver } from "../model/endpoint.ts";
import type { Site } from "../model/site.ts";
import type { Subscription } from "../model/subscription.ts";

/** A page that is asked for. `cursor` is the `next` of the page before. */
export interface PageRequest {
  readonly limit: number;
  readonly cursor: string | undefined;
}

/** Somebody who receives on a site, for people to choose from. */
export interface NamedReceiver {
  readonly receiver: Receiver;
  readonly name: string;
  /** The add-on's key, or the webhook's id. */
  readonly id: string;
}

/** Whether deliveries to a receiver go out by themselves, and since when not. */
export interface ReceiverStanding {
  readonly state: "active" | "disabled" | "inactive";
  readonly pausedAt: number | undefined;
  /** Since when something of it is inactive because of a 410. */
  readonly goneSince: number | undefined;
}

/** What waits and what is under way. */
export interface Queue {
  /** Attempts that this process makes at the moment. */
  readonly inFlight: number;
  /** When what waits longest became due; undefined when nothing is due. */
  readonly overdueSince: number | undefined;
}

/** The event of a test send. */
export interface TestWish {
  readonly event: string;
  /** JSON text; the catalogue's sample when left out. */
  readonly payload?: Buffer;
  /** The API token that it is counted for. */
  readonly tokenId: string;
}

/** What a test send came to. */
export interface ShownTest {
  /** Undefined when the sent log does not have it: a test of values that are of no saved webhook. */
  readonly deliveryId: string;
  readonly event: string;
  /** `waiting`: the result did not come in time. */
  readonly state: "delivered" | "failed" | "waiting";
  readonly attempt: ShownAttempt | undefined;
}

export interface Webhooks extends Outgoing {
  /**
   * Sends a test and waits for its result.
   * @throws CallboardError WEBHOOK_NOT_FOUND, EVENT_SCHEMA, RATE_LIMITED; the code of the refusal when the address is forbidden
   */
  readonly execute: (siteKey: string, no: number, test: TestWish) => Promise<ShownTest>;
  /** The same with values that are not saved; `no` is the webhook that they are an edit of. Throws what they are refused with too. */
  readonly executeUnsaved: (
    siteKey: string,
    values: WebhookValues,
    no: number | undefined,
    test: TestWish,
  ) => Promise<ShownTest>;
}

export interface Services {
  /** Every limit with an owner, with its present level in this process. */
  readonly limits: readonly Limit[];
  /** Counts a validation of a descriptor. @throws CallboardError RATE_LIMITED */
  readonly countValidation: (tokenId: string) => void;
  /** The configured base URL, without a slash at the end. */
  readonly publicUrl: string | undefined;
  /** A path of this server as others reach it: below the path of the public URL. */
  readonly href: Href;
  readonly registry: Registry;
  readonly sites: {
    readonly list: () => Promise<readonly Site[]>;
    readonly find: (siteKey: string) => Promise<Site | undefined>;
    /** @throws CallboardError SITE_NOT_FOUND */
    readonly load: (siteKey: string) => Promise<Site>;
    /** The key of a site by the number that ids carry; undefined when it was removed. */
    readonly keyOf: (siteNo: number) => string | undefined;
    /** What add-ons are told. */
    readonly baseUrlOf: (site: Site) => string;
  };
  readonly sentLog: {
    readonly list: (filter: SentLogFilter, page: PageRequest) => Promise<SentLogPage>;
    readonly show: (deliveryId: string) => Promise<ShownDelivery>;
    readonly redeliver: (deliveryId: string, by: Author) => Promise<SentDelivery>;
    readonly cancel: (deliveryId: string, by: Author) => Promise<SentDelivery>;
    readonly count: (filter: SentLogFilter) => Promise<Redelivered>;
    readonly redeliverMany: (filter: SentLogFilter, by: Author) => Promise<Redelivered>;
    readonly cancelMany: (filter: SentLogFilter, by: Author) => Promise<Redelivered>;
    /** The newest operational events of a site, with their bodies. */
    readonly listOperational: (siteKey: string, most: number) => Promise<readonly EventRecord[]>;
    readonly listEvents: (siteKey: string, filter: EventFilter, page: PageRequest) => Promise<EventPage>;
    readonly showEvent: (siteKey: string, eventId: string) => Promise<ShownEvent>;
    /** `reachable`: the sites that the caller may see. */
    readonly explainEvent: (
      siteKey: string,
      eventId: string,
      reachable: readonly string[],
      filter: WhyFilter,
      page: PageRequest,
    ) => Promise<WhyPage>;
    readonly status: (siteKeys: readonly string[]) => Promise<readonly SiteStatus[]>;
    /** The newest delivery of each endpoint of a site, newest first. */
    readonly newest: (siteKey: string) => Promise<readonly SentDelivery[]>;
    /** How the deliveries of these events stand, by the event's id; an event that was sent to nobody is not in it. */
    readonly standings: (
      siteKey: string,
      events: readonly string[],
    ) => Promise<ReadonlyMap<string, readonly Standing[]>>;
    /** The endpoints of a site at which nothing gets through, longest first. */
    readonly failing: (siteKey: string) => Promise<readonly FailingEndpoint[]>;
  };
  readonly events: {
    /** @throws CallboardError EVENT_SCHEMA, EVENT_CONFLICT, OVERLOADED, STORAGE, SITE_NOT_FOUND */
    readonly accept: (event: IncomingEvent) => Promise<AcceptedEvent>;
  };
  /** From memory: for names, choices and counts of a page. */
  readonly receivers: {
    /** Undefined when it is gone. */
    readonly nameOf: (siteNo: number, receiver: Receiver) => string | undefined;
    readonly descriptorOf: (siteNo: number, addonKey: string) => Descriptor | undefined;
    /** Where the Webhook Inspector is, when it is installed on any site. */
    readonly inspectorUrl: () => string | undefined;
    readonly list: (siteKey: string) => readonly NamedReceiver[];
    /** What keeps deliveries from going out to a receiver: at one endpoint, or at any of its endpoints. */
    readonly standing: (siteNo: number, receiver: Receiver, endpointNo?: number) => ReceiverStanding;
    /** The standing subscriptions. */
    readonly subscriptions: (siteKey: string) => readonly Subscription[];
  };
  readonly queue: (siteKeys: readonly string[]) => Promise<Queue>;
  readonly secrets: {
    /** False in the `prod` profile, where secrets are rotated and never shown. */
    readonly canReveal: boolean;
    /** The sharedSecret of an add-on, for a person to read once. @throws CallboardError ADDON_NOT_FOUND, ADDON_STATE */
    readonly reveal: (siteKey: string, addonKey: string, by: Author) => Promise<string>;
  };
  readonly login: {
    /** The address of a one-time login with the rights of this token. */
    readonly createLink: (
      tokenId: string,
      by: Author,
    ) => Promise<{ readonly url: string; readonly expiresAt: number }>;
  };
  readonly replays: Replays;
  readonly webhooks: Webhooks;
  readonly endpoints: {
    /** Those in use, the ones that need attention first, and why nothing is being sent to any. @throws CallboardError QUERY_INVALID */
    readonly page: (
      siteKeys: readonly string[],
      filter: EndpointFilter,
      page: PageRequest,
    ) => Promise<EndpointPage & { readonly standstill: Standstill | undefined }>;
    /** @throws CallboardError ENDPOINT_NOT_FOUND */
    readonly show: (siteKey: string, endpointNo: number) => Promise<ListedEndpoint>;
    /** Why nothing is being sent to these endpoints right now; undefined when something is, or will be in a moment. */
    readonly standstill: (
      siteKeys: readonly string[],
      meant: EndpointsMeant,
    ) => Promise<Standstill | undefined>;
    /** The database's time, which their breakers are on. */
    readonly now: () => number;
  };
  /** The processes that run on the database, this one first. */
  readonly processes: () => Promise<readonly ProcessRecord[]>;
  readonly tokens: {
    readonly list: () => Promise<readonly ApiToken[]>;
    readonly create: (wish: TokenWish, by: Author) => Promise<MadeToken>;
    /** @throws CallboardError TOKEN_NOT_FOUND, TOKEN_LAST_ADMIN */
    readonly revoke: (id: string, by: Author) => Promise<void>;
  };
  readonly keys: {
    readonly list: () => Promise<readonly Omit<SigningKeyRecord, "privatePem">[]>;
    /** The public half of a key in PEM; undefined for an unknown or withdrawn one. */
    readonly findPublic: (kid: string) => Promise<string | undefined>;
    /** Encrypts some more secrets with the next master key. @throws CallboardError REKEY_NO_KEY */
    readonly rekey: (by: Author) => Promise<Rekeyed>;
  };
  readonly audit: {
    readonly list: (page: PageRequest) => Promise<readonly AuditEntry[]>;
    /** Checks the whole chain. @throws CallboardError QUERY_INVALID if the checkpoint has another form */
    readonly verify: (checkpoint?: string) => Promise<AuditVerification>;
  };
  readonly settings: {
    readonly read: () => Promise<HostSettings>;
    readonly change: (changes: ChangedSettings, by: Author) => Promise<HostSettings>;
  };
  readonly operations: {
    readonly readiness: () => Promise<Readiness>;
    /** In Prometheus' text format; never rejects because the database is down. */
    readonly metrics: () => Promise<string>;
  };
}
