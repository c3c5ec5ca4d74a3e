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

/** One name server may take this long before the next one, or the same one again, is asked. */
const SERVER_TIMEOUT_MS = 500;
const TRIES = 2;

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
  let resolver: Resolver | undefined;
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

  /** Questions under way keep the resolver that they were put to. */
  function current(): Resolver {
    if (resolver !== undefined && !isOutdated()) return resolver;
    resolver = new Resolver({ timeout: SERVER_TIMEOUT_MS, tries: TRIES });
    if (isFixed) resolver.setServers([...servers]);
    else signature = fileSignature(resolvConf);
    createdAt = now();
    checkedAt = createdAt;
    hasFailed = false;
    return resolver;
  }

  return {
    ask: async (host) => {
      const asked = current();
      try {
        return await firstAddresses([
          asked.resolve4(host, { ttl: true }),
          asked.resolve6(host, { ttl: true }),
        ]);
      } catch (error) {
        if (!ANSWERED.has(codeOf(error)) && asked === resolver) hasFailed = true;
        throw error;
      }
    },
    gaveUp: () => {
      hasFailed = true;
    },
  };
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
        reject(failure instanceof Error ? failure : noAddress());
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

function noAddress(): Error {
  return Object.assign(new Error("The host name has no address"), { code: "NO_ADDRESS" });
}
