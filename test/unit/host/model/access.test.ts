import { expect, test } from "vitest";
import {
  findAccess,
  isNotAuthenticated,
  previousCredentials,
  withToken,
} from "../../../../src/host/model/access.ts";
import type { AccessSettings } from "../../../../src/host/model/access.ts";

const NOW = 1_700_000_000_000;
const RECEIVER = { kind: "webhook", siteNo: 1, no: 7 } as const;
const NOTHING: AccessSettings = { headers: undefined, authentication: undefined, tls: undefined };
const CLIENT = {
  kind: "oauth2",
  tokenUrl: "https://id.example/token",
  clientId: "c",
  clientSecret: "s",
  clientMethod: "basic",
} as const;
const bearer = (token: string) => ({ kind: "bearer", token }) as const;

test("a receiver without settings has nothing", () => {
  expect(findAccess(NOTHING, RECEIVER)).toBeUndefined();
});

test("headers, then the authorization; one object for each version of the settings", () => {
  const settings: AccessSettings = {
    ...NOTHING,
    headers: { value: [["x-a", "b"]], since: 1 },
    authentication: { value: { kind: "basic", user: "u", password: "p" }, since: 1 },
  };
  const access = findAccess(settings, RECEIVER);
  expect(access).toMatchObject({
    current: { headers: ["x-a", "b", "authorization", "Basic dTpw"], identity: undefined },
    headerNames: ["x-a", "authorization"],
    tokenOwner: undefined,
  });
  expect(findAccess(settings, RECEIVER)).toBe(access);
});

test("a client owns its tokens, and its credentials lack one", () => {
  const access = findAccess({ ...NOTHING, authentication: { value: CLIENT, since: 5 } }, RECEIVER);
  expect(access).toMatchObject({
    current: { headers: [] },
    headerNames: ["authorization"],
    tokenOwner: { siteNo: 1, webhookNo: 7, since: 5, client: CLIENT },
  });
  const token = { token: "t", fetchedAt: 0, refreshAt: 0, expiresAt: 0 };
  expect(access && withToken(access.current, token).headers).toEqual(["authorization", "Bearer t"]);
});

test("an identity is of one receiver and one version", () => {
  const client = { certificate: "C", key: "K" };
  const of = (since: number, no: number, kind: "webhook" | "endpoint" = "webhook") =>
    findAccess({ ...NOTHING, tls: { value: { client }, since } }, { kind, siteNo: 1, no })?.current.identity;
  expect(of(3, 7)).toEqual({ id: expect.stringMatching(/^webhook 1\/7 3 [\w-]{43}$/) as string, client });
  expect(new Set([of(3, 7)?.id, of(4, 7)?.id, of(3, 8)?.id, of(3, 7, "endpoint")?.id]).size).toBe(4);
});

test("drafts that are made at the same time, which have no number yet, have identities of their own", () => {
  const findAccessId = (key: string) => {
    const tls = { value: { client: { certificate: "C", key } }, since: 3 };
    return findAccess({ ...NOTHING, tls }, { kind: "webhook", siteNo: 1, no: 0 })?.current.identity?.id;
  };
  expect(findAccessId("one")).not.toBe(findAccessId("two"));
  expect(findAccessId("one")).toBe(findAccessId("one"));
});

test("the credentials before are those that changed, beside those that stay, until their overlap ends", () => {
  const until = NOW + 1_000;
  const settings: AccessSettings = {
    headers: { value: [["x-a", "b"]], since: 1 },
    authentication: { value: bearer("new"), since: 2, previous: { value: bearer("old"), until } },
    tls: { value: { authorities: "A" }, since: 3 },
  };
  const access = findAccess(settings, RECEIVER);
  if (access === undefined) throw new Error("it has settings");
  expect(previousCredentials(access, NOW)).toEqual({
    credentials: {
      headers: ["x-a", "b", "authorization", "Bearer old"],
      identity: { id: expect.stringMatching(/^webhook 1\/7 3 \S+$/) as string, authorities: "A" },
    },
    lacksToken: false,
  });
  expect(previousCredentials(access, until)).toBeUndefined();
});

test("a header or certificate before the last change comes with the token of the client", () => {
  const previous = { value: [["x-a", "old"]] as const, until: NOW + 1 };
  const tlsBefore = { value: { authorities: "B" }, until: NOW + 1 };
  const access = findAccess(
    {
      headers: { value: [["x-a", "new"]], since: 1, previous },
      authentication: { value: CLIENT, since: 1 },
      tls: { value: { authorities: "A" }, since: 1, previous: tlsBefore },
    },
    RECEIVER,
  );
  expect(access && previousCredentials(access, NOW)).toEqual({
    credentials: {
      headers: ["x-a", "old"],
      identity: { id: expect.stringMatching(/^webhook 1\/7 1 \S+ before$/) as string, authorities: "B" },
    },
    lacksToken: true,
  });
});

test.each([
  [{ kind: "refused", status: 401 }, true],
  [{ kind: "refused", status: 403 }, false],
  [{ kind: "accepted", status: 200 }, false],
  [{ kind: "unreachable", reason: "tls-client-certificate", detail: "" }, true],
  [{ kind: "unreachable", reason: "tls", detail: "" }, false],
  [{ kind: "forbidden", code: "IP_DENIED", detail: "" }, false],
] as const)("%o is a reason for other credentials: %s", (outcome, expected) => {
  expect(isNotAuthenticated(outcome)).toBe(expected);
});
