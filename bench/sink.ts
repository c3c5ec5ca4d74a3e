/**
 * The receiver of the benchmarks, a process of its own: plain sockets, since a node:http server would be slower than the
 * sender it is to measure. Counts events; with a mark in the body it also keeps when each mark was received.
 *
 * Ports are told apart: the first `healthy` ports answer 204, at once or after `delayMs`, the others never answer.
 * The first one is `firstPort`, or any that is free.
 */
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

export interface SinkPorts {
  readonly ports: readonly number[];
}

export interface SinkReport {
  readonly received: number;
  /** [mark, epoch ms with fractions] of each marked body. */
  readonly marks: readonly (readonly [number, number])[];
}

export type SinkCommand =
  { readonly kind: "reset" } | { readonly kind: "report" } | { readonly kind: "count" };

const ANSWER = "HTTP/1.1 204 No Content\r\n\r\n";
const MARK = /"mark":(\d+)/;

const [healthy = 1, hung = 0, delayMs = 0, firstPort = 0] = process.argv.slice(2).map(Number);
let received = 0;
let marks: [number, number][] = [];

const ARRAY = "[".charCodeAt(0);

/** Events of a body: several in one of a batch, which is an array. */
function countEvents(body: Buffer): number {
  if (body[0] !== ARRAY) return 1;
  let count = 0;
  for (let at = body.indexOf('"mark":'); at >= 0; at = body.indexOf('"mark":', at + 1)) count += 1;
  return count;
}

/** Takes whole requests off what has arrived and gives back the rest. */
function takeRequests(data: Buffer, socket: Socket): Buffer {
  let rest = data;
  let answers = "";
  for (;;) {
    const headEnd = rest.indexOf("\r\n\r\n");
    if (headEnd < 0) break;
    const head = rest.toString("latin1", 0, headEnd);
    const length = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    const end = headEnd + 4 + length;
    if (rest.length < end) break;
    const mark = MARK.exec(rest.toString("latin1", headEnd + 4, Math.min(end, headEnd + 200)))?.[1];
    if (mark !== undefined) marks.push([Number(mark), performance.timeOrigin + performance.now()]);
    received += countEvents(rest.subarray(headEnd + 4, end));
    answers += ANSWER;
    rest = rest.subarray(end);
  }
  if (answers === "") return rest;
  if (delayMs === 0) socket.write(answers);
  else setTimeout(() => socket.write(answers), delayMs);
  return rest;
}

function answering(socket: Socket): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.on("data", (data) => {
    rest = takeRequests(rest.length === 0 ? data : Buffer.concat([rest, data]), socket);
  });
}

function hanging(socket: Socket): void {
  socket.on("error", () => socket.destroy());
  socket.resume();
}

async function listen(handler: (socket: Socket) => void, port = 0): Promise<number> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", 4096, resolve));
  return (server.address() as AddressInfo).port;
}

const ports: number[] = [];
for (let index = 0; index < healthy; index += 1)
  ports.push(await listen(answering, index === 0 ? firstPort : 0));
for (let index = 0; index < hung; index += 1) ports.push(await listen(hanging));
process.on("message", (command: SinkCommand) => {
  if (command.kind === "reset") {
    received = 0;
    marks = [];
  }
  process.send?.({ received, marks: command.kind === "report" ? marks : [] } satisfies SinkReport);
});
// A measurement that failed leaves nothing behind.
process.on("disconnect", () => process.exit());
process.send?.({ ports } satisfies SinkPorts);
