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
  // A connection that was served stays open.
  server.keepAliveTimeout = 0;
  connections.watch(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port, connections, lines };
}

/** Opens connections of one client, each with a request; resolves to the number of those that are served. */
async function open(port: number, count: number, localAddress: string): Promise<number> {
  const made = Array.from({ length: count }, () => connect({ port, host: "127.0.0.1", localAddress }));
  sockets.push(...made);
  const served = made.map(
    (socket) =>
      new Promise<boolean>((resolve) => {
        socket.on("error", () => resolve(false)).once("close", () => resolve(false));
        socket.once("data", () => resolve(true));
        socket.write("GET / HTTP/1.1\r\nHost: server.example\r\n\r\n");
      }),
  );
  return (await Promise.all(served)).filter(Boolean).length;
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
