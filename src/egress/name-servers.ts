/**
 * The name servers, asked with c-ares. A configured list stays as it is; the machine's own list follows `/etc/resolv.conf`,
 * because laptops change networks and DHCP leases change name servers while a server runs.
 */
import { Resolver } from "node:dns/promises";
import { fileSignature } from "./hosts-file.ts";
import { codeOf } from "./outcome.ts";

export interface FoundAddresses {
  readonly addresses: readonly string[];
  readonly ttlMs: number;
}

export interface NameServers {
  /** The addresses of a name, at least one. Fails with the error of a name server, or with NO_ADDRESS. */
  readonly ask: (host: string) => Promise<FoundAddresses>;
  /** The caller gave up: as far as it saw, no name server answered. */
  readonly gaveUp: () => void;
}

export interface NameServersOptions {
  /** `address` or `address:port`; the machine's own servers when not given or empty. */
  readonly servers?: readonly string[] | undefined;
  /** The file that names the machine's own servers. Only its changes are looked at: c-ares reads it itself. */
  readonly resolvConf?: string | undefined;
  readonly now: () => number;
}

/**
 * A name server that is silent for this long does not hold up the next one, or the same one asked again. c-ares could do that
 * by itself, but would throw away the answer of the first, which may only be slow.
 */
const SILENCE_MS = 400;
const MIN_QUESTIONS = 3;
/** No question lives longer; whoever asks gives up before. */
const TIMEOUT_MS = 2_500;

/** RFC 8305, section 3: how long addresses of one family wait for those of the other. */
const OTHER_FAMILY_MS = 50;

/** The machine's own list is never older than this, whatever happened to the file. */
const MAX_AGE_MS = 30_000;
/** How often the file is looked at for a change. */
const CHECK_EVERY_MS = 1_000;

/** A name server answered, and this is its answer; every other error may be the fault of the name server. */
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
    // A clock that was set back must not keep an old list for longer.
    if (at < createdAt || at - createdAt >= MAX_AGE_MS) return true;
    // Not every system has this file: there, a failure is all there is to go by.
    if (hasFailed && at - createdAt >= CHECK_EVERY_MS) return true;
    if (!hasFailed && at >= checkedAt && at - checkedAt < CHECK_EVERY_MS) return false;
    checkedAt = at;
    return fileSignature(resolvConf) !== signature;
  }

  /** One for each server, in the order of the list. Questions under way keep those that they were put to. */
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
        if (!ANSWERED.has(codeOf(error)) && asked === resolvers) hasFailed = true;
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
      // An address with a zone, which only c-ares itself can read from the file.
      return [];
    }
  });
  return resolvers.length > 0 ? resolvers : [new Resolver({ timeout: TIMEOUT_MS, tries: 1 })];
}

/** Asks the servers one after the other: the next one when one fails or is silent for a while. The first answer counts. */
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
          if (ANSWERED.has(codeOf(error)) || failed === questions) {
            clearTimeout(timer);
            reject(toError(error));
          } else if (failed < resolvers.length) {
            askNext();
          } else if (failed === asked && asked >= resolvers.length) {
            // Every server failed at once: asking them again would give the same.
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
 * The addresses of both families, or of the first that has some when the other one stays away for 50 ms more. A family that
 * is empty or fails waits for the other one: it may be all there is.
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
          // What a name server said about the name is worth more than the silence of another.
          if (failure === undefined || ANSWERED.has(codeOf(error))) failure = error;
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
