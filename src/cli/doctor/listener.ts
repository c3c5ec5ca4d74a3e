/** Finds the program that listens on a port, where the system tells: on Linux, for processes of the same user. */
import { readFile, readdir, readlink } from "node:fs/promises";

const LISTENING = "0A";

/** "node (process 4711)"; undefined where it is not known. */
export async function findListener(port: number): Promise<string | undefined> {
  const sockets = new Set([...(await listSockets("tcp", port)), ...(await listSockets("tcp6", port))]);
  if (sockets.size === 0) return undefined;
  const processes = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  for (const process of processes) {
    if (!(await holds(process, sockets))) continue;
    const name = (await readFile(`/proc/${process}/comm`, "utf8").catch(() => "")).trim();
    return `${name === "" ? "a program" : name} (process ${process})`;
  }
  return undefined;
}

/** The links of sockets that listen on the port, as they stand in the folder of a process. */
async function listSockets(protocol: string, port: number): Promise<readonly string[]> {
  const table = await readFile(`/proc/net/${protocol}`, "utf8").catch(() => "");
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  return table
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([, local = "", , state, , , , , , inode]) =>
      state === LISTENING && local.endsWith(`:${hex}`) && inode !== undefined ? [`socket:[${inode}]`] : [],
    );
}

async function holds(process: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${process}/fd`;
  for (const file of await readdir(folder).catch(() => [])) {
    if (sockets.has(await readlink(`${folder}/${file}`).catch(() => ""))) return true;
  }
  return false;
}
