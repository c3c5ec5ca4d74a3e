/**
 * Host name → addresses, in a way that no name server can hold up anybody else.
 *
 * Names with a dot are asked over the network with c-ares, which takes no thread; `dns.lookup` takes one of libuv's four,
 * which the database needs too, so it is used only for names that live on this machine or its network, two at a time.
 */
import { lookup, Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import { isLocalhost } from "./allow-list.ts";
import { createLimit } from "./limit.ts";
import { codeOf, EgressFailure, unreachable } from "./outcome.ts";

export interface NameResolver {
  /** The addresses of a name, at least one. Fails with an EgressFailure of reason "dns", after 2 s at the latest. */
  readonly resolve: (host: string) => Promise<readonly string[]>;
}

export interface NameResolverOptions {
  /** `address` or `address:port`; the machine's own servers when not given. */
  readonly servers?: readonly string[];
  /** Whether this machine's own tables (/etc/hosts) may answer for a name with a dot that DNS does not know. */
  readonly isLocalName: (host: string) => boolean;
  readonly now: () => number;
}

const TIME_LIMIT_MS = 2_000;
const MAX_CACHE_MS = 30_000;
const MAX_CACHED_NAMES = 1_000;
const MAX_SYSTEM_LOOKUPS = 2;

interface Found {
  readonly addresses: readonly string[];
  readonly ttlMs: number;
}

interface CachedName {
  readonly addresses: readonly string[];
  readonly expiresAt: number;
}

/** Answers are kept for their TTL, 30 s at most; two who ask for the same name at the same time share one question. */
export function createNameResolver({ servers, isLocalName, now }: NameResolverOptions): NameResolver {
  const resolver = new Resolver({ timeout: TIME_LIMIT_MS, tries: 1 });
  if (servers !== undefined) resolver.setServers([...servers]);
  const cache = new Map<string, CachedName>();
  const running = new Map<string, Promise<readonly string[]>>();
  /** A lookup cannot be cancelled: its place is free again when the system has answered, however late. */
  const inTurn = createLimit(MAX_SYSTEM_LOOKUPS);

  async function find(host: string): Promise<Found> {
    if (!host.includes(".")) return inTurn(() => askSystem(host));
    try {
      return await askNameServers(resolver, host);
    } catch (error) {
      if (isLocalName(host)) return inTurn(() => askSystem(host));
      throw error;
    }
  }

  async function findAndKeep(host: string): Promise<readonly string[]> {
    try {
      const { addresses, ttlMs } = await within(TIME_LIMIT_MS, find(host));
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
      // Always this machine (RFC 6761, section 6.3), so there is nobody to ask.
      if (isLocalhost(host)) return ["127.0.0.1", "::1"];
      const cached = cache.get(host);
      if (cached !== undefined && cached.expiresAt > now()) return cached.addresses;
      const shared = running.get(host) ?? findAndKeep(host);
      running.set(host, shared);
      return shared;
    },
  };
}

async function askNameServers(resolver: Resolver, host: string): Promise<Found> {
  const answers = await Promise.allSettled([
    resolver.resolve4(host, { ttl: true }),
    resolver.resolve6(host, { ttl: true }),
  ]);
  const records = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  if (records.length === 0) throw dnsFailure(answers.find((answer) => answer.status === "rejected")?.reason);
  return {
    addresses: records.map(({ address }) => address),
    ttlMs: Math.min(...records.map(({ ttl }) => ttl)) * 1000,
  };
}

async function askSystem(host: string): Promise<Found> {
  try {
    const records = await lookup(host, { all: true });
    return { addresses: records.map(({ address }) => address), ttlMs: MAX_CACHE_MS };
  } catch (error) {
    throw dnsFailure(error);
  }
}

async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, failed) => {
    timer = setTimeout(() => {
      failed(new EgressFailure(unreachable("dns", `No name server answered within ${limitMs} ms`)));
    }, limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

function dnsFailure(error: unknown): EgressFailure {
  const code = codeOf(error);
  const detail = code === "" ? "The host name has no address" : `The host name does not resolve (${code})`;
  return new EgressFailure(unreachable("dns", detail), error);
}
