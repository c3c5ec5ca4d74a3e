/**
 * Ends a connection so that its last response arrives. Closing a socket with unread bytes in it resets the connection, and
 * a reset discards the response on its way: a sender of a large body would see a network failure and send it all again.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Close when the client has sent nothing for this long after the response … */
const QUIET_MS = 1_000;
/** … and after this time in any case. */
const MAX_MS = 5_000;

/** Reports whether the request has a body that has not arrived as a whole. */
export function hasUnreadBody(request: IncomingMessage): boolean {
  const { headers } = request;
  return (
    !request.complete &&
    (headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0)
  );
}

/**
 * Watches one request: if its response is finished before its body has arrived, the sending side of the connection is
 * closed at once, the rest of the body is read and dropped for a limited time, and then the connection is closed.
 */
export function lingerAfterRefusal(request: IncomingMessage, response: ServerResponse): void {
  if (!hasUnreadBody(request)) return;
  response.once("prefinish", () => {
    if (request.complete || request.socket.destroyed) return;
    // node:http closes with destroySoon() after a response with `Connection: close`, whatever is still unread.
    const socket = request.socket as Socket & { destroySoon: () => void };
    socket.destroySoon = () => socket.end();
    request.on("error", () => undefined).resume();
    const isLast = () => response.getHeader("connection") === "close";
    const close = () => socket.destroy();
    const most = setTimeout(close, MAX_MS);
    let quiet = setTimeout(close, QUIET_MS);
    request.on("data", () => {
      quiet.refresh();
    });
    const stop = () => {
      clearTimeout(most);
      clearTimeout(quiet);
    };
    request.once("end", () => {
      stop();
      if (!isLast()) {
        // The connection goes on, and may do so for a hundred thousand requests.
        socket.off("close", stop);
        Reflect.deleteProperty(socket, "destroySoon");
        return;
      }
      // The client learns of the end by our FIN and closes; if it does not, this does.
      quiet = setTimeout(close, QUIET_MS);
    });
    socket.once("close", stop);
  });
}
