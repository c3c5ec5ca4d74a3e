/** A host for replays: for each test a site of its own, and a receiver of webhooks. */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import type { DatabaseName, NewUrl } from "./databases.ts";
import { startTestHost } from "./host.ts";
import type { Reply, TestHost } from "./host.ts";
import { startReceiver } from "./http-receiver.ts";
import type { Receiver } from "./http-receiver.ts";
import { waitFor } from "./wait-for.ts";

export const EVENT = "jira:issue_created";
const LONG_AGO = "2020-01-01T00:00:00Z";

export interface Replaying {
  /** The host, and the site and the receiver of the test under way. */
  readonly now: () => { readonly host: TestHost; readonly site: string; readonly receiver: Receiver };
  /** A call to a path below the site. */
  readonly call: (method: string, path: string, body?: unknown) => Promise<Reply>;
  /** A webhook to the receiver. Resolves to its ID. */
  readonly addWebhook: (values?: object) => Promise<string>;
  /** Resolves to the IDs of the events. */
  readonly publish: (
    count: number,
    payload?: (index: number) => object,
    event?: string,
  ) => Promise<readonly string[]>;
  readonly replay: (webhook: string, values?: object) => Promise<Reply>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly untilDone: (id: string) => Promise<any>;
  /** A replay that is awaited. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly run: (webhook: string, values?: object) => Promise<any>;
}

/** Called where tests are described. */
export function useReplaying(newUrl: NewUrl, kind: DatabaseName): Replaying {
  let host: TestHost;
  let receiver: Receiver;
  let sites = 0;
  let site = "";
  beforeAll(async () => {
    const masterKey = randomBytes(32).toString("hex");
    const env =
      kind === "SQLite" ? {} : { CALLBOARD_DATABASE_URL: await newUrl(), CALLBOARD_MASTER_KEY: masterKey };
    host = await startTestHost({
      ...env,
      CALLBOARD_ENDPOINT_BACKLOG: "50",
      CALLBOARD_ENDPOINT_CONCURRENCY: "4",
    });
  });
  afterAll(() => host.stop());
  beforeEach(async () => {
    receiver = await startReceiver();
    sites += 1;
    site = `board${sites}`;
    await host.call("POST", "/api/v1/sites", { key: site, name: site, product: "jira" });
    return () => receiver.close();
  });

  const call = (method: string, path: string, body?: unknown) =>
    host.call(method, `/api/v1/sites/${site}${path}`, body);
  const addWebhook = async (values: object = {}): Promise<string> =>
    (await call("POST", "/webhooks", { name: "Chat", url: receiver.url, ...values })).body.id as string;
  const publish = async (count: number, payload: (index: number) => object = () => ({}), event = EVENT) => {
    const ids: string[] = [];
    for (let first = 0; first < count; first += 200) {
      const events = Array.from({ length: Math.min(200, count - first) }, (_, index) => ({
        event,
        payload: payload(first + index),
      }));
      const { body } = await call("POST", "/events/batch", { events });
      ids.push(...(body.results as { id: string }[]).map(({ id }) => id));
    }
    return ids;
  };
  const replay = (webhook: string, values: object = {}) =>
    call("POST", "/replays", { to: { webhook }, since: LONG_AGO, ...values });
  const untilDone = (id: string) =>
    waitFor(async () => {
      const { body } = await call("GET", `/replays/${id}`);
      expect(body).toMatchObject({ state: "done", waiting: 0 });
      return body;
    }, 30_000);
  const run = async (webhook: string, values: object = {}) =>
    untilDone((await replay(webhook, values)).body.id as string);
  return { now: () => ({ host, site, receiver }), call, addWebhook, publish, replay, untilDone, run };
}
