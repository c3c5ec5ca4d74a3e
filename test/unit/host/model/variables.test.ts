import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PRODUCTS, listEvents, findEventType, getProduct } from "../../../support/products.ts";
import { expandUrl, hasVariables } from "../../../../src/host/model/variables.ts";
import { anyCharacter } from "../../../support/properties.ts";

const issueCreated = findEventType("jira", "jira:issue_created")?.sample();

const JIRA_PLACES = getProduct("jira").variablePlaces;

describe("a variable", () => {
  test.each(["/hook?key={issue.key}", "/hook?key=${issue.key}"])("is replaced in %s", (url) => {
    expect(hasVariables(url)).toBe(true);
    expect(expandUrl(url, issueCreated)).toEqual({ url: "/hook?key=PIER-17", missing: [] });
  });

  test.each(["/hook", "/hook?a={b}", "/hook?a={}", "/hook/{a.}", "/a{.b}", "/{{a}}"])(
    "is not in %s",
    (url) => {
      expect(hasVariables(url)).toBe(false);
      expect(expandUrl(url, issueCreated)).toEqual({ url, missing: [] });
    },
  );

  test("without a value becomes empty and is listed once", () => {
    expect(expandUrl("/x?a={issue.nothing}&b={issue.nothing}&c={no.such}&d=1", issueCreated)).toEqual({
      url: "/x?a=&b=&c=&d=1",
      missing: ["issue.nothing", "no.such"],
    });
  });

  test.each([
    ["a b&c=d", "a%20b%26c%3Dd"],
    ["*!'()", "%2A%21%27%28%29"],
    ["é/../€", "%C3%A9%2F..%2F%E2%82%AC"],
    ["{issue.key}", "%7Bissue.key%7D"],
    ["$&$1", "%24%26%241"],
    [17, "17"],
    [true, "true"],
    ["\ud800", "%EF%BF%BD"],
  ])("of the value %j becomes %s", (value, encoded) => {
    expect(expandUrl("/x?v={a.b}", { a: { b: value } })).toEqual({ url: `/x?v=${encoded}`, missing: [] });
  });

  test("of a text that no URL has room for counts as missing", () => {
    expect(expandUrl("/x?v={a.b}", { a: { b: "k".repeat(1_000) } }).missing).toEqual([]);
    expect(expandUrl("/x?v={a.b}", { a: { b: "k".repeat(1_001) } })).toEqual({
      url: "/x?v=",
      missing: ["a.b"],
    });
  });

  test.each([".", "..", "...", "", null, {}, ["x"]])("of the value %j counts as missing", (value) => {
    expect(expandUrl("/x/{a.b}/y", { a: { b: value } })).toEqual({ url: "/x//y", missing: ["a.b"] });
  });

  test("never reaches what the payload inherits", () => {
    expect(expandUrl("{a.constructor.name}{a.__proto__.x}", { a: {} }).missing).toHaveLength(2);
  });

  test("never lets a value change the path or the other parameters", () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (value) => {
        const { url } = expandUrl("https://addon.example/base/{a.b}/hook?k={a.b}&z=1", { a: { b: value } });

        const parsed = new URL(url);
        expect(parsed.pathname).toMatch(/^\/base\/[^/]*\/hook$/);
        expect([...parsed.searchParams.keys()]).toEqual(["k", "z"]);
        expect(parsed.hash).toBe("");
      }),
    );
  });
});

describe("the names of the catalogue", () => {
  test.each([
    ["jira:issue_created", "project.id", "10040"],
    ["jira:issue_created", "project.key", "PIER"],
    ["comment_created", "comment.id", "30500"],
    ["comment_created", "project.key", "PIER"],
    ["worklog_created", "issue.id", "20417"],
    ["project_created", "project.id", "10040"],
    ["jira:version_created", "version.id", "10210"],
    ["jira:version_created", "project.id", "10040"],
    ["jira:version_merged", "mergedVersion.id", "10209"],
    ["user_created", "modifiedUser.accountId", "712020%3Aexample-oscar-takeda"],
    ["sprint_created", "sprint.id", "77"],
    ["board_configuration_changed", "board.id", "12"],
    ["issue_property_set", "property.key", "crane.inspection"],
    ["attachment_created", "attachment.id", "50010"],
  ])("find, in %s, %s as %s", (event, variable, value) => {
    expect(expandUrl(`{${variable}}`, findEventType("jira", event)?.sample(), JIRA_PLACES).url).toBe(value);
  });

  test("are found in the samples, but for what is not in every body of the event", () => {
    const lacking = PRODUCTS.flatMap((product) => listEvents(product)).flatMap(
      ({ product, event, variables, sample }) =>
        variables
          .filter(
            (variable) =>
              expandUrl(`{${variable}}`, sample(), getProduct(product).variablePlaces).missing.length > 0,
          )
          .map((variable) => `${event} ${variable}`),
    );

    expect(
      lacking.filter((each) => !/modifiedUser|project\.key|issue\.key|mergedVersion/.test(each)),
    ).toEqual([]);
  });
});
