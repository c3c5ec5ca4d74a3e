/** The processes and the replica of the server, as the dashboard shows them. */
import { explainBottleneck, toBottleneck } from "../../model/bottleneck.ts";
import { explainReplica } from "../../model/replica.ts";
import type { Rooms } from "../rooms.ts";
import { badge } from "./html.ts";

export interface ProcessRow {
  readonly role: string;
  readonly version: string;
  readonly startedAt: number;
  readonly seenAt: number;
  readonly inFlight: number;
  /** HTML. */
  readonly badge: string;
  /** What limits its throughput, one sentence without its period. */
  readonly limit: string | undefined;
}

export interface ServerView {
  /** Empty if there is only one process, with all roles and below its limit. */
  readonly processes: readonly ProcessRow[];
  /** What is wrong with the replica, one sentence without its period. */
  readonly replica: string | undefined;
}

export async function serverView({ listProcesses, replica }: Rooms): Promise<ServerView> {
  const standing = replica?.();
  const processes = (await listProcesses()).map(
    ({ role, version, startedAt, seenAt, inFlight, bottleneck }) => {
      const kind = toBottleneck(bottleneck ?? "");
      return {
        role,
        version,
        startedAt,
        seenAt,
        inFlight,
        badge: kind === undefined ? badge("good", "Below its limit") : badge("warn", LIMITED[kind]),
        limit: kind === undefined ? undefined : explainBottleneck(kind),
      };
    },
  );
  const [only, ...others] = processes;
  const isPlain = others.length === 0 && only?.role === "all" && only.limit === undefined;
  return {
    processes: isPlain ? [] : processes,
    replica: standing === undefined || standing.state === "ok" ? undefined : explainReplica(standing),
  };
}

const LIMITED = {
  process: "At its limit",
  connections: "Waits for connections",
  database: "Waits for the database",
} as const;
