/** Responses of the API that an operation of the client would keep whole in memory, or that never end. */
import { toApiError } from "./api-error.ts";
import type { ClientOptions } from "./index.ts";
import { fetchFrom } from "./response.ts";

export type StreamType = "text/event-stream" | "application/octet-stream" | "application/x-ndjson";

/**
 * Opens the stream at `path` below /api/v1, with the query. It ends with the signal.
 * @throws {ApiError} as the operations do; UNREACHABLE has the reason of the platform's fetch as its cause
 */
export async function openStream(
  { url, token }: Pick<ClientOptions, "url" | "token">,
  path: string,
  signal: AbortSignal,
  {
    contentType = "text/event-stream",
    send = fetchPlainly,
  }: {
    readonly contentType?: StreamType | undefined;
    readonly send?: (request: Request, signal: AbortSignal) => Promise<Response>;
  } = {},
): Promise<AsyncIterable<Uint8Array>> {
  const request = new Request(`${url}/api/v1${path}`, {
    headers: { authorization: `Bearer ${token}`, accept: `${contentType}, application/problem+json` },
    redirect: "manual",
    signal,
  });
  const response = await fetchFrom((sent) => send(sent, signal), request, url);
  const { ok, status, headers, body } = response;
  const isStream = ok && (headers.get("content-type") ?? "").startsWith(contentType);
  if (isStream && body !== null) return body;
  throw toApiError(status, await response.json().catch(() => undefined), url);
}

/** The platform's fetch says only that it failed; why is the cause of its error. A request alone may forget its signal. */
const fetchPlainly = (request: Request, signal: AbortSignal): Promise<Response> =>
  fetch(request, { signal }).catch((error: unknown) => {
    const { cause = error } = error as { readonly cause?: unknown };
    throw cause;
  });
