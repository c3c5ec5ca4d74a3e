/** A request as it came, kept as bytes: what is verified, handled and shown. */
import type { Request } from "express";
import { CallboardError } from "../errors.ts";
import type { Route } from "./routes.ts";

export interface Received {
  readonly route: Route;
  readonly method: string;
  /** The request target as it stood on the request line. */
  readonly rawUrl: string;
  /** Names as they were sent, in order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** The parsed body; undefined when it is empty or not JSON. */
  readonly json: unknown;
  readonly receivedAt: number;
}

const NO_BODY = Buffer.alloc(0);

/** A request of which only the head was read. */
export function receivedHead(request: Request, route: Route, receivedAt: number): Received {
  const { method, originalUrl: rawUrl } = request;
  return { route, method, rawUrl, headers: headerPairs(request), body: NO_BODY, json: undefined, receivedAt };
}

/** The same request once its body was read. */
export function withBody(head: Received, request: Request): Received {
  const given: unknown = request.body;
  const body = Buffer.isBuffer(given) ? given : NO_BODY;
  return { ...head, body, json: jsonOf(body) };
}

/** Throws CONFIG_INVALID when something before the add-on's router has already read and parsed the body. */
export function requireRawBody(request: Request): void {
  const given: unknown = request.body;
  if (given === undefined || Buffer.isBuffer(given)) return;
  throw new CallboardError(
    "CONFIG_INVALID",
    "Mount the add-on before any body parser: it needs the raw body",
  );
}

/** The value of a header, by its name in lower case. */
export function headerOf(received: Pick<Received, "headers">, name: string): string | undefined {
  return received.headers.find(([given]) => given.toLowerCase() === name)?.[1];
}

/** A header that counts something; 0 when it is absent or no number. */
export function countIn(received: Received, name: string): number {
  const text = headerOf(received, name) ?? "";
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

export function headerPairs({ rawHeaders }: Request): Received["headers"] {
  return rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""] as const] : [],
  );
}
