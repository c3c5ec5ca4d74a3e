/**
 * The names and addresses of this machine itself, which the `dev` profile treats as loopback: development tools announce
 * themselves by the host name unless they are told otherwise.
 */
import { lookup } from "node:dns/promises";
import { hostname, networkInterfaces } from "node:os";
import { addressKind, canonicalAddress } from "./address.ts";

export interface ThisMachine {
  /** Whether a host name (lower case, no trailing dot) is one of this machine's own. */
  readonly hasName: (host: string) => boolean;
  /** Whether an address, in its canonical form, belongs to an interface of this machine. */
  readonly hasAddress: (address: string) => boolean;
  /** The addresses of one of its names: those that the system knows, and loopback. Never rejects; resolves within 1 s. */
  readonly resolve: (host: string) => Promise<readonly string[]>;
}

/** What the system tells; a test tells something else. */
export interface System {
  readonly hostname: () => string;
  readonly networkInterfaces: () => Readonly<
    Record<string, readonly { readonly address: string }[] | undefined>
  >;
  readonly lookup: (host: string) => Promise<readonly string[]>;
  readonly now: () => number;
}

/** A machine changes networks and its name while Callboard runs. */
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
      names: namesOf(system.hostname()),
      addresses: addressesOf(system.networkInterfaces()),
      until: system.now() + REREAD_AFTER_MS,
    };
    return known;
  }

  const hasAddress = (address: string) => read().addresses.has(address);
  return {
    hasName: (host) => read().names.has(host),
    hasAddress,
    resolve: async (host) => {
      // Its own tables may lag behind (an address of yesterday's network), and often hold no such name at all.
      const told = await within(LOOKUP_LIMIT_MS, system.lookup(host)).catch(() => []);
      const own = told
        .map((each) => canonicalAddress(each) ?? each)
        .filter((each) => addressKind(each) === "loopback" || hasAddress(each));
      return [...new Set([...own, ...LOOPBACK])];
    },
  };
}

/** The host name, its first label, and both as multicast DNS knows them. */
function namesOf(text: string): ReadonlySet<string> {
  const name = text.toLowerCase().replace(/\.$/, "");
  const [label = ""] = name.split(".");
  return new Set(label === "" ? [] : [name, label, `${label}.local`]);
}

/** Without link-local ones, which mean nothing without the name of an interface. */
function addressesOf(interfaces: ReturnType<System["networkInterfaces"]>): ReadonlySet<string> {
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
