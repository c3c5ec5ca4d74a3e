/**
 * Looks up the public keys of signed install. The key server's URL is configuration, and requests can't change it, because
 * its owner controls every tenant.
 */
import { CallboardError } from "../errors.ts";
import type { KeyLookup } from "../protocol/signed-install.ts";
import { fetchKey } from "./fetch-key.ts";
import { withoutTrailingSlashes } from "../trailing-slashes.ts";
import { parseUrl } from "../parse-url.ts";

/** Key server of Atlassian's Cloud hosts. */
export const ATLASSIAN_KEY_SERVER = "https://connect-install-keys.atlassian.com";

const TIMEOUT_MS = 5_000;
const REMEMBER_FAILURE_MS = 60_000;

/** Maximum number of cached keys, and of cached failures. They are separate, so that made-up key IDs don't displace keys. */
const MAX_REMEMBERED = 200;

/**
 * Anyone can send any key ID. Fetches that found no key are counted: after {@link MAX_FAILURES_PER_MINUTE} of them, only
 * {@link RESERVE_PER_MINUTE} more are made in that minute, so that a genuine first install still gets its key.
 */
const MAX_FAILURES_PER_MINUTE = 60;
const RESERVE_PER_MINUTE = 60;
const MINUTE_MS = 60_000;
/** Interval of the reserved fetches. Other key IDs wait. */
const RESERVE_EVERY_MS = MINUTE_MS / RESERVE_PER_MINUTE;
const MAX_WAITING = 5;

export interface KeyServer {
  /** Returns the key of a well-formed key ID. Found keys are cached, because a key ID never changes its key. */
  readonly find: (kid: string) => Promise<KeyLookup>;
  /** Returns the cached key, or undefined. Never fetches. */
  readonly findKnown: (kid: string) => KeyLookup | undefined;
}

interface Failure {
  readonly lookup: KeyLookup;
  readonly until: number;
}

export interface KeyServerOptions {
  readonly now?: () => number;
  readonly timeoutMs?: number;
}

/**
 * Creates a client for a key server.
 * @throws {CallboardError} CONFIG_INSECURE unless `url` is https or on loopback.
 */
export function createKeyServer(url: string, options: KeyServerOptions = {}): KeyServer {
  const { now = Date.now, timeoutMs = TIMEOUT_MS } = options;
  const base = checkedUrl(url);
  const found = new Map<string, KeyLookup>();
  const failed = new Map<string, Failure>();
  const asking = new Map<string, Promise<KeyLookup>>();
  let failures: number[] = [];
  const reserve = createReserve(now);

  function remember(kid: string, lookup: KeyLookup): KeyLookup {
    if (lookup.kind === "found") keep(found, kid, lookup);
    else if (lookup.kind !== "unavailable") keep(failed, kid, { lookup, until: now() + REMEMBER_FAILURE_MS });
    return lookup;
  }

  async function ask(kid: string): Promise<KeyLookup> {
    const startedAt = now();
    failures = failures.filter((at) => at > startedAt - MINUTE_MS);
    if (failures.length >= MAX_FAILURES_PER_MINUTE && !(await reserve.enter())) {
      return { kind: "unavailable", reason: "too many unknown key IDs within one minute" };
    }
    // Counted from the start, so that concurrent fetches count too.
    failures.push(startedAt);
    const lookup = remember(kid, await fetchKey(`${base}/${kid}`, timeoutMs));
    if (lookup.kind === "found") failures.splice(failures.indexOf(startedAt) >>> 0, 1);
    return lookup;
  }

  return {
    findKnown: (kid) => found.get(kid),
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

/** Admits one caller at a time, evenly spaced. `enter` resolves to false if too many are waiting. */
function createReserve(now: () => number): { readonly enter: () => Promise<boolean> } {
  let nextAt = 0;
  return {
    enter: async () => {
      const at = Math.max(now(), nextAt);
      const waitMs = at - now();
      if (waitMs >= MAX_WAITING * RESERVE_EVERY_MS) return false;
      nextAt = at + RESERVE_EVERY_MS;
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      return true;
    },
  };
}

function keep<Value>(map: Map<string, Value>, kid: string, value: Value): void {
  const oldest = map.keys().next();
  if (map.size >= MAX_REMEMBERED && oldest.done !== true) map.delete(oldest.value);
  map.set(kid, value);
}

function checkedUrl(text: string): string {
  const url = parseUrl(text);
  const isLoopback = url !== undefined && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  if (url === undefined || (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback))) {
    throw new CallboardError("CONFIG_INSECURE", "The key server must be https, or http on loopback");
  }
  return withoutTrailingSlashes(text);
}
