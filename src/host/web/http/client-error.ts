/** The responses to what node:http can't read as a request: problem documents like all others, on a connection that ends. */
import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { CallboardError } from "../../../errors.ts";
import type { SparseLog } from "../../../logger.ts";
import { API_HEADER, API_HEADER_VALUE } from "../../../protocol/headers.ts";
import { REQUEST_ID, problemDocument } from "./problems.ts";

interface ParseError extends Error {
  readonly code?: string;
}

/** The maximum that node:http has for the request line and all headers together. */
const MAX_HEADERS = "16 KiB";

function toProblem({ code = "" }: ParseError): CallboardError {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return new CallboardError(
        "HEADERS_TOO_LARGE",
        `The request line and the headers have more than ${MAX_HEADERS} together`,
      );
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new CallboardError("REQUEST_TIMEOUT", "The request did not arrive in time");
    default:
      return new CallboardError("REQUEST_INVALID", "The request is not valid HTTP/1.1");
  }
}

/** Lets a server respond to what it can't parse. */
export function answerClientErrors(server: Server, sparse: SparseLog): void {
  server.on("clientError", (error: ParseError, socket: Duplex) => {
    // A connection that the client closed, or one with a response on its way: there is nobody to respond to.
    const hasResponse = (socket as { readonly _httpMessage?: unknown })._httpMessage !== undefined;
    if (!socket.writable || error.code === "ECONNRESET" || hasResponse) {
      socket.destroy();
      return;
    }
    const problem = toProblem(error);
    const requestId = randomUUID();
    sparse.write(problem.code, "info", "request.refused", {
      requestId,
      code: problem.code,
      status: problem.status,
    });
    socket.end(format(problem, requestId));
  });
}

function format(problem: CallboardError, requestId: string): string {
  const body = JSON.stringify(problemDocument(problem, requestId));
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ""}`,
    "content-type: application/problem+json; charset=utf-8",
    `content-length: ${Buffer.byteLength(body)}`,
    "cache-control: no-store",
    `${API_HEADER}: ${API_HEADER_VALUE}`,
    `${REQUEST_ID}: ${requestId}`,
    "connection: close",
    "",
    body,
  ].join("\r\n");
}
