/**
 * The machine's own table of names (`/etc/hosts`). Other programs on the machine read it before they ask a name server, so
 * Callboard does as well; the address guard judges these addresses like all others.
 */
import { readFileSync, statSync } from "node:fs";
import { isIP } from "node:net";

/** The addresses of a host name in lowercase, or undefined when the table does not have the name. */
export type HostsFile = (host: string) => readonly string[] | undefined;

export const HOSTS_PATH =
  process.platform === "win32" ? "C:\\Windows\\System32\\drivers\\etc\\hosts" : "/etc/hosts";

/** A table larger than this is a block list; reading it again at each change would stop everything else. */
const MAX_HOSTS_BYTES = 4 * 1024 * 1024;

/** How often the file is looked at for a change. */
const CHECK_EVERY_MS = 1_000;

/** Reads the table when it is first needed, and again when the file changes. A file that cannot be read is an empty table. */
export function createHostsFile(path: string, now: () => number): HostsFile {
  let table: ReadonlyMap<string, readonly string[]> = new Map();
  let signature: string | undefined;
  let checkedAt = Number.NEGATIVE_INFINITY;

  function refresh(): void {
    const at = now();
    if (at >= checkedAt && at - checkedAt < CHECK_EVERY_MS) return;
    checkedAt = at;
    const present = fileSignature(path);
    if (present === signature) return;
    signature = present;
    table = readTable(path);
  }

  return (host) => {
    refresh();
    return table.get(host);
  };
}

/** Changes whenever the file is written or replaced; "none" while there is no such file. */
export function fileSignature(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stats === undefined ? "none" : [stats.dev, stats.ino, stats.size, stats.mtimeNs].join(" ");
}

function readTable(path: string): ReadonlyMap<string, readonly string[]> {
  try {
    const size = statSync(path).size;
    return size > MAX_HOSTS_BYTES ? new Map() : parseHosts(readFileSync(path, "utf8"));
  } catch {
    return new Map();
  }
}

/** The names of a hosts file, in lowercase, with their addresses in the order of the file. */
export function parseHosts(text: string): ReadonlyMap<string, readonly string[]> {
  const table = new Map<string, string[]>();
  for (const line of text.split(/\r?\n/)) {
    const [address = "", ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    if (isIP(address) === 0) continue;
    for (const name of names) {
      const host = name.toLowerCase().replace(/\.$/, "");
      const addresses = table.get(host) ?? [];
      if (!addresses.includes(address)) addresses.push(address);
      table.set(host, addresses);
    }
  }
  return table;
}
