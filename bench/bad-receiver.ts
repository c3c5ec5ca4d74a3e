/**
 * A receiver that behaves badly, a process of its own: one port for each behaviour, in their order. What it sends, it sends
 * until the sender has had enough.
 */
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import type { SinkPorts } from "./sink.ts";

export const BEHAVIOURS = ["103 flood", "header drip", "body drip", "hang"] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

const DRIP_MS = 10;
const INTERIM = Buffer.from("HTTP/1.1 103 Early Hints\r\nlink: </x>; rel=preload\r\n\r\n".repeat(500));

function flood(socket: Socket): void {
  const send = () => {
    while (!socket.destroyed && socket.write(INTERIM)) continue;
  };
  socket.on("drain", send);
  send();
}

function drip(socket: Socket, first: string, each: string): void {
  socket.write(first);
  const timer = setInterval(() => socket.write(each), DRIP_MS);
  socket.on("close", () => clearInterval(timer));
}

const BEHAVE: Readonly<Record<Behaviour, (socket: Socket) => void>> = {
  "103 flood": flood,
  "header drip": (socket) => drip(socket, "HTTP/1.1 200 OK\r\n", "x: y\r\n"),
  "body drip": (socket) =>
    drip(socket, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "1\r\nx\r\n"),
  hang: () => undefined,
};

async function listen(behave: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.setNoDelay(true);
    socket.once("data", () => behave(socket));
    socket.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", 4096, resolve));
  return (server.address() as AddressInfo).port;
}

const ports: number[] = [];
for (const behaviour of BEHAVIOURS) ports.push(await listen(BEHAVE[behaviour]));
process.send?.({ ports } satisfies SinkPorts);
