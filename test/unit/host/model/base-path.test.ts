/** The path of the base URL: removed from requests, added to links, refused where it would be ambiguous. */
import { describe, expect, test } from "vitest";
import {
  toBasePath,
  basePathProblem,
  belowBasePath,
  createHref,
} from "../../../../src/host/model/base-path.ts";

test("a trailing slash is removed", () => {
  expect(["https://a.test", "https://a.test/", "https://a.test/x/y/", undefined].map(toBasePath)).toEqual([
    "",
    "",
    "/x/y",
    "",
  ]);
});

test("links begin with the base path, other texts are unchanged", () => {
  const href = createHref("/hooks/callboard");
  expect(["/admin", "/", "#part", "https://a.test/x", ""].map(href)).toEqual([
    "/hooks/callboard/admin",
    "/hooks/callboard/",
    "#part",
    "https://a.test/x",
    "",
  ]);
  expect(createHref("")("/admin")).toBe("/admin");
});

describe("belowBasePath", () => {
  test.each([
    ["/hooks/callboard/admin?x=1", "/admin?x=1"],
    ["/hooks/callboard", "/"],
    ["/hooks/callboard?x=1", "/?x=1"],
    ["/hooks/callboard/", "/"],
    ["/admin", "/admin"],
    ["/hooks/callboardx/admin", "/hooks/callboardx/admin"],
    ["/hooks", "/hooks"],
    ["/", "/"],
  ])("%s is %s below /hooks/callboard", (url, below) => {
    expect(belowBasePath(url, "/hooks/callboard")).toBe(below);
  });

  // The site jira below https://example.com/jira is https://example.com/jira/jira.
  test.each([
    ["/jira/rest/plugins/1.0/", "/jira/rest/plugins/1.0/"],
    ["/jira/jira/rest/plugins/1.0/", "/jira/rest/plugins/1.0/"],
    ["/jira/ingest?event=x", "/jira/ingest?event=x"],
    ["/jira/jira/ingest/token", "/jira/ingest/token"],
    ["/jira/services/v5/x", "/jira/services/v5/x"],
    ["/jira/api/v2/projects/P/webhooks", "/jira/api/v2/projects/P/webhooks"],
    ["/jira/api/v1/sites", "/api/v1/sites"],
    ["/jira/admin", "/admin"],
    ["/jira", "/"],
  ])("%s is %s if the base path looks like a site", (url, below) => {
    expect(belowBasePath(url, "/jira")).toBe(below);
  });
});

describe("basePathProblem", () => {
  test("a base path has letters, digits and . _ ~ - only", () => {
    expect(["", "/hooks", "/hooks/call-board_1.0~x", "/jira"].map(basePathProblem)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    const wrong = ["/a;b", "/a//b", "/a%20b", "/a'b", "/a b"];
    expect(wrong.filter((path) => basePathProblem(path) === undefined)).toEqual([]);
  });
  test("a path of the server itself is refused", () => {
    const own = ["/admin", "/admin/x", "/api", "/api/v1", "/assets", "/docs", "/keys", "/healthz", "/schema"];
    expect(own.filter((path) => basePathProblem(path) === undefined)).toEqual([]);
    expect(["/api/callboard", "/administration", "/v1/api"].map(basePathProblem)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
