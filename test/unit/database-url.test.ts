import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatOptions, parsePostgresUrl } from "../../src/database-url.ts";
import type { PostgresTarget } from "../../src/database-url.ts";

function parse(url: string): PostgresTarget {
  const parsed = parsePostgresUrl(url);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.target;
}
function problem(url: string): string {
  const parsed = parsePostgresUrl(url);
  if (parsed.ok) throw new Error(`accepted as ${parsed.target.shown}`);
  return parsed.problem;
}

describe("PostgreSQL URL", () => {
  const cases: readonly (readonly [string, string, Partial<PostgresTarget>])[] = [
    [
      "the plain form",
      "postgres://u:p@db.example:6432/app",
      { user: "u", password: "p", host: "db.example", port: 6432, database: "app" },
    ],
    ["the other scheme, no port", "postgresql://u@db/app", { password: undefined, port: 5432 }],
    ["no database", "postgres://u:p@db", { database: "u" }],
    ["no host", "postgres://u:p@/app", { host: "localhost" }],
    [
      "escapes in every part",
      "postgres://a%40b:p%2F%3F%23%25@db/x%20y",
      { user: "a@b", password: "p/?#%", database: "x y" },
    ],
    ["a raw # and @ in the password", "postgres://u:p#q@r@db/app", { password: "p#q@r", host: "db" }],
    ["a raw / in the password", "postgres://u:a/b@db/app", { password: "a/b", host: "db", database: "app" }],
    ["a colon in the password", "postgres://u:p:q@db/app", { password: "p:q" }],
    ["IPv6", "postgres://u@[::1]:5433/app", { host: "::1", port: 5433 }],
    [
      "a socket in the host",
      "postgres://u:p@%2Fvar%2Frun%2Fpostgresql:5433/app",
      { host: "/var/run/postgresql", port: 5433 },
    ],
    [
      "a socket in the parameter",
      "postgres://u:p@/app?host=/var/run/postgresql&port=5433",
      { host: "/var/run/postgresql", port: 5433 },
    ],
    [
      "user and password as parameters",
      "postgres://db/app?user=u&password=p%26q",
      { user: "u", password: "p&q" },
    ],
    ["a database as parameter", "postgres://u@db?dbname=app", { database: "app" }],
    ["a name of the application", "postgres://u@db/app?application_name=x", { applicationName: "x" }],
    ["a time limit", "postgres://u@db/app?connect_timeout=10", { connectTimeoutMs: 10_000 }],
    ["a schema", "postgres://u@db/app?schema=cb", { settings: { search_path: '"cb"' } }],
    [
      "a search path",
      "postgres://u@db/app?search_path=cb%2Cpublic",
      { settings: { search_path: "cb,public" } },
    ],
    [
      "options in both spellings",
      "postgres://u@db/app?options=-c%20search_path%3Dx%20--work-mem%3D8MB%20-cjit%3Don",
      { settings: { search_path: "x", work_mem: "8MB", jit: "on" } },
    ],
    [
      "an option with an escaped space",
      "postgres://u@db/app?options=-c%20search_path%3Dx%2C%5C%20y",
      { settings: { search_path: "x, y" } },
    ],
    [
      "defaults",
      "postgres://u@db/app",
      { applicationName: "callboard", connectTimeoutMs: 3_000, settings: {}, tls: { kind: "off" } },
    ],
  ];
  test.each(cases)("%s", (_name, url, expected) => {
    expect(parse(url)).toMatchObject(expected);
  });

  const FULL = { kind: "required", verifies: "chain-and-name" } as const;
  test.each([
    ["sslmode=disable", { kind: "off" }],
    ["sslmode=prefer", { kind: "preferred" }],
    ["sslmode=require", FULL],
    ["sslmode=require&sslrootcert=/ca.pem", { ...FULL, rootCertFile: "/ca.pem" }],
    ["sslmode=require&uselibpqcompat=true", { kind: "required", verifies: "nothing" }],
    ["sslmode=require&uselibpqcompat=true&sslrootcert=/ca.pem", { kind: "required", verifies: "chain" }],
    [
      "sslmode=verify-ca&sslrootcert=/ca.pem",
      { kind: "required", verifies: "chain", rootCertFile: "/ca.pem" },
    ],
    ["sslmode=verify-full", FULL],
    ["sslmode=verify-full&sslrootcert=system", { ...FULL, rootCertFile: undefined }],
    ["sslrootcert=/ca.pem", { ...FULL, rootCertFile: "/ca.pem" }],
    ["sslmode=no-verify", { kind: "required", verifies: "nothing" }],
    ["ssl=true", FULL],
    ["ssl=false", { kind: "off" }],
    ["ssl=no-verify", { kind: "required", verifies: "nothing" }],
  ])("%s", (query, tls) => {
    expect(parse(`postgres://u@db/app?${query}`).tls).toMatchObject(tls);
  });

  test.each([
    ["postgres://u:50%@db/app", /the password has a "%" that begins no escape: percent-encode/],
    ["postgres://u:a?b@db/app", /after the first "\?" .* percent-encode/],
    ["postgres://u:p@db:port/app", /host:port/],
    ["postgres://u:p@db:70000/app", /host:port/],
    ["postgres://u@one,two/app", /several hosts/],
    ["postgres://u@one:1,two:2/app", /several hosts/],
    ["postgres://u@/app?host=one,two", /several hosts/],
    ["postgres://db/app", /names no user/],
    ["postgres://u@db/app?target_session_attrs=read-write", /"target_session_attrs" is not supported/],
    ["postgres://u@db/app?sslcert=x", /"sslcert" is not supported/],
    ["postgres://u@db/app?sslmode=allow", /sslmode must be one of/],
    ["postgres://u@db/app?ssl=yes", /ssl must be/],
    ["postgres://u@db/app?ssl=true&sslmode=require", /both given/],
    ["postgres://u@db/app?sslmode=disable&sslrootcert=x", /no effect/],
    ["postgres://u@db/app?uselibpqcompat=1", /uselibpqcompat/],
    ["postgres://u@db/app?connect_timeout=soon", /whole number of seconds/],
    ["postgres://u@db/app?connect_timeout=0", /whole number of seconds/],
    ["postgres://u@db/app?options=-d5", /-c name=value/],
    ["postgres://u@db/app?schema=a&search_path=b", /both given/],
    ["postgres://u@db/app?schema=a&schema=b", /given twice/],
    ["postgres://u@db/app?sslmode", /has no value/],
    ["postgres://u@my%20db/app", /space/],
  ])("%s is refused", (url, sentence) => {
    expect(problem(url)).toMatch(sentence);
  });

  test("the shown URL has no password, in any of its places", () => {
    expect(parse("postgres://u:secret@db/app?sslmode=require").shown).toBe(
      "postgres://u:***@db:5432/app?sslmode=require",
    );
    expect(parse("postgres://db/app?user=u&password=secret").shown).toBe("postgres://u:***@db:5432/app");
    expect(parse("postgres://u:secret@%2Frun:5432/app").shown).toBe("postgres://u:***@:5432/app?host=%2Frun");
  });

  test("any user, password and database are parsed, and the password is not shown", () => {
    const part = fc.string({ minLength: 1, unit: "grapheme" });
    fc.assert(
      fc.property(part, part, part, (user, password, database) => {
        const [u, p, d] = [user, password, database].map(encodeURIComponent);
        const target = parse(`postgres://${u}:${p}@db/${d}`);
        expect(target).toMatchObject({ user, password, database, host: "db" });
        expect(parse(target.shown)).toMatchObject({ user, database, password: "***" });
      }),
    );
  });

  test("no problem contains the password", () => {
    for (const url of ["postgres://u:s3cr%t@db/a", "postgres://u:s3cr/t@db/a", "postgres://u:s3cr?t@db/a"]) {
      const parsed = parsePostgresUrl(url);
      expect(parsed.ok ? parsed.target.shown : parsed.problem).not.toContain("s3cr");
    }
  });
});

test("formatted settings are parsed to the same settings", () => {
  const settings = { search_path: 'a, "b c"', jit: "off", work_mem: "1\\2" };
  const options = formatOptions(settings);
  expect(parse(`postgres://u@db/app?options=${encodeURIComponent(options)}`).settings).toEqual(settings);
});
