/**
 * A reverse proxy that serves one path of a shared host, as nginx does without further settings: the Host header becomes the
 * upstream's, and the prefix is removed (`proxy_pass http://upstream/;`) or passed on. Outside the prefix it is another site.
 */
import { request as send } from "node:http";
import { listen } from "./listen.ts";

export interface PrefixProxy {
  readonly origin: string;
  /** Everything that was asked for outside the prefix. */
  readonly strays: readonly string[];
  readonly close: () => Promise<void>;
}

export async function startPrefixProxy(
  prefix: string,
  upstreamPort: number,
  strips: boolean,
): Promise<PrefixProxy> {
  const strays: string[] = [];
  const { url: origin, close } = await listen((request, response) => {
    const url = request.url ?? "";
    if (url !== prefix && !url.startsWith(`${prefix}/`) && !url.startsWith(`${prefix}?`)) {
      strays.push(url);
      response.writeHead(404, { "content-type": "text/plain" }).end("another site");
      return;
    }
    const rest = url.slice(prefix.length);
    const path = strips ? (rest.startsWith("/") ? rest : `/${rest}`) : url;
    const { host: _host, ...headers } = request.headers;
    const upstream = send(
      { host: "127.0.0.1", port: upstreamPort, method: request.method, path, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    upstream.on("error", () => response.destroy());
    response.on("close", () => upstream.destroy());
    request.pipe(upstream);
  });
  return { origin, strays, close };
}
