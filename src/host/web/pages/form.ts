/** Reads a form that a browser sent, and makes sure that it was one of ours that it sent. */
import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { CallboardError } from "../../../errors.ts";
import { timingSafeEqualBytes } from "../../../protocol/timing-safe.ts";
import { formIn, readBody } from "../http/body.ts";
import { isMultipart, readMultipartForm } from "../http/multipart-form.ts";
import type { FormWithFile } from "../http/multipart-form.ts";
import { parseUrl } from "../../../parse-url.ts";

/** A form may carry a sample body that was edited. */
const MAX_FORM_BYTES = 2 * 1024 * 1024;
/** A form of a session that has ended; it is kept to be sent again. */
export const MAX_KEPT_FORM_BYTES = 64 * 1024;
export const MAX_LOGIN_BYTES = 16 * 1024;
/** The login that takes a kept form along: JSON and percent-encoding make eight bytes of one at most. */
export const MAX_RESUMING_LOGIN_BYTES = MAX_LOGIN_BYTES + 8 * MAX_KEPT_FORM_BYTES;
const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;
export const CSRF_FIELD = "csrf";

/**
 * To be called once it is known who sends the form.
 * @throws {CallboardError} CONTENT_TYPE, BODY_TOO_LARGE, BODY_TOO_COMPLEX, BODY_SCHEMA
 */
export async function readForm(
  request: IncomingMessage,
  maxBytes: number = MAX_FORM_BYTES,
): Promise<URLSearchParams> {
  if (!FORM_TYPE.test(request.headers["content-type"] ?? "")) {
    throw new CallboardError(
      "CONTENT_TYPE",
      "Send the form as Content-Type: application/x-www-form-urlencoded",
    );
  }
  return formIn(await readBody(request, maxBytes));
}

/**
 * The same of a form that can have a file, which a browser sends in another way.
 * @throws {CallboardError} what {@link readForm} throws
 */
export async function readFormWithFile(request: IncomingMessage, fileField: string): Promise<FormWithFile> {
  const contentType = request.headers["content-type"] ?? "";
  if (!isMultipart(contentType)) return { fields: await readForm(request), file: undefined };
  return readMultipartForm(await readBody(request, MAX_FORM_BYTES), contentType, fileField);
}

/**
 * A browser says where a form came from; what does not say so, or names another origin, is refused. Behind a proxy that
 * replaces the Host header, the form's origin is that of the public URL.
 * @throws {CallboardError} CSRF
 */
export function requireSameOrigin({ headers }: IncomingMessage, publicUrl: string | undefined): void {
  const site = headers["sec-fetch-site"];
  const { origin, host } = headers;
  const from = parseUrl(origin ?? "");
  const isOwn =
    origin === undefined
      ? site === "same-origin"
      : from !== undefined &&
        (from.host === host || (publicUrl !== undefined && new URL(publicUrl).origin === origin)) &&
        (site ?? "same-origin") === "same-origin";
  if (!isOwn) throw new CallboardError("CSRF", "The form was not sent from this server's own page");
}

/**
 * Returns the session's token for one page: random bytes, and the token in exclusive or with them. A page is compressed, and what it
 * repeats of an address could otherwise tell the token by the size of the response (BREACH).
 */
export function maskFormToken(token: string): string {
  const bytes = Buffer.from(token);
  const mask = randomBytes(bytes.length);
  return Buffer.concat([mask, exclusiveOr(bytes, mask)]).toString("base64url");
}

/** What no page could have is returned as a token that is nobody's. */
function unmaskFormToken(masked: string): Buffer {
  const bytes = Buffer.from(masked, "base64url");
  const half = bytes.length / 2;
  return Number.isInteger(half)
    ? exclusiveOr(bytes.subarray(half), bytes.subarray(0, half))
    : Buffer.alloc(0);
}

const exclusiveOr = (one: Buffer, other: Buffer): Buffer =>
  Buffer.from(one.map((byte, index) => byte ^ (other[index] ?? 0)));

/** @throws {CallboardError} CSRF when the form does not carry the session's token */
export function requireFormToken(form: URLSearchParams, expected: string): void {
  if (!timingSafeEqualBytes(unmaskFormToken(form.get(CSRF_FIELD) ?? ""), Buffer.from(expected))) {
    throw new CallboardError(
      "CSRF",
      "The form belongs to a session that has ended; load the page again and repeat",
    );
  }
}
