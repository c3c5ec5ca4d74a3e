/**
 * Reads the machine's table of names (`/etc/hosts`). Other programs read it before they ask a name server, so Callboard does
 * too. The address guard checks its addresses like all others.
 */
import { readFileSync, statSync } from "node:fs";
import { isIP } from "node:net";

/** Returns the addresses of a lowercase host name, or undefined if the table lacks it. */
export type HostsFile = (host: string) => readonly string[] | undefined;

export const HOSTS_PATH =
  process.platform === "win32" ? "C:\\Windows\\System32\\drivers\\etc\\hosts" : "/etc/hosts";

/** Maximum size of the table. Larger ones are block lists, and reading them again would block the event loop. */
const MAX_HOSTS_BYTES = 4 * 1024 * 1024;

/** Interval of the checks for changes. */
const CHECK_EVERY_MS = 1_000;

/** Reads the table on first use and after each change. A file that can't be read is an empty table. */
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

/** Returns a text that changes when the file is written or replaced. "none" if the file doesn't exist. */
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

/** Parses a hosts file to lowercase names with their addresses, in the order of the file. */
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
