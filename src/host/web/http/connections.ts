/** Counts connections by client address, so that one client cannot take all of them. */
import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { SparseLog } from "../../../logger.ts";
import { toLimitKey } from "../../model/addresses.ts";
import { mayConnect, maxConnections } from "../../model/connection-shares.ts";
import { highestLevel } from "../../model/highest-level.ts";
import type { Limit } from "../../model/limits.ts";

/** Sockets that the server accepts at most, and all clients together can have. */
export const MAX_CONNECTIONS = 10_000;

export interface ConnectionsDependencies {
  /** Of a trusted proxy, which connects for many clients. */
  readonly isShared: (address: string) => boolean;
  readonly sparse: SparseLog;
  readonly most?: number;
}

export interface Connections {
  readonly limit: Limit;
  /** Watches the server from now on. A connection over the client's share is closed at once. */
  readonly watch: (server: Server) => void;
}

export function createConnections({
  isShared,
  sparse,
  most = MAX_CONNECTIONS,
}: ConnectionsDependencies): Connections {
  const byClient = new Map<string, number>();
  let open = 0;

  function count(client: string, change: 1 | -1): void {
    open += change;
    const own = (byClient.get(client) ?? 0) + change;
    if (own > 0) byClient.set(client, own);
    else byClient.delete(client);
  }

  function admit(socket: Socket): void {
    const address = socket.remoteAddress ?? "";
    const client = toLimitKey(address);
    const own = byClient.get(client) ?? 0;
    if (!isShared(address) && !mayConnect(own, open, most)) {
      sparse.write(client, "warn", "connection.refused", { client, connections: own, open, most });
      socket.destroy();
      return;
    }
    count(client, 1);
    socket.once("close", () => count(client, -1));
  }

  return {
    limit: {
      name: "Connections of one client",
      default: maxConnections(MAX_CONNECTIONS),
      max: maxConnections(most),
      unit: "connections",
      per: "client",
      refusal: "the connection is closed",
      level: () => highestLevel(byClient),
    },
    watch: (server) => {
      server.maxConnections = most;
      server.on("connection", admit);
      server.on("drop", () => sparse.write("all", "warn", "connection.refused", { open, most }));
    },
  };
}
