import { describe, expect, test } from "vitest";
import { CallboardError } from "../../../../src/errors.ts";
import { grantsAfter, planScopes, requireAccepted } from "../../../../src/host/model/scope-consent.ts";
import type { ScopeGrant } from "../../../../src/host/model/scope-consent.ts";

const LISTED = new Map([
  ["cranes.read", { description: "Read cranes" }],
  ["cranes.write", { description: "Move cranes" }],
  ["berths.read", { description: "Read berths" }],
]);
const READ = { name: "cranes.read", description: "Read cranes" };
const WRITE = { name: "cranes.write", description: "Move cranes" };
const grant = (scope: string): ScopeGrant => ({ scope, grantedAt: 1, grantedBy: "token:ada" });

describe("planScopes", () => {
  test.each<[string, readonly string[], readonly string[], object]>([
    ["none", [], [], { asked: [], toAccept: [], dropped: [] }],
    ["a new add-on", ["cranes.read"], [], { asked: [READ], toAccept: [READ], dropped: [] }],
    ["twice", ["cranes.read", "cranes.read"], [], { asked: [READ], toAccept: [READ], dropped: [] }],
    ["the same again", ["cranes.read"], ["cranes.read"], { asked: [READ], toAccept: [], dropped: [] }],
    [
      "one more",
      ["cranes.read", "cranes.write"],
      ["cranes.read"],
      { asked: [READ, WRITE], toAccept: [WRITE], dropped: [] },
    ],
    [
      "another",
      ["cranes.write"],
      ["cranes.read"],
      { asked: [WRITE], toAccept: [WRITE], dropped: ["cranes.read"] },
    ],
    ["none any more", [], ["cranes.read"], { asked: [], toAccept: [], dropped: ["cranes.read"] }],
    ["one that is not listed", ["constructor"], [], { asked: [], toAccept: [], dropped: [] }],
  ])("%s", (_name, asked, granted, plan) => {
    expect(planScopes(asked, LISTED, granted.map(grant))).toEqual(plan);
  });

  test("a product without scopes of its own asks for no consent", () => {
    expect(planScopes(["READ"], undefined, [])).toEqual({ asked: [], toAccept: [], dropped: [] });
  });
});

describe("requireAccepted", () => {
  const plan = planScopes(["cranes.read", "cranes.write"], LISTED, []);

  test.each<[string, "all" | readonly string[]]>([
    ["all", "all"],
    ["each by name", ["cranes.write", "cranes.read"]],
    ["more than is asked for", ["cranes.read", "cranes.write", "berths.read"]],
  ])("accepts %s", (_name, accepted) => {
    expect(() => requireAccepted(plan, accepted, "Bell")).not.toThrow();
  });

  test.each<[readonly string[], string, readonly object[]]>([
    [[], "Bell asks for 2 scopes that were not accepted: cranes.read, cranes.write", [READ, WRITE]],
    [["cranes.read"], "Bell asks for a scope that was not accepted: cranes.write", [WRITE]],
    [["CRANES.READ", "cranes.write"], "Bell asks for a scope that was not accepted: cranes.read", [READ]],
  ])("refuses %j with what is missing", (accepted, message, scopes) => {
    let thrown: unknown;
    try {
      requireAccepted(plan, accepted, "Bell");
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(CallboardError);
    expect(thrown).toMatchObject({ code: "SCOPES_NOT_ACCEPTED", status: 409, message, extra: { scopes } });
  });
});

test("grants keep their time and actor, and what is no longer asked for is no longer granted", () => {
  const granted = [grant("cranes.read"), grant("berths.read")];
  const plan = planScopes(["cranes.read", "cranes.write"], LISTED, granted);
  expect(grantsAfter(plan, granted, { grantedAt: 9, grantedBy: "token:bob" })).toEqual([
    { scope: "cranes.read", grantedAt: 1, grantedBy: "token:ada" },
    { scope: "cranes.write", grantedAt: 9, grantedBy: "token:bob" },
  ]);
});
