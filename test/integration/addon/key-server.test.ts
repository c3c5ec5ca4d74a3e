import { afterAll, beforeAll, expect, test } from "vitest";
import { createKeyServer } from "../../../src/addon/key-server.ts";
import { startHostKeys } from "../../support/host-keys.ts";
import type { HostKeys } from "../../support/host-keys.ts";

let keys: HostKeys;
const url = () => `${keys.url}/keys/`;
const askedFor = (kid: string) => keys.asked.filter((asked) => asked === kid).length;

beforeAll(async () => {
  keys = await startHostKeys();
});
afterAll(() => keys.close());

test("a key is fetched once, also when many ask at the same time, and kept", async () => {
  let at = 0;
  const server = createKeyServer(url(), { now: () => at });
  const lookups = await Promise.all(Array.from({ length: 10 }, () => server.find("k-1")));
  expect(new Set(lookups.map(({ kind }) => kind))).toEqual(new Set(["found"]));
  at += 86_400_000;
  expect((await server.find("k-1")).kind).toBe("found");
  expect(askedFor("k-1")).toBe(1);
});

test("an unknown kid is asked for again after a minute, not before", async () => {
  let at = 0;
  const server = createKeyServer(url(), { now: () => at });
  expect((await server.find("k-404")).kind).toBe("unknown");
  at += 59_999;
  expect((await server.find("k-404")).kind).toBe("unknown");
  expect(askedFor("k-404")).toBe(1);
  at += 1;
  await server.find("k-404");
  expect(askedFor("k-404")).toBe(2);
});

test("a key is read in a content encoding that was not asked for", async () => {
  const lookups = createKeyServer(url());
  expect((await lookups.find("k-gzip")).kind).toBe("found");
  expect((await lookups.find("k-not-gzip")).kind).toBe("unusable");
});

test("a redirect is not followed", async () => {
  const before = askedFor("k-1");
  const lookup = await createKeyServer(url()).find("k-moved");
  expect(lookup).toMatchObject({ kind: "unavailable", reason: "it returned 302" });
  expect(askedFor("k-1")).toBe(before);
});

test("an outage is not remembered", async () => {
  const server = createKeyServer(url());
  expect((await server.find("k-broken")).kind).toBe("unavailable");
  await server.find("k-broken");
  expect(askedFor("k-broken")).toBe(2);
});

test("a key server that hangs is given up", async () => {
  const lookup = await createKeyServer(url(), { timeoutMs: 50 }).find("k-silent");
  expect(lookup.kind).toBe("unavailable");
});

test("one that is not there is unavailable", async () => {
  const lookup = await createKeyServer("http://127.0.0.1:1/keys").find("k-1");
  expect(lookup.kind).toBe("unavailable");
});

test("made-up kids do not push out a key", async () => {
  let at = 0;
  const server = createKeyServer(url(), { now: () => at });
  await server.find("k-1");
  const before = askedFor("k-1");
  for (let minute = 0; minute < 5; minute += 1) {
    await Promise.all(Array.from({ length: 60 }, (_, index) => server.find(`made-up-${minute}-${index}`)));
    at += 60_000;
  }
  expect((await server.find("k-1")).kind).toBe("found");
  expect(askedFor("k-1")).toBe(before);
});

test("a key ID that exists is fetched after a flood of invented ones", async () => {
  const server = createKeyServer(url());
  await Promise.all(Array.from({ length: 60 }, (_, index) => server.find(`invented-${index}`)));
  expect((await server.find("k-1")).kind).toBe("found");
});

test("a flood of made-up kids reaches it sixty times a minute, and once a second beyond", async () => {
  let at = 0;
  const server = createKeyServer(url(), { now: () => at });
  const flood = (from: number) =>
    Promise.all(Array.from({ length: 100 }, (_, index) => server.find(`flood-${from + index}`)));
  const asked = () => keys.asked.filter((kid) => kid.startsWith("flood-")).length;
  const kinds = (await flood(0)).map(({ kind }) => kind);
  expect(asked()).toBe(65);
  expect(kinds.filter((kind) => kind === "unavailable")).toHaveLength(35);
  at += 120_000;
  await flood(100);
  expect(asked()).toBe(130);
});
