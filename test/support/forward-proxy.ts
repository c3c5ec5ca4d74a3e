/**
 * Real forward proxies on free ports of loopback: CONNECT over HTTP, with TLS if a certificate is given, and SOCKS5. Every
 * tunnel leads to one port of loopback, whatever address was named, so that receivers can have public addresses.
 */
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { closing } from "./own-egress.ts";

export interface ForwardProxy {
  readonly port: number;
  /** `address:port` of each tunnel that was requested. */
  readonly targets: readonly string[];
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

/**
 * tunnel: opens it. A status: responds with it. silent: never responds to a CONNECT, but to other requests. dead: responds to
 * nothing. closes: closes the connection of a CONNECT.
 */
export type ProxyBehavior = "tunnel" | number | "silent" | "dead" | "closes";

export interface HttpProxyOptions {
  readonly behave?: (target: string) => ProxyBehavior;
  /** Expected Proxy-Authorization. */
  readonly authorization?: string;
  readonly tls?: { readonly key: string; readonly cert: string };
}

export async function httpProxyTo(port: number, options: HttpProxyOptions = {}): Promise<ForwardProxy> {
  const { behave = () => "tunnel", authorization, tls } = options;
  const targets: string[] = [];
  const server = tls === undefined ? createHttpServer() : createHttpsServer(tls);
  server.on("request", (_request, response) => {
    if (behave("itself") !== "dead") response.writeHead(400).end();
  });
  server.on("connect", (request: { url?: string; headers: Record<string, unknown> }, socket: Socket) => {
    const target = request.url ?? "";
    targets.push(target);
    socket.on("error", () => socket.destroy());
    const isWelcome = authorization === undefined || request.headers["proxy-authorization"] === authorization;
    const behavior = isWelcome ? behave(target) : 407;
    if (behavior === "closes") socket.destroy();
    else if (typeof behavior === "number")
      socket.end(`HTTP/1.1 ${behavior} Text\r\nContent-Length: 0\r\n\r\n`);
    else if (behavior === "tunnel") join(socket, port, () => socket.write("HTTP/1.1 200 OK\r\n\r\n"));
  });
  return started(server, targets);
}

export interface SocksProxyOptions {
  readonly credentials?: { readonly user: string; readonly password: string };
  /** Reply of RFC 1928, section 6; undefined for none. */
  readonly reply?: (target: string) => number | undefined;
  readonly isDead?: () => boolean;
}

export async function socksProxyTo(port: number, options: SocksProxyOptions = {}): Promise<ForwardProxy> {
  const { credentials, reply = () => 0, isDead = () => false } = options;
  const targets: string[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    if (!isDead()) void serveSocks(socket);
  });

  async function serveSocks(socket: Socket): Promise<void> {
    const read = async (): Promise<Buffer> => {
      const [bytes] = (await once(socket, "data")) as [Buffer];
      return bytes;
    };
    await read();
    socket.write(Buffer.from([5, credentials === undefined ? 0 : 2]));
    if (credentials !== undefined) {
      const { user, password } = credentials;
      const expected = [1, user.length, ...Buffer.from(user), password.length, ...Buffer.from(password)];
      const isWelcome = (await read()).equals(Buffer.from(expected));
      socket.write(Buffer.from([1, isWelcome ? 0 : 1]));
      if (!isWelcome) return void socket.end();
    }
    const asked = await read();
    const target = `${asked[3] === 1 ? asked.subarray(4, 8).join(".") : `type ${asked[3]}`}:${asked.readUInt16BE(asked.length - 2)}`;
    targets.push(target);
    const code = reply(target);
    const answer = Buffer.from([5, code ?? 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    if (code === 0) join(socket, port, () => socket.write(answer));
    else if (code !== undefined) socket.end(answer);
  }

  return started(server, targets);
}

function join(client: Socket, port: number, joined: () => void): void {
  const receiver = connect({ host: "127.0.0.1", port });
  receiver.on("error", () => client.destroy());
  receiver.once("close", () => client.destroy());
  client.once("close", () => receiver.destroy());
  receiver.once("connect", () => {
    joined();
    client.pipe(receiver).pipe(client);
  });
}

async function started(server: Server, targets: readonly string[]): Promise<ForwardProxy> {
  const open = new Set<Socket>();
  let connections = 0;
  server.on("connection", (socket: Socket) => {
    connections += 1;
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return closing({
    port: (server.address() as AddressInfo).port,
    targets,
    connections: () => connections,
    close: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  });
}
