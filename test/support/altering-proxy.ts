/** A way to a server on which responses are altered, as a bad network or a bad proxy would. */
import { request as send } from "node:http";
import { listen } from "./listen.ts";

export interface AlteringProxy {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/**
 * @param alter yields what the client gets of the response to a path instead of its chunks. When it throws, the connection breaks
 */
export async function startAlteringProxy(
  upstream: string,
  alter: (path: string, chunks: AsyncIterable<Buffer>) => AsyncIterable<Buffer>,
): Promise<AlteringProxy> {
  return listen((request, response) => {
    const path = request.url ?? "";
    const { host: _host, ...headers } = request.headers;
    const sent = send(new URL(path, upstream), { method: request.method, headers }, (answer) => {
      // Its length may change.
      const { "content-length": _length, ...others } = answer.headers;
      response.writeHead(answer.statusCode ?? 502, others);
      void (async () => {
        for await (const chunk of alter(path, answer)) {
          // Each chunk arrives by itself.
          await new Promise((resolve) => response.write(chunk, resolve));
        }
        response.end();
      })().catch(() => response.destroy());
    });
    sent.on("error", () => response.destroy());
    request.pipe(sent);
  });
}
