/** The error of a request that did not succeed. */
import type { components } from "./operations.ts";

/** A problem document (RFC 9457), as the server returned it. */
export type Problem = components["schemas"]["Problem"];

export interface ApiErrorFacts {
  readonly code: string;
  readonly message: string;
  readonly url: string;
  readonly status?: number;
  readonly problem?: Problem;
  readonly location?: string;
  readonly cause?: unknown;
}

export class ApiError extends Error {
  override readonly name = "ApiError";
  /**
   * The code of the problem document, such as SITE_NOT_FOUND; UNREACHABLE if there was no response, REDIRECTED or NOT_CALLBOARD if
   * it was another server's.
   */
  readonly code: string;
  /** Status of the response; undefined if there was none. */
  readonly status: number | undefined;
  /** Undefined if the response was not Callboard's. */
  readonly problem: Problem | undefined;
  /** Base URL of the server. */
  readonly url: string;
  /** Target of a redirect. */
  readonly location: string | undefined;

  constructor({ code, message, url, status, problem, location, cause }: ApiErrorFacts) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = status;
    this.problem = problem;
    this.url = url;
    this.location = location;
  }
}

export function toRedirect(status: number, location: string | undefined, url: string): ApiError {
  return new ApiError({
    code: "REDIRECTED",
    message: `${url} returned ${status} and redirects to ${location ?? "elsewhere"}. Redirects are not followed`,
    status,
    url,
    ...(location === undefined ? {} : { location }),
  });
}

/** Anything but a problem document is another server's response. */
export function toApiError(status: number, body: unknown, url: string): ApiError {
  if (isProblem(body))
    return new ApiError({ code: body.code, message: body.detail, status, problem: body, url });
  return new ApiError({
    code: "NOT_CALLBOARD",
    message: `${url} returned ${status}, but the response is not Callboard's`,
    status,
    url,
  });
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && "detail" in body;
}
