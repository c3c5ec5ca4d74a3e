/**
 * Host name → addresses, in a way that no name server can hold up anybody else.
 *
 * The order is that of other programs on the machine: its own table of names first, then the name servers. Names with a dot
 * are asked over the network with c-ares, which takes no thread; `dns.lookup` takes one of libuv's, which the database
 * needs too, so it is used only for names that live on this machine or its network, two at a time.
 */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { isLocalhost } from "./allow-list.ts";
import { createHostsFile, HOSTS_PATH } from "./hosts-file.ts";
import { createLimit } from "./limit.ts";
import { createNameServers, type FoundAddresses } from "./name-servers.ts";
import { codeOf, EgressFailure, unreachable } from "./outcome.ts";
import { startTimeout, type Timeout } from "./stall.ts";

export interface NameResolver {
  /** The addresses of a name, at least one. Fails with an EgressFailure of reason "dns", after 2 s at the latest. */
  readonly resolve: (host: string) => Promise<readonly string[]>;
}

export interface NameResolverOptions {
  /** `address` or `address:port`; the machine's own servers when not given or empty. */
  readonly servers?: readonly string[] | undefined;
  /** Whether the machine's other sources (mDNS, directory services) may answer for a name with a dot. */
  readonly isLocalName: (host: string) => boolean;
  readonly now: () => number;
  /** The machine's files, when they are somewhere else than usual. */
  readonly hostsFile?: string | undefined;
  readonly resolvConf?: string | undefined;
}

const TIME_LIMIT_MS = 2_000;
const MAX_CACHE_MS = 30_000;
const MAX_CACHED_NAMES = 1_000;
const MAX_SYSTEM_LOOKUPS = 2;
/** A name server that is silent for this long does not hold up the machine's own sources. */
const SILENCE_MS = 300;

interface CachedName {
  readonly addresses: readonly string[];
  readonly expiresAt: number;
}

/** Answers are kept for their TTL, 30 s at most; two who ask for the same name at the same time share one question. */
export function createNameResolver(options: NameResolverOptions): NameResolver {
  const { servers, isLocalName, now, resolvConf } = options;
  const inHostsFile = createHostsFile(options.hostsFile ?? HOSTS_PATH, now);
  const nameServers = createNameServers({ servers, resolvConf, now });
  const cache = new Map<string, CachedName>();
  const running = new Map<string, Promise<readonly string[]>>();
  /** A lookup cannot be canceled: its place is free again when the system has answered, however late. */
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
      // Always this machine (RFC 6761, section 6.3), so there is nobody to ask.
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

/** The first result, or that of a second source, which is asked when the first one fails or stays silent. */
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
      failed(new EgressFailure(unreachable("dns", `No name server answered within ${limitMs} ms`)));
    });
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    timeout?.clear();
  }
}

function dnsFailure(error: unknown): EgressFailure {
  const code = codeOf(error);
  const detail =
    code === "" || code === "NO_ADDRESS"
      ? "The host name has no address"
      : `The host name does not resolve (${code})`;
  return new EgressFailure(unreachable("dns", detail), error);
}
