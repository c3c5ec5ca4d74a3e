/**
 * Asks the name servers with c-ares. A configured list is fixed. The machine's own list follows `/etc/resolv.conf`, because
 * laptops change networks and DHCP leases change name servers.
 */
import { Resolver } from "node:dns/promises";
import { fileSignature } from "./hosts-file.ts";
import { findErrorCode } from "./outcome.ts";

export interface FoundAddresses {
  readonly addresses: readonly string[];
  readonly ttlMs: number;
}

export interface NameServers {
  /** Returns the addresses of a name, at least one. Rejects with the error of a name server, or with NO_ADDRESS. */
  readonly ask: (host: string) => Promise<FoundAddresses>;
  /** Reports that the caller gave up: no name server responded in time. */
  readonly gaveUp: () => void;
}

export interface NameServersOptions {
  /** `address` or `address:port`. The machine's servers if undefined or empty. */
  readonly servers?: readonly string[] | undefined;
  /** File with the machine's name servers. It is only checked for changes: c-ares reads it. */
  readonly resolvConf?: string | undefined;
  readonly now: () => number;
}

/**
 * Wait before the next server, or the same one again, is asked. c-ares has such a timeout too, but drops the response of a
 * slow first server.
 */
const SILENCE_MS = 400;
const MIN_QUESTIONS = 3;
/** Limit of one query. Callers give up earlier. */
const TIMEOUT_MS = 2_500;

/** Wait for the other address family (RFC 8305, section 3). */
const OTHER_FAMILY_MS = 50;

/** Maximum age of the machine's list, even if the file is unchanged. */
const MAX_AGE_MS = 30_000;
/** Interval of the checks for changes of the file. */
const CHECK_EVERY_MS = 1_000;

/** Errors that a name server itself returned. All others can be the fault of the server. */
const ANSWERED: ReadonlySet<string> = new Set(["ENOTFOUND", "ENODATA", "NO_ADDRESS"]);

export function createNameServers(options: NameServersOptions): NameServers {
  const { servers = [], resolvConf = "/etc/resolv.conf", now } = options;
  const isFixed = servers.length > 0;
  let resolvers: readonly Resolver[] | undefined;
  let createdAt = 0;
  let checkedAt = 0;
  let signature = "";
  let hasFailed = false;

  function isOutdated(): boolean {
    if (isFixed) return false;
    const at = now();
    // After the clock is set back, the list counts as outdated.
    if (at < createdAt || at - createdAt >= MAX_AGE_MS) return true;
    // Systems without this file have only failures as a sign of a change.
    if (hasFailed && at - createdAt >= CHECK_EVERY_MS) return true;
    if (!hasFailed && at >= checkedAt && at - checkedAt < CHECK_EVERY_MS) return false;
    checkedAt = at;
    return fileSignature(resolvConf) !== signature;
  }

  /** Returns one resolver for each server, in the order of the list. Queries in flight keep theirs. */
  function current(): readonly Resolver[] {
    if (resolvers !== undefined && !isOutdated()) return resolvers;
    if (!isFixed) signature = fileSignature(resolvConf);
    resolvers = resolversFor(isFixed ? servers : new Resolver().getServers());
    createdAt = now();
    checkedAt = createdAt;
    hasFailed = false;
    return resolvers;
  }

  return {
    ask: async (host) => {
      const asked = current();
      try {
        return await askInTurn(asked, host);
      } catch (error) {
        if (!ANSWERED.has(findErrorCode(error)) && asked === resolvers) hasFailed = true;
        throw error;
      }
    },
    gaveUp: () => {
      hasFailed = true;
    },
  };
}

function resolversFor(servers: readonly string[]): readonly Resolver[] {
  const resolvers = servers.flatMap((server) => {
    const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 1 });
    try {
      resolver.setServers([server]);
      return [resolver];
    } catch {
      // Only c-ares can parse an address with a zone.
      return [];
    }
  });
  return resolvers.length > 0 ? resolvers : [new Resolver({ timeout: TIMEOUT_MS, tries: 1 })];
}

/** Asks the servers in turn, the next one after a failure or {@link SILENCE_MS}. The first response wins. */
function askInTurn(resolvers: readonly Resolver[], host: string): Promise<FoundAddresses> {
  const questions = Math.max(resolvers.length, MIN_QUESTIONS);
  return new Promise((resolve, reject) => {
    let asked = 0;
    let failed = 0;
    let timer: NodeJS.Timeout | undefined;

    function askNext(): void {
      clearTimeout(timer);
      const resolver = resolvers[asked % resolvers.length];
      if (resolver === undefined || asked >= questions) return;
      asked += 1;
      timer = setTimeout(askNext, SILENCE_MS);
      firstAddresses([resolver.resolve4(host, { ttl: true }), resolver.resolve6(host, { ttl: true })]).then(
        (found) => {
          clearTimeout(timer);
          resolve(found);
        },
        (error: unknown) => {
          failed += 1;
          if (ANSWERED.has(findErrorCode(error)) || failed === questions) {
            clearTimeout(timer);
            reject(toError(error));
          } else if (failed < resolvers.length) {
            askNext();
          } else if (failed === asked && asked >= resolvers.length) {
            // All servers failed at once, so asking them again would give the same.
            clearTimeout(timer);
            reject(toError(error));
          }
        },
      );
    }

    askNext();
  });
}

type Family = readonly { readonly address: string; readonly ttl: number }[];

/**
 * Returns the addresses of both families, or of one family if the other takes 50 ms longer. An empty or failed family waits
 * for the other one.
 */
function firstAddresses(families: readonly Promise<Family>[]): Promise<FoundAddresses> {
  return new Promise((resolve, reject) => {
    const found = families.map((): Family => []);
    let missing = families.length;
    let timer: NodeJS.Timeout | undefined;
    let failure: unknown;

    function finish(): void {
      clearTimeout(timer);
      const records = found.flat();
      if (records.length === 0) {
        reject(toError(failure));
        return;
      }
      resolve({
        addresses: records.map(({ address }) => address),
        ttlMs: Math.min(...records.map(({ ttl }) => ttl)) * 1000,
      });
    }

    function settle(): void {
      missing -= 1;
      if (missing === 0) finish();
      else if (found.flat().length > 0) timer ??= setTimeout(finish, OTHER_FAMILY_MS);
    }

    for (const [index, family] of families.entries()) {
      family.then(
        (records) => {
          found[index] = records;
          settle();
        },
        (error: unknown) => {
          // A name server's error about the name takes precedence over a timeout of another.
          if (failure === undefined || ANSWERED.has(findErrorCode(error))) failure = error;
          settle();
        },
      );
    }
  });
}

function toError(failure: unknown): Error {
  if (failure instanceof Error) return failure;
  return Object.assign(new Error("The host name has no address"), { code: "NO_ADDRESS" });
}
