/** Sends a request, and lets only a response of Callboard's pass. */
import { API_HEADER } from "../protocol/headers.ts";
import { ApiError, toApiError, toRedirect } from "./api-error.ts";

/**
 * Resolves to the response, whatever its status. A proxy's or another server's 2xx must never pass for "done".
 * @param url base URL of the server, for errors
 * @throws {ApiError} UNREACHABLE, REDIRECTED, NOT_CALLBOARD
 */
export async function fetchFrom(
  send: (request: Request) => Promise<Response>,
  request: Request,
  url: string,
): Promise<Response> {
  let response: Response;
  try {
    response = await send(request);
  } catch (cause) {
    throw new ApiError({ code: "UNREACHABLE", message: `Cannot reach ${url}`, url, cause });
  }
  const { status, headers } = response;
  if (status >= 300 && status < 400) throw toRedirect(status, headers.get("location") ?? undefined, url);
  if (!headers.has(API_HEADER)) throw toApiError(status, undefined, url);
  return response;
}
