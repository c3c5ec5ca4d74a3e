/**
 * The key server: where the public keys of signed install come from. Its address is configuration and nothing in a request
 * can change it, for whoever answers here owns every tenant.
 */
import type { Egress, Outcome } from "../egress/index.ts";
import { createEgress } from "../egress/index.ts";
import { CallboardError } from "../errors.ts";
import { publicKeyOf } from "../protocol/signed-install.ts";
import type { KeyLookup } from "../protocol/signed-install.ts";

/** Where Atlassian's Cloud hosts publish their keys. */
export const ATLASSIAN_KEY_SERVER = "https://connect-install-keys.atlassian.com";

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 16 * 1024;
const REMEMBER_FAILURE_MS = 60_000;

/** Of keys, and of failures: made-up kids push out each other, and never a key. */
const MOST_REMEMBERED = 200;

/** Anybody can send any kid; beyond this many fetches a minute the key server is left in peace. */
const MAX_FETCHES_PER_MINUTE = 60;

export interface KeyServer {
  /** The key of a well-formed kid. Found keys are kept for good, since a kid never changes its key. */
  readonly find: (kid: string) => Promise<KeyLookup>;
}

interface Failure {
  readonly lookup: KeyLookup;
  readonly until: number;
}

export interface KeyServerOptions {
  readonly now?: () => number;
  readonly timeoutMs?: number;
}

/** Throws CONFIG_INSECURE unless `url` is https or on loopback. */
export function createKeyServer(url: string, options: KeyServerOptions = {}): KeyServer {
  const { now = Date.now, timeoutMs = TIMEOUT_MS } = options;
  const base = checkedUrl(url);
  const client = createEgress({
    // It was chosen by whoever runs the add-on, and may well stand in a private network.
    allowNetworks: [new URL(base).hostname],
    allowHttp: false,
    connectTimeoutMs: timeoutMs,
    requestTimeoutMs: timeoutMs,
    maxAnswerBytes: MAX_BYTES,
    now,
  });
  const found = new Map<string, KeyLookup>();
  const failed = new Map<string, Failure>();
  const asking = new Map<string, Promise<KeyLookup>>();
  let fetchedAt: number[] = [];

  function remember(kid: string, lookup: KeyLookup): KeyLookup {
    if (lookup.kind === "found") keep(found, kid, lookup);
    else if (lookup.kind !== "unavailable") keep(failed, kid, { lookup, until: now() + REMEMBER_FAILURE_MS });
    return lookup;
  }

  async function ask(kid: string): Promise<KeyLookup> {
    fetchedAt = fetchedAt.filter((at) => at > now() - 60_000);
    if (fetchedAt.length >= MAX_FETCHES_PER_MINUTE) {
      return { kind: "unavailable", reason: "too many unknown kids were asked for within a minute" };
    }
    fetchedAt.push(now());
    return remember(kid, await fetchKey(client, `${base}/${kid}`));
  }

  return {
    find: (kid) => {
      const key = found.get(kid);
      if (key !== undefined) return Promise.resolve(key);
      const failure = failed.get(kid);
      if (failure !== undefined && failure.until > now()) return Promise.resolve(failure.lookup);
      const already = asking.get(kid);
      if (already !== undefined) return already;
      const answer = ask(kid).finally(() => asking.delete(kid));
      asking.set(kid, answer);
      return answer;
    },
  };
}

function keep<Value>(map: Map<string, Value>, kid: string, value: Value): void {
  const oldest = map.keys().next();
  if (map.size >= MOST_REMEMBERED && oldest.done !== true) map.delete(oldest.value);
  map.set(kid, value);
}

async function fetchKey(client: Egress, url: string): Promise<KeyLookup> {
  const { outcome, answer } = await client.request({
    method: "GET",
    url,
    headers: { accept: "*/*" },
    maxBytes: MAX_BYTES,
  });
  if (outcome.kind === "refused" && (outcome.status === 404 || outcome.status === 410))
    return { kind: "unknown" };
  if (outcome.kind !== "accepted" || answer === undefined) {
    return { kind: "unavailable", reason: reasonOf(outcome) };
  }
  const key = answer.cut ? undefined : publicKeyOf(Buffer.from(answer.body).toString("latin1"));
  return key === undefined ? { kind: "unusable" } : { kind: "found", key };
}

function reasonOf(outcome: Outcome): string {
  switch (outcome.kind) {
    case "accepted":
    case "refused":
      return `it answered ${outcome.status}`;
    case "unreachable":
    case "forbidden":
      return outcome.detail;
  }
}

function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = url !== undefined && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  if (url === undefined || (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback))) {
    throw new CallboardError("CONFIG_INSECURE", "The key server must be https, or http on loopback");
  }
  return text.replace(/\/+$/, "");
}
