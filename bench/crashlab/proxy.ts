/** A TCP proxy between hosts and PostgreSQL that misbehaves on demand. */
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

export interface Proxy {
  readonly port: number;
  /** Nothing passes any more on the connections of this moment, and neither side is told. New ones work. */
  readonly blackhole: () => void;
  /** The next COMMIT reaches the server; its answer, and the connection, are lost. Resolves when that has happened. */
  readonly loseNextCommit: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** A simple query of the PostgreSQL protocol: 'Q', length, text. */
const COMMIT = /^Q[\s\S]{4}COMMIT/i;

export async function startProxy(target: { readonly host: string; readonly port: number }): Promise<Proxy> {
  const pairs = new Set<{ readonly client: Socket; readonly server: Socket; isDark: boolean }>();
  let onCommit: (() => void) | undefined;

  const listener = createServer((client) => {
    const server = connect(target.port, target.host);
    const pair = { client, server, isDark: false };
    let losing = false;
    pairs.add(pair);
    const end = (): void => {
      if (pair.isDark) return;
      pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.on("error", end).on("close", end).setNoDelay(true);
    client.on("data", (bytes) => {
      if (pair.isDark) return;
      if (onCommit !== undefined && COMMIT.test(bytes.toString("latin1", 0, 16))) {
        losing = true;
      }
      server.write(bytes);
    });
    server.on("data", (bytes) => {
      if (pair.isDark) return;
      if (losing) {
        end();
        onCommit?.();
        onCommit = undefined;
        return;
      }
      client.write(bytes);
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  return {
    port: (listener.address() as AddressInfo).port,
    blackhole: () => {
      for (const pair of pairs) pair.isDark = true;
    },
    loseNextCommit: () =>
      new Promise((resolve) => {
        onCommit = resolve;
      }),
    close: async () => {
      for (const { client, server } of pairs) {
        client.destroy();
        server.destroy();
      }
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
