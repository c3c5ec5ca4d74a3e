/**
 * Resolves host names, without letting a slow name server delay other names.
 *
 * The order is that of other programs: the machine's table of names, then the name servers. Names with a dot are resolved by
 * c-ares, which needs no thread. `dns.lookup` takes one of libuv's threads, which the database needs too, so at most two
 * lookups run at a time, for names of this machine or its network only.
 */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { isLocalhost } from "./allow-list.ts";
import { createHostsFile, HOSTS_PATH } from "./hosts-file.ts";
import { createLimit } from "./limit.ts";
import { createNameServers, type FoundAddresses } from "./name-servers.ts";
import { findErrorCode, EgressFailure, unreachable } from "./outcome.ts";
import { startTimeout, type Timeout } from "./stall.ts";

export interface NameResolver {
  /**
   * Returns the addresses of a name, at least one. Rejects after 2 s at the latest.
   * @throws {EgressFailure} "unreachable" with the reason "dns".
   */
  readonly resolve: (host: string) => Promise<readonly string[]>;
}

export interface NameResolverOptions {
  /** `address` or `address:port`. The machine's servers if undefined or empty. */
  readonly servers?: readonly string[] | undefined;
  /** Reports whether the machine's other sources (mDNS, directory services) can resolve a name with a dot. */
  readonly isLocalName: (host: string) => boolean;
  readonly now: () => number;
  /** Paths of the machine's files, for tests. */
  readonly hostsFile?: string | undefined;
  readonly resolvConf?: string | undefined;
}

const TIME_LIMIT_MS = 2_000;
const MAX_CACHE_MS = 30_000;
const MAX_CACHED_NAMES = 1_000;
const MAX_SYSTEM_LOOKUPS = 2;
/** Wait for the name servers before the machine's other sources are asked. */
const SILENCE_MS = 300;

interface CachedName {
  readonly addresses: readonly string[];
  readonly expiresAt: number;
}

/** Creates a resolver. It caches addresses for their TTL, up to 30 s. Concurrent requests for a name share one query. */
export function createNameResolver(options: NameResolverOptions): NameResolver {
  const { servers, isLocalName, now, resolvConf } = options;
  const inHostsFile = createHostsFile(options.hostsFile ?? HOSTS_PATH, now);
  const nameServers = createNameServers({ servers, resolvConf, now });
  const cache = new Map<string, CachedName>();
  const running = new Map<string, Promise<readonly string[]>>();
  /** A lookup can't be canceled, so it occupies its slot until the system responds. */
  const inTurn = createLimit(MAX_SYSTEM_LOOKUPS);
  const askSystemInTurn = (host: string) => inTurn(() => askSystem(host));

  function find(host: string): Promise<FoundAddresses> {
    if (!host.includes(".")) return askSystemInTurn(host);
    const asked = nameServers.ask(host).catch((error: unknown) => {
      throw dnsFailure(error);
    });
    return isLocalName(host) ? orElse(asked, () => askSystemInTurn(host)) : asked;
  }

  async function findAndKeep(host: string): Promise<readonly string[]> {
    try {
      const { addresses, ttlMs } = await within(TIME_LIMIT_MS, find(host), nameServers.gaveUp);
      if (ttlMs > 0) keep(host, { addresses, expiresAt: now() + Math.min(ttlMs, MAX_CACHE_MS) });
      return addresses;
    } finally {
      running.delete(host);
    }
  }

  function keep(host: string, found: CachedName): void {
    cache.delete(host);
    cache.set(host, found);
    if (cache.size <= MAX_CACHED_NAMES) return;
    const [oldest] = cache.keys();
    if (oldest !== undefined) cache.delete(oldest);
  }

  return {
    resolve: async (host) => {
      if (isIP(host) !== 0) return [host];
      // Always this machine (RFC 6761, section 6.3).
      if (isLocalhost(host)) return ["127.0.0.1", "::1"];
      const listed = inHostsFile(host);
      if (listed !== undefined) return listed;
      const cached = cache.get(host);
      if (cached !== undefined && cached.expiresAt > now()) return cached.addresses;
      const shared = running.get(host) ?? findAndKeep(host);
      running.set(host, shared);
      return shared;
    },
  };
}

/** Returns the first result, or that of a second source, which is asked after a failure or silence of the first. */
async function orElse<T>(first: Promise<T>, askSecond: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<"silent">((resolve) => {
    timer = setTimeout(() => resolve("silent"), SILENCE_MS);
  });
  try {
    const early = await Promise.race([first.catch(() => "failed" as const), silence]);
    if (early !== "failed" && early !== "silent") return early;
  } finally {
    clearTimeout(timer);
  }
  return Promise.any([first, askSecond()]).catch(() => first);
}

async function askSystem(host: string): Promise<FoundAddresses> {
  try {
    const records = await lookup(host, { all: true });
    return { addresses: records.map(({ address }) => address), ttlMs: MAX_CACHE_MS };
  } catch (error) {
    throw dnsFailure(error);
  }
}

async function within<T>(limitMs: number, work: Promise<T>, onLimit: () => void): Promise<T> {
  let timeout: Timeout | undefined;
  const limit = new Promise<never>((_, failed) => {
    timeout = startTimeout(limitMs, () => {
      onLimit();
      failed(new EgressFailure(unreachable("dns", `No name server responded within ${limitMs} ms`)));
    });
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    timeout?.clear();
  }
}

function dnsFailure(error: unknown): EgressFailure {
  const code = findErrorCode(error);
  const detail =
    code === "" || code === "NO_ADDRESS"
      ? "The host name has no address"
      : `The host name does not resolve (${code})`;
  return new EgressFailure(unreachable("dns", detail), error);
}
