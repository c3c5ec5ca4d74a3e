/** The deliveries of a test host, as tests read them. */
import type { Api } from "./api.ts";

export interface DeliveryFilter {
  readonly event?: string;
  /** Key of the add-on that receives it. */
  readonly addon?: string;
  /** ID of the outgoing webhook that receives it. */
  readonly webhook?: string;
  /** Key of the site; that of the test host when left out. */
  readonly site?: string;
}

export type TestDeliveryState = "waiting" | "leased" | "delivered" | "failed";

export interface TestAttempt {
  /** From 1. */
  readonly number: number;
  /** ISO 8601, by the host's clock. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** Such as `accepted`, `refused` or `unreachable:timeout`. */
  readonly outcome: string;
  readonly request: {
    readonly url: string;
    /** By lower-case name. The token is masked; its claims are beside it. */
    readonly headers: Readonly<Record<string, string>>;
    readonly claims: Readonly<Record<string, unknown>> | undefined;
  };
  /** Undefined if there was none. */
  readonly response:
    | {
        readonly status: number;
        readonly headers: Readonly<Record<string, string>>;
        readonly body: string;
      }
    | undefined;
}

export interface TestDelivery {
  readonly id: string;
  readonly eventId: string;
  readonly event: string;
  /** Key of the add-on; undefined for an outgoing webhook. */
  readonly addonKey: string | undefined;
  readonly webhookId: string | undefined;
  readonly url: string;
  readonly state: TestDeliveryState;
  /** Why it failed, such as `rejected` or `exhausted`. */
  readonly reason: string | undefined;
  /** The body as sent: parsed JSON. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- looked at freely in assertions
  readonly body: any;
  readonly attempts: readonly TestAttempt[];
  /** ISO 8601, by the host's clock; undefined once it has ended. */
  readonly nextAttemptAt: string | undefined;
  /** Its key and number where the receiver has an order (`orderBy`); the number is undefined until it is given. */
  readonly order: { readonly key: string; readonly sequence: number | undefined } | undefined;
  /** The batch that it was put into last, `bat_…`. */
  readonly batchId: string | undefined;
}

interface Listed {
  readonly items: readonly { readonly id: string }[];
  readonly next: string | null;
}

interface Shown extends Record<
  | "id"
  | "eventId"
  | "event"
  | "addonKey"
  | "webhookId"
  | "url"
  | "reason"
  | "body"
  | "nextAttemptAt"
  | "batchId",
  string | null | undefined
> {
  readonly state: TestDeliveryState;
  readonly attempts: readonly ShownAttempt[];
  readonly order: { readonly key: string; readonly sequence: number | null } | null;
}

interface ShownAttempt extends Pick<TestAttempt, "number" | "startedAt" | "durationMs" | "outcome"> {
  readonly request: {
    readonly url: string;
    readonly headers: readonly Pair[];
    readonly claims: Readonly<Record<string, unknown>> | null;
  };
  readonly response: {
    readonly status: number;
    readonly headers: readonly Pair[];
    readonly body: string;
  } | null;
}

type Pair = readonly [name: string, value: string];

/** Lists the deliveries, oldest first. */
export async function listDeliveries(
  api: Pick<Api, "request">,
  site: string,
  filter: DeliveryFilter = {},
): Promise<readonly TestDelivery[]> {
  const query = new URLSearchParams({ site, limit: "100", ...filter });
  const ids: string[] = [];
  for (;;) {
    const { items, next } = (await api.request("GET", `/deliveries?${query}`)) as Listed;
    ids.push(...items.map(({ id }) => id));
    if (next === null) break;
    query.set("cursor", next);
  }
  const shown = ids.toReversed().map((id) => api.request("GET", `/deliveries/${id}`));
  return (await Promise.all(shown)).map((delivery) => toDelivery(delivery as Shown));
}

function toDelivery({ attempts, body, state, order, ...shown }: Shown): TestDelivery {
  const text = (value: string | null | undefined) => value ?? undefined;
  return {
    id: shown.id ?? "",
    eventId: shown.eventId ?? "",
    event: shown.event ?? "",
    addonKey: text(shown.addonKey),
    webhookId: text(shown.webhookId),
    url: shown.url ?? "",
    state,
    reason: text(shown.reason),
    body: body === null || body === undefined || body === "" ? undefined : (JSON.parse(body) as unknown),
    attempts: attempts.map(toAttempt),
    nextAttemptAt: text(shown.nextAttemptAt),
    order: order === null ? undefined : { key: order.key, sequence: order.sequence ?? undefined },
    batchId: text(shown.batchId),
  };
}

const toAttempt = ({ request, response, ...attempt }: ShownAttempt): TestAttempt => ({
  number: attempt.number,
  startedAt: attempt.startedAt,
  durationMs: attempt.durationMs,
  outcome: attempt.outcome,
  request: {
    url: request.url,
    headers: toRecord(request.headers),
    claims: request.claims ?? undefined,
  },
  response:
    response === null
      ? undefined
      : { status: response.status, headers: toRecord(response.headers), body: response.body },
});

const toRecord = (headers: readonly Pair[]): Readonly<Record<string, string>> =>
  Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
