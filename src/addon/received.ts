/** Requests as received, with the bytes of the body. */
import { pairHeaders } from "../header-pairs.ts";
import type { Request } from "express";
import { CallboardError } from "../errors.ts";
import type { Route } from "./routes.ts";

/** A request as received, before any parser changed it. */
export interface Received {
  readonly route: Route;
  readonly method: string;
  /** The request target as on the request line. */
  readonly rawUrl: string;
  /** Names as sent, in order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** The parsed body. Undefined if it is empty or not JSON. */
  readonly json: unknown;
  /** Epoch ms. */
  readonly receivedAt: number;
}

const NO_BODY = Buffer.alloc(0);

/** Returns a request before its body is read. */
export function receivedHead(request: Request, route: Route, receivedAt: number): Received {
  const { method, originalUrl: rawUrl } = request;
  return { route, method, rawUrl, headers: headerPairs(request), body: NO_BODY, json: undefined, receivedAt };
}

/** Returns the request with its body. */
export function withBody(head: Received, request: Request): Received {
  const given: unknown = request.body;
  const body = Buffer.isBuffer(given) ? given : NO_BODY;
  return { ...head, body, json: parseJson(body) };
}

/**
 * Checks that the body is raw.
 * @throws {CallboardError} CONFIG_INVALID if a body parser runs before the add-on's router.
 */
export function requireRawBody(request: Request): void {
  const given: unknown = request.body;
  if (given === undefined || Buffer.isBuffer(given)) return;
  throw new CallboardError(
    "CONFIG_INVALID",
    "Mount the add-on before any body parser: it needs the raw body",
  );
}

/** Returns the value of a header, by its lowercase name. */
export function findHeader(received: Pick<Received, "headers">, name: string): string | undefined {
  return received.headers.find(([given]) => given.toLowerCase() === name)?.[1];
}

/** Returns the number in a header. 0 if it is missing or not a number. */
export function countIn(received: Received, name: string): number {
  const text = findHeader(received, name) ?? "";
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

/** Returns the headers of a request as received: names as sent, in order, repeated ones apart. */
export const headerPairs = ({ rawHeaders }: Request): Received["headers"] => pairHeaders(rawHeaders);
