import { describe, expect, test } from "vitest";
import { parsePostgresUrl } from "../../../../../src/database-url.ts";
import { CallboardError } from "../../../../../src/errors.ts";
import { startFailure } from "../../../../../src/host/store/db/postgres-failure.ts";

const parsed = parsePostgresUrl("postgres://app:hidden@db.example/calls");
if (!parsed.ok) throw new Error(parsed.problem);
const { target } = parsed;
const failing = (code: string | undefined, message = "the server said so") =>
  Object.assign(new Error(message), code === undefined ? {} : { code });

function failure(error: unknown): CallboardError {
  const made = startFailure(error, target);
  if (!(made instanceof CallboardError)) throw new Error(`unchanged: ${String(made)}`);
  return made;
}

describe("what a person has to put right is a fault of the configuration", () => {
  test.each([
    ["28P01", "refused the password of app"],
    ["28000", "does not let app in (the server said so)"],
    ["3D000", "There is no database calls"],
    ["42501", "The role app lacks a privilege"],
    ["3F000", "No schema of the search_path exists"],
    ["42P07", "already has a table of Callboard's"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "is not from an authority that is trusted here"],
    ["SELF_SIGNED_CERT_IN_CHAIN", "is not from an authority that is trusted here"],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "is not from an authority that is trusted here"],
    ["UNABLE_TO_GET_ISSUER_CERT", "is not from an authority that is trusted here"],
    ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "is not from an authority that is trusted here"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "is not valid"],
    ["CERT_HAS_EXPIRED", "is not valid"],
    ["CERT_NOT_YET_VALID", "is not valid"],
  ])("%s: %s", (code, words) => {
    const made = failure(failing(code));

    expect([made.code, made.message]).toEqual(["CONFIG_INVALID", expect.stringContaining(words)]);
    expect(made.message).not.toContain("hidden");
    expect(made.cause).toBeInstanceOf(Error);
  });

  test("a server without TLS is one that says so", () => {
    expect(failure(failing(undefined, "The server does not support SSL connections")).message).toContain(
      "does not support TLS",
    );
  });
});

describe("what passes is tried again in two seconds", () => {
  test.each([
    ["53300", "has too many connections"],
    ["57P03", "is starting up or shutting down"],
    ["ENOTFOUND", "The host db.example of CALLBOARD_DATABASE_URL can't be resolved"],
    ["EAI_AGAIN", "can't be resolved"],
    ["ECONNREFUSED", "Nothing listens at"],
    ["ENOENT", "Nothing listens at"],
    ["EACCES", "Nothing listens at"],
    ["08006", "can't be reached (the server said so)"],
    ["53200", "can't be reached"],
    ["57P01", "can't be reached"],
    ["ETIMEDOUT", "can't be reached"],
    [undefined, "can't be reached"],
  ])("%s: %s", (code, words) => {
    const made = failure(failing(code));

    expect([made.code, made.message, made.retryAfterSeconds]).toEqual([
      "STORAGE",
      expect.stringContaining(words),
      2,
    ]);
  });
});

test.each([
  ["a fault that nobody expects", failing("42601")],
  ["an error of ours", new CallboardError("STORAGE", "said already")],
  ["what is no error", "a text"],
])("%s is passed on as it is", (_what, error) => {
  expect(startFailure(error, target)).toBe(error);
});
