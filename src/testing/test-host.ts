/** A test host: one address for its whole life, behind which the host is replaced by an empty one at each reset. */
import { createServer } from "node:http";
import { createSampleText } from "../catalogue/index.ts";
import type { EventNames } from "../catalogue/index.ts";
import { defined } from "../defined.ts";
import { createManagement } from "../embed/management.ts";
import type { Management } from "../embed/management.ts";
import { CallboardError } from "../errors.ts";
import type { Publish, PublishOptions, PublishedEvent } from "../host/model/published.ts";
import { PathProblem, isContainer, setAtPath } from "../json/set-path.ts";
import { silentLogger } from "../logger.ts";
import type { SigningKey } from "../protocol/signing-key.ts";
import type { Api } from "./api.ts";
import { listDeliveries } from "./deliveries.ts";
import type { DeliveryFilter, TestDelivery } from "./deliveries.ts";
import { completeDescriptor } from "./descriptor.ts";
import type { TestDescriptor } from "./descriptor.ts";
import { expectDelivered } from "./expect-delivered.ts";
import type { Expected } from "./expect-delivered.ts";
import { TOKEN, newClientKey, prepareGround, testConfig } from "./ground.ts";
import { openLife } from "./life.ts";
import type { Life } from "./life.ts";
import { listenOnLoopback } from "./listen.ts";
import { completeOptions, toDurationMs } from "./options.ts";
import type { ParsedOptions, TestHostOptions, TestProduct } from "./options.ts";
import { startReceiver } from "./receiver.ts";
import type { Answer, ReceivedRequest, Receiver } from "./receiver.ts";

/** Names of event types: those of a built-in product are known. */
type EventName<Product> = Product extends TestProduct ? EventNames[Product] | (string & {}) : string;

export interface FireOptions extends PublishOptions {
  /** In place of the catalogue's sample. */
  readonly payload?: object;
  /** Key of the site; that of the test host when left out. */
  readonly site?: string;
}

/** For the endpoint of an add-on; also sent when the descriptor is read, and with callbacks. */
export interface InstallOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** PEM. */
  readonly tls?: { readonly certificate?: string; readonly key?: string; readonly authorities?: string };
}

export interface InstalledAddon {
  readonly key: string;
  readonly name: string;
  readonly state: string;
  readonly baseUrl: string;
}

export interface TestHost<Product = TestProduct> extends Management, AsyncDisposable {
  /** Base URL of the host, the same until it is closed. */
  readonly url: string;
  /** An API token with the scope `admin`, the same for all test hosts of a process. */
  readonly token: string;
  /** Key of the site. */
  readonly site: string;
  /** @throws {CallboardError} as `publish` of `createHost` does, without the codes of transactions */
  readonly publish: Publish;
  /**
   * Does what a request to the REST API does; the path is the one below `/api/v1`, with its query.
   * @throws {CallboardError} with the code of the response's problem document
   */
  readonly request: Api["request"];
  /** The host's time, epoch ms. */
  readonly now: () => number;
  /**
   * Installs an add-on: from the URL of its descriptor, or from a descriptor as a value. Without `baseUrl` in it, the test host
   * plays the add-on.
   * @throws {CallboardError} with the code of the refusal, such as DESCRIPTOR_SCHEMA or LIFECYCLE_INSTALLED
   */
  readonly install: (
    descriptorOrUrl: string | URL | TestDescriptor,
    options?: InstallOptions,
  ) => Promise<InstalledAddon>;
  /**
   * Publishes the catalogue's sample of an event type, with members changed by path: `{ "issue.key": "DEMO-7" }`.
   * @throws {CallboardError} ARGUMENT_INVALID for a path that can't be set, and the codes of `publish`
   */
  readonly fire: (
    event: EventName<Product>,
    changes?: Readonly<Record<string, unknown>>,
    options?: FireOptions,
  ) => Promise<PublishedEvent>;
  /** Lists the deliveries as they are now, oldest first. */
  readonly deliveries: (filter?: DeliveryFilter) => Promise<readonly TestDelivery[]>;
  /**
   * Resolves to the matching deliveries once there are enough, oldest first.
   * @param expected.within real time, such as "2s", the default, or milliseconds
   * @throws {NotDeliveredError} with what was delivered instead, and why
   */
  readonly delivered: (
    expected?: Expected & { readonly within?: string | number },
  ) => Promise<readonly TestDelivery[]>;
  /** Resolves when nothing is in flight: every attempt has ended and is recorded. */
  readonly settled: () => Promise<void>;
  /** The built-in receiver answers the next webhooks with these, one after the other; the last one stays. */
  readonly answerWith: (...answers: readonly Answer[]) => void;
  /** What the built-in receiver got: webhooks to played add-ons and to `receiverUrl`, oldest first. */
  readonly received: readonly ReceivedRequest[];
  /** URL of the built-in receiver, for outgoing webhooks. */
  readonly receiverUrl: string;
  /**
   * Sets the clock forward: retries, probes, pauses and retention on the way happen in order. Waits for all attempts to end.
   * @param duration such as "6h", or milliseconds; 366 days at most
   * @throws {CallboardError} ARGUMENT_INVALID
   */
  readonly advance: (duration: string | number) => Promise<void>;
  /** Replaces everything by an empty host at the same address, with the clock back. */
  readonly reset: () => Promise<void>;
  /** Ends what is under way, and frees the ports. The same when called again. */
  readonly close: () => Promise<void>;
}

/** @throws {CallboardError} ARGUMENT_INVALID, CONFIG_INVALID, PRODUCT_INVALID, BODY_SCHEMA */
export async function openTestHost<Product>(
  options: TestHostOptions,
  signingKey: Promise<SigningKey>,
): Promise<TestHost<Product>> {
  const parsed = completeOptions(options);
  const { site, product, document, scheduleName } = parsed;
  const ground = await prepareGround(
    { key: site, product, name: site, document, retrySchedule: scheduleName },
    signingKey,
  );
  const image = ground.image(newClientKey());
  let life: Life | undefined;
  const server = createServer((request, response) => life?.respond(request, response));
  const listening = await listenOnLoopback(server);
  const receiver = await startReceiver();
  const open = () =>
    openLife({
      image,
      config: testConfig({ ...parsed.settings, baseUrl: listening.url }),
      logger: options.logger ?? silentLogger,
      clock: parsed.clock,
    });
  const closeServers = async () => {
    await Promise.all([listening.close(), receiver.close()]);
  };
  try {
    life = await open();
  } catch (error) {
    await closeServers();
    throw error;
  }
  let current = life;
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= Promise.all([current.end(), closeServers()]).then(() => undefined));
  return {
    ...createUse({ life: () => current, receiver, parsed }),
    url: listening.url,
    receiverUrl: receiver.url,
    reset: async () => {
      await current.end();
      receiver.reset();
      life = current = await open();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface UseParts {
  readonly life: () => Life;
  readonly receiver: Receiver;
  readonly parsed: ParsedOptions;
}

/** What a test does with a host. */
function createUse({ life, receiver, parsed }: UseParts) {
  const { site, product } = parsed;
  // Of the present life, at each call.
  const request: Api["request"] = (...call) => life().api.request(...call);
  const publish: Api["publish"] = (...event) => life().api.publish(...event);
  const api = { request, publish, ...createManagement({ request }) };
  return {
    ...api,
    token: TOKEN,
    site,
    now: () => life().now(),
    install: async (given: string | URL | TestDescriptor, { headers, tls }: InstallOptions = {}) => {
      const body = defined({ ...describeInstall(given, receiver), headers, tls });
      return (await api.request("POST", `/sites/${site}/addons`, body)) as InstalledAddon;
    },
    fire: async (
      event: string,
      changes: Readonly<Record<string, unknown>> = {},
      { payload, site: otherSite = site, ...options }: FireOptions = {},
    ) => {
      const changed = changePayload(payload ?? readSample(life().api, product, event), changes);
      return api.publish(otherSite, event, changed, options);
    },
    deliveries: (filter?: DeliveryFilter) => listDeliveries(api, filter?.site ?? site, filter),
    delivered: ({ within = "2s", ...expected }: Expected & { readonly within?: string | number } = {}) =>
      expectDelivered({
        api,
        site,
        expected,
        withinMs: toDurationMs("within", within),
        now: () => life().now(),
      }),
    settled: () => life().settled(),
    answerWith: (...answers: readonly Answer[]) => receiver.answerWith(answers),
    received: receiver.received,
    advance: async (duration: string | number) => life().advance(toDurationMs("advance", duration)),
  };
}

/** Returns the body of a request that installs the add-on. */
function describeInstall(given: string | URL | TestDescriptor, receiver: Receiver): object {
  if (typeof given === "string" || given instanceof URL) return { descriptorUrl: String(given) };
  if (given.baseUrl !== undefined) return { descriptor: given };
  const { descriptor, callbacks } = completeDescriptor(given, receiver.url);
  callbacks.forEach(receiver.acceptAt);
  return { descriptor };
}

function readSample({ findProduct }: Api, key: string, event: string): object {
  const product = findProduct(key);
  return product === undefined ? {} : (JSON.parse(createSampleText(product, event)) as object);
}

function changePayload(payload: object, changes: Readonly<Record<string, unknown>>): object {
  const changed: unknown = structuredClone(payload);
  if (!isContainer(changed)) return payload;
  for (const [path, value] of Object.entries(changes)) {
    try {
      setAtPath(changed, path, () => value);
    } catch (error) {
      if (!(error instanceof PathProblem)) throw error;
      throw new CallboardError(
        "ARGUMENT_INVALID",
        `${JSON.stringify(path)} can't be changed: ${error.message}`,
      );
    }
  }
  return changed;
}
