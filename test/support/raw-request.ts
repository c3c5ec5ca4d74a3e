/** One HTTP request with its target exactly as written, which fetch would normalise, and at a third of the time of fetch. */
import { Agent, request } from "node:http";
import type { RequestOptions } from "node:http";
import { requireDescribed } from "./described-responses.ts";

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** On a connection of its own. */
export function rawRequest(
  port: number,
  method: string,
  target: string,
  headers: Readonly<Record<string, string | string[]>> = {},
  body?: string | Uint8Array,
): Promise<RawAnswer> {
  return send({ host: "127.0.0.1", port, method, path: target, headers, agent: false }, body);
}

export interface QuickRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
}

const agent = new Agent({ keepAlive: true });

/** On a connection that is kept for the next one; follows no redirect. Of a stream of events only the head is read. */
export function quickRequest({ url, method, headers, body }: QuickRequest): Promise<RawAnswer> {
  const { hostname, port, pathname, search } = new URL(url);
  const host = hostname.replaceAll(/[[\]]/g, "");
  // node:http leaves it out for a method that seldom has a body.
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  const sent = { ...length, ...headers };
  return send({ host, port, method, path: pathname + search, headers: sent, agent }, body);
}

function send(options: RequestOptions, body: string | Uint8Array | undefined): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(options, (answer) => {
      const parts: Buffer[] = [];
      const finish = () => {
        const text = Buffer.concat(parts).toString("utf8");
        const { statusCode: status = 0, headers } = answer;
        try {
          const { method = "GET", path = "" } = options;
          requireDescribed({ method, path: path ?? "", status, type: headers["content-type"] ?? "", text });
          resolve({ status, headers, text });
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      const isEndless = answer.headers["content-type"]?.startsWith("text/event-stream") === true;
      if (isEndless && options.agent === agent) {
        finish();
        answer.destroy();
        return;
      }
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("error", reject);
      answer.on("end", finish);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
