import { createServer } from "node:http";
import type { Server } from "node:http";
import { connect } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createConnections } from "../../../../src/host/web/http/connections.ts";
import { createSparseLog } from "../../../../src/logger.ts";
import { recordingLogger } from "../../../support/recording-logger.ts";
import { waitFor } from "../../../support/wait-for.ts";

const MOST = 60;
const sockets: Socket[] = [];
let server: Server;
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.close();
});

async function listen(isShared: (address: string) => boolean) {
  const { logger, lines } = recordingLogger();
  const connections = createConnections({ isShared, sparse: createSparseLog(logger), most: MOST });
  server = createServer((_request, response) => response.end("served"));
  connections.watch(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port, connections, lines };
}

/** Connections of one client; resolves to how many of them stay open. */
async function open(port: number, count: number, localAddress: string): Promise<number> {
  const made = Array.from({ length: count }, () => connect({ port, host: "127.0.0.1", localAddress }));
  sockets.push(...made);
  const closed = await Promise.all(
    made.map(
      (socket) =>
        new Promise<boolean>((resolve) => {
          socket.on("error", () => resolve(true)).once("close", () => resolve(true));
          socket.once("connect", () => setTimeout(() => resolve(socket.closed), 300));
        }),
    ),
  );
  return closed.filter((isClosed) => !isClosed).length;
}

test("a client that asks for all connections leaves some to every other one", async () => {
  const { port, connections, lines } = await listen(() => false);

  expect(await open(port, MOST + 10, "127.0.0.1")).toBe(MOST / 2);
  expect(connections.limit.level?.()).toEqual({ highest: MOST / 2, of: "127.0.0.1" });
  expect(await open(port, 5, "127.0.0.2")).toBe(5);
  expect(lines().filter(({ event }) => event === "connection.refused")).toEqual([
    expect.objectContaining({ client: "127.0.0.1", most: MOST }),
  ]);
});

test("closed connections can be made again", async () => {
  const { port, connections } = await listen(() => false);
  await open(port, MOST, "127.0.0.1");
  for (const socket of sockets.splice(0)) socket.destroy();
  await waitFor(() => expect(connections.limit.level?.()).toEqual({ highest: 0 }));
  expect(await open(port, 5, "127.0.0.1")).toBe(5);
});

test("a trusted proxy connects for many clients", async () => {
  const { port } = await listen((address) => address === "127.0.0.1");
  expect(await open(port, MOST - 10, "127.0.0.1")).toBe(MOST - 10);
});
