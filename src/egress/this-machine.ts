/**
 * Names and addresses of this machine, which the `dev` profile treats as loopback: development tools announce their host name
 * by default.
 */
import { lookup } from "node:dns/promises";
import { hostname, networkInterfaces } from "node:os";
import { addressKind, canonicalAddress } from "./address.ts";

export interface ThisMachine {
  /** Reports whether a host name (lowercase, without a trailing dot) is one of this machine's. */
  readonly hasName: (host: string) => boolean;
  /** Reports whether a canonical address belongs to an interface of this machine. */
  readonly hasAddress: (address: string) => boolean;
  /** Returns the addresses of one of the machine's names, always with loopback. Never rejects; resolves within 1 s. */
  readonly resolve: (host: string) => Promise<readonly string[]>;
}

/** Functions of the system, replaced in tests. */
export interface System {
  readonly hostname: () => string;
  readonly networkInterfaces: () => Readonly<
    Record<string, readonly { readonly address: string }[] | undefined>
  >;
  readonly lookup: (host: string) => Promise<readonly string[]>;
  readonly now: () => number;
}

/** A machine changes its networks and its name while Callboard runs. */
const REREAD_AFTER_MS = 1_000;
const LOOKUP_LIMIT_MS = 1_000;
const LOOPBACK = ["127.0.0.1", "::1"];

const THE_SYSTEM: System = {
  hostname,
  networkInterfaces,
  lookup: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  now: () => performance.now(),
};

interface Known {
  readonly names: ReadonlySet<string>;
  readonly addresses: ReadonlySet<string>;
  readonly until: number;
}

export function createThisMachine(system: System = THE_SYSTEM): ThisMachine {
  let known: Known | undefined;

  function read(): Known {
    if (known !== undefined && known.until > system.now()) return known;
    known = {
      names: listNames(system.hostname()),
      addresses: collectAddresses(system.networkInterfaces()),
      until: system.now() + REREAD_AFTER_MS,
    };
    return known;
  }

  const hasAddress = (address: string) => read().addresses.has(address);
  return {
    hasName: (host) => read().names.has(host),
    hasAddress,
    resolve: async (host) => {
      // The system's tables can be outdated (an address of an earlier network) and often lack the name.
      const told = await within(LOOKUP_LIMIT_MS, system.lookup(host)).catch(() => []);
      const own = told
        .map((each) => canonicalAddress(each) ?? each)
        .filter((each) => addressKind(each) === "loopback" || hasAddress(each));
      return [...new Set([...own, ...LOOPBACK])];
    },
  };
}

/** Returns the host name and its first label, also with `.local` for multicast DNS. */
function listNames(text: string): ReadonlySet<string> {
  const name = text.toLowerCase().replace(/\.$/, "");
  const [label = ""] = name.split(".");
  return new Set(label === "" ? [] : [name, label, `${label}.local`]);
}

/** Excludes link-local addresses, which are ambiguous without an interface. */
function collectAddresses(interfaces: ReturnType<System["networkInterfaces"]>): ReadonlySet<string> {
  const all = Object.values(interfaces).flatMap((each) => each ?? []);
  return new Set(
    all.flatMap(({ address }) => {
      const canonical = canonicalAddress(address);
      return canonical === undefined || addressKind(canonical) === "link-local" ? [] : [canonical];
    }),
  );
}

async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, failed) => {
    timer = setTimeout(() => failed(new Error("The system took too long")), limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
