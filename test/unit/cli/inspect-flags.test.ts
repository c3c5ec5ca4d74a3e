import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readEvents, readInspectFlags, readOutput } from "../../../src/cli/inspect-flags.ts";
import type { InspectFlags } from "../../../src/cli/inspect-flags.ts";
import { CommandFailure } from "../../../src/cli/exit.ts";

const FLAGS: InspectFlags = { port: "3000", address: "127.0.0.1", answer: "204", delay: 0, keep: "500" };
const read = (flags: Partial<InspectFlags> = {}, env: NodeJS.ProcessEnv = {}) =>
  readInspectFlags({ ...FLAGS, ...flags }, env);
const catchRefusal = (flags: Partial<InspectFlags>) => {
  try {
    read(flags);
  } catch (error) {
    return error as { readonly ending: string; readonly message: string };
  }
  throw new Error("the flags were accepted");
};

test("what is not given is left out", () => {
  expect(read()).toEqual({
    options: { address: "127.0.0.1", port: 3_000, most: 500, answer: expect.anything() as object },
    tlsFiles: undefined,
  });
});

test.each<[flags: Partial<InspectFlags>, options: object]>([
  [{ port: "0" }, { port: 0 }],
  [
    { port: "65535", keep: "9999999" },
    { port: 65_535, most: 9_999_999 },
  ],
  [{ keep: "1" }, { most: 1 }],
  [{ baseUrl: "https://hooks.example.com/a//" }, { baseUrl: "https://hooks.example.com/a" }],
  [{ baseUrl: "http://hooks.example.com" }, { baseUrl: "http://hooks.example.com" }],
  [{ accessToken: "t" }, { accessToken: "t" }],
  [{ allowHost: ["a.example", "b.example"] }, { allowedHosts: ["a.example", "b.example"] }],
  [{ store: "/data/inspector" }, { store: "/data/inspector" }],
])("%j is %j", (flags, options) => {
  expect(read(flags).options).toMatchObject(options);
});

test("the access token of the environment is that of no flag", () => {
  const env = { CALLBOARD_INSPECTOR_TOKEN: "of the environment" };

  expect(read({}, env).options).toHaveProperty("accessToken", "of the environment");
  expect(read({ accessToken: "of the flag" }, env).options).toHaveProperty("accessToken", "of the flag");
});

test("the files of a certificate and its key are named together", () => {
  expect(read({ tlsCert: "a.pem", tlsKey: "a.key" }).tlsFiles).toEqual({ cert: "a.pem", key: "a.key" });
  for (const flags of [{ tlsCert: "a.pem" }, { tlsKey: "a.key" }])
    expect(catchRefusal(flags)).toMatchObject({
      ending: "usage",
      message: "--tls-cert and --tls-key go together",
    });
});

test.each<[flags: Partial<InspectFlags>, message: RegExp]>([
  [{ port: "65536" }, /^--port 65536 is not a number from 0 to 65535$/],
  [{ port: "" }, /^--port .* is not a number/],
  [{ port: "1e3" }, /^--port 1e3 is not a number/],
  [{ keep: "0" }, /^--keep 0 is not a number from 1 to 9999999$/],
  [{ keep: "-1" }, /^--keep -1 is not a number/],
  [{ baseUrl: "hooks.example.com" }, /^--base-url hooks\.example\.com is not a URL/],
  [{ baseUrl: "ftp://hooks.example.com" }, /^--base-url .* is not a URL/],
  [{ baseUrl: "https://" }, /^--base-url .* is not a URL/],
  [{ answer: "199" }, /^--answer must be a status from 200 to 599 or drop/],
  [{ times: "0" }, /and --times a whole number from 1 on$/],
])("%j is refused as wrong usage", (flags, message) => {
  const refused = catchRefusal(flags);

  expect(refused.ending).toBe("usage");
  expect(refused.message).toMatch(message);
});

describe("the other flags", () => {
  test("--output is one of those that there are", () => {
    expect(["lines", "body", "jsonl"].map(readOutput)).toEqual(["lines", "body", "jsonl"]);
    expect(() => readOutput("table")).toThrow(/^--output is one of body, lines, jsonl$/);
  });

  test.each([
    ["all", "all"],
    ["a.b", ["a.b"]],
    ["a.b,c:d", ["a.b", "c:d"]],
  ])("--generate %s is %j", (text, events) => {
    expect(readEvents(text)).toEqual(events);
  });
});

test("any text of a flag is read, or refused as wrong usage", () => {
  const text = fc.oneof(
    fc.string(),
    fc.nat().map(String),
    // Preparing `fc.webUrl` takes seconds.
    fc
      .tuple(fc.constantFrom("http", "https", "ftp", "HTTP"), fc.domain(), fc.string())
      .map(([scheme, domain, rest]) => `${scheme}://${domain}${rest}`),
    fc.constantFrom("drop", "503", "lines"),
  );
  const flags = fc.record({ port: text, keep: text, answer: text, times: text, baseUrl: text });
  fc.assert(
    fc.property(flags, text, (given, other) => {
      for (const reading of [() => read(given), () => readOutput(other)])
        try {
          reading();
        } catch (error) {
          expect(error).toBeInstanceOf(CommandFailure);
          expect(error).toHaveProperty("ending", "usage");
        }
      expect([readEvents(other)].flat().join(",")).toBe(other);
    }),
  );
});
