import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  MAX_CUSTOM_HEADERS,
  besideAuthorization,
  besideFormat,
  readCustomHeaders,
} from "../../../../src/host/model/custom-headers.ts";

const read = (given: unknown) => readCustomHeaders(given, "/headers");
const listDetails = (given: unknown) => {
  const reading = read(given);
  return reading.kind === "value"
    ? []
    : reading.problems.map(({ pointer, detail }) => `${pointer} ${detail}`);
};
const many = (count: number, value = "v") =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${index}`, value]));

test("names are kept in lowercase, values as they are", () => {
  expect(read({ "X-Api-Key": "a b\tc", x_1: "~" })).toEqual({
    kind: "value",
    value: [
      ["x-api-key", "a b\tc"],
      ["x_1", "~"],
    ],
  });
  expect(read({})).toEqual({ kind: "value", value: [] });
});

test.each([
  "connection",
  "Content-Encoding",
  "content-length",
  "expect",
  "HOST",
  "http2-settings",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
])("%s belongs to the connection", (name) => {
  expect(listDetails({ [name]: "a" })).toEqual([
    `/headers/${name} must not be ${name.toLowerCase()}: it belongs to the connection`,
  ]);
});

test.each(["accept", "content-type", "traceparent", "tracestate", "user-agent"])(
  "%s is Callboard's",
  (name) => {
    expect(listDetails({ [name]: "a" })).toEqual([`/headers/${name} must not be ${name}: Callboard sets it`]);
  },
);

test.each([
  "webhook-id",
  "webhook-signature",
  "webhook-anything",
  "x-hub-signature",
  "x-hub-signature-256",
  "x-atlassian-webhook-identifier",
  "x-callboard-redelivery",
  "atlassian-connect-version",
])("%s is what receivers verify by", (name) => {
  expect(listDetails({ [name]: "a" })).toEqual([
    `/headers/${name} must not be ${name}: receivers verify deliveries by it`,
  ]);
});

test.each(["accept-language", "x-webhook-id", "cookie", "authorization", "my-host"])(
  "%s is allowed",
  (name) => {
    expect(listDetails({ [name]: "a" })).toEqual([]);
  },
);

describe("refused", () => {
  test.each([
    ["no object", [], "/headers must be an object of names and values"],
    ["an empty name", { "": "a" }, "/headers/ must have a name of 1 to 100 characters"],
    [
      "a long name",
      { ["x".repeat(101)]: "a" },
      `/headers/${"x".repeat(100)} must have a name of 1 to 100 characters`,
    ],
    [
      "a name with a space",
      { "x y": "a" },
      "/headers/x y must have a name of letters, digits and !#$%&'*+.^_`|~- alone",
    ],
    [
      "a name with a colon",
      { "x:": "a" },
      "/headers/x: must have a name of letters, digits and !#$%&'*+.^_`|~- alone",
    ],
    [
      "a name twice",
      { "X-a": "a", "x-A": "b" },
      "/headers/x-A is there twice: names are the same in upper and lower case",
    ],
    ["a number", { a: 1 }, "/headers/a must have a text as its value"],
    ["an empty value", { a: "" }, "/headers/a must have a value of 1 to 4096 characters"],
    ["a long value", { a: "v".repeat(4_097) }, "/headers/a must have a value of 1 to 4096 characters"],
    [
      "a slash in a name",
      { "a/b": "v" },
      "/headers/a~1b must have a name of letters, digits and !#$%&'*+.^_`|~- alone",
    ],
    [
      "too many",
      many(MAX_CUSTOM_HEADERS + 1),
      `/headers must have at most ${MAX_CUSTOM_HEADERS} headers, not ${MAX_CUSTOM_HEADERS + 1}`,
    ],
    ["too much in all", many(2, "v".repeat(4_000)), "/headers must have at most 6144 characters in all"],
  ])("%s", (_what, given, detail) => {
    expect(listDetails(given)).toEqual([detail]);
  });

  test.each([" a", "a ", "a\r\nb: c", "a\nb", "a\0", "ä", "\t"])("the value %j", (value) => {
    expect(listDetails({ a: value })).toEqual([
      "/headers/a must have a value of visible ASCII characters, with spaces between them alone",
    ]);
  });
});

test("the limits themselves are allowed", () => {
  expect(listDetails(many(MAX_CUSTOM_HEADERS))).toEqual([]);
  expect(listDetails({ ["x".repeat(100)]: "v".repeat(4_096) })).toEqual([]);
  // Names and values of 6,144 characters together.
  expect(listDetails({ a: "v".repeat(4_096), b: "v".repeat(2_046) })).toEqual([]);
  expect(listDetails({ a: "v".repeat(4_096), b: "v".repeat(2_047) })).toHaveLength(1);
});

test("whatever is read can be sent, and no problem quotes a value", () => {
  fc.assert(
    fc.property(fc.oneof(fc.dictionary(fc.string(), fc.string()), fc.anything()), (given) => {
      const reading = read(given);
      if (reading.kind === "value") {
        const headers = new Headers();
        for (const [name, value] of reading.value) headers.set(name, value);
        expect([...headers.keys()]).toHaveLength(reading.value.length);
      } else {
        expect(reading.problems.length).toBeGreaterThan(0);
        expect(reading.problems.every(({ code }) => code === "HEADER_VALUE")).toBe(true);
      }
    }),
  );
  expect(JSON.stringify(read({ a: "a secret\n", host: "a secret" }))).not.toContain("a secret");
});

test("authorization is a problem only beside another one", () => {
  const headers = [["authorization", "Basic eA=="]] as const;
  expect(besideAuthorization([["x-a", "b"]], "/headers", "JWT")).toBeUndefined();
  expect(besideAuthorization(undefined, "/headers", "JWT")).toBeUndefined();
  expect(besideAuthorization(headers, "/headers", "JWT")).toEqual({
    pointer: "/headers/authorization",
    detail: "must not be authorization: add-ons get a JWT in it",
    code: "HEADER_VALUE",
  });
  expect(besideAuthorization(headers, "/headers", "authentication")?.detail).toBe(
    "must not be authorization: the authentication of the webhook sets it",
  );
});

test("headers that the format sends are problems, and no others", () => {
  const headers = [
    ["ce-id", "1"],
    ["ce-custom", "2"],
  ] as const;
  expect(besideFormat(headers, "/headers", ["ce-id", "ce-type"])).toEqual([
    {
      pointer: "/headers/ce-id",
      detail: "must not be ce-id: the format of the webhook sets it",
      code: "HEADER_VALUE",
    },
  ]);
  expect(besideFormat(undefined, "/headers", ["ce-id"])).toEqual([]);
});
