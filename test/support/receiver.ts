/** A receiver on a free port of loopback that speaks in raw bytes, so that it can behave as badly as a test wants. */
import { EventEmitter, once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

export interface Receiver {
  readonly url: string;
  readonly port: number;
  /** Every whole request, as it was written. */
  readonly requests: readonly string[];
  readonly connections: () => number;
  readonly openConnections: () => number;
  /** The next whole request, the next connection that closes. */
  readonly next: (what: "request" | "close") => Promise<unknown>;
  readonly bytesReceived: () => number;
  /** Called with every connection from now on, before anything was read. */
  readonly onConnection: (act: (socket: Socket) => void) => void;
  readonly close: () => Promise<void>;
}

/** Called with each whole request; `requestNumber` counts from 1 on its own connection. */
export type Behaviour = (socket: Socket, request: string, requestNumber: number) => void;

export async function startReceiver(behave: Behaviour): Promise<Receiver> {
  const requests: string[] = [];
  const open = new Set<Socket>();
  const happenings = new EventEmitter();
  let connections = 0;
  let bytesReceived = 0;
  const server = createServer((socket) => {
    connections += 1;
    open.add(socket);
    let received = "";
    let requestNumber = 0;
    socket.on("close", () => {
      open.delete(socket);
      happenings.emit("close");
    });
    socket.on("error", () => socket.destroy());
    socket.on("data", (bytes) => {
      bytesReceived += bytes.length;
      received += bytes.toString("latin1");
      for (let length = wholeRequest(received); length > 0; length = wholeRequest(received)) {
        const request = received.slice(0, length);
        received = received.slice(length);
        requests.push(request);
        requestNumber += 1;
        behave(socket, request, requestNumber);
        happenings.emit("request");
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    connections: () => connections,
    openConnections: () => open.size,
    bytesReceived: () => bytesReceived,
    onConnection: (act) => server.on("connection", act),
    next: (what) => once(happenings, what),
    close: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** The bytes of an answer with a body and its length. */
export function answer(status: number, body = "", headers: readonly string[] = []): string {
  const lines = [`HTTP/1.1 ${status} Text`, `Content-Length: ${Buffer.byteLength(body)}`, ...headers];
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}

/** How long the first request in `text` is; 0 while it is incomplete. */
function wholeRequest(text: string): number {
  const head = text.indexOf("\r\n\r\n");
  if (head === -1) return 0;
  const length = Number(/content-length: (\d+)/i.exec(text.slice(0, head))?.[1] ?? 0);
  return text.length >= head + 4 + length ? head + 4 + length : 0;
}
