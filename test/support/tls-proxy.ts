/** A proxy that speaks TLS in front of a server, as in production: the certificate is the one of the fixtures. */
import { readFileSync } from "node:fs";
import { request as send } from "node:http";
import { createServer } from "node:https";
import { fileURLToPath } from "node:url";

const read = (file: string) =>
  readFileSync(fileURLToPath(new URL(`../fixtures/tls/${file}`, import.meta.url)));

export interface TlsProxy {
  readonly close: () => Promise<void>;
}

/** Passes everything on with the Host header as it came. */
export async function startTlsProxy(port: number, upstreamPort: number): Promise<TlsProxy> {
  const server = createServer({ key: read("server.key"), cert: read("server.pem") }, (request, response) => {
    const upstream = send(
      {
        host: "127.0.0.1",
        port: upstreamPort,
        method: request.method,
        path: request.url,
        headers: { ...request.headers, "x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.1" },
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    upstream.on("error", () => response.destroy());
    request.pipe(upstream);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
