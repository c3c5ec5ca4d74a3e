import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { joinUrl, relativeTo, whyNotRelative } from "../../../../src/host/descriptor/relative-url.ts";
import { resolveUrl } from "../../../../src/host/descriptor/resolve.ts";
import { REFUSED_URLS } from "../../../fixtures/descriptors/refused.ts";
import { runs } from "../../../support/properties.ts";

const base = "https://bell.example.org/app";

describe("refused relative urls", () => {
  test.each(REFUSED_URLS.filter((row): row is readonly [string, string] => typeof row[1] === "string"))(
    "%s",
    (_title, url) => {
      expect(whyNotRelative(url, base)).toMatch(/^[A-Z].*[^.]$/s);
    },
  );
});

describe("an absolute url below baseUrl equals its relative form", () => {
  test.each([
    [base, "https://bell.example.org/app/x?y=1", "/x?y=1"],
    [`${base}/`, "https://bell.example.org/app/x", "/x"],
    [base, "https://bell.example.org/app/x/", "/x/"],
    [base, "HTTPS://Bell.Example.ORG/app/x", "/x"],
    [base, "https://bell.example.org:443/app/x", "/x"],
    [base, "https://bell.example.org/app", "/"],
    [base, "https://bell.example.org/app/", "/"],
    [base, "https://bell.example.org/app?y=1", "/?y=1"],
    [
      base,
      "https://bell.example.org/app/x?i={issue.key}&p=${project.id}",
      "/x?i={issue.key}&p=${project.id}",
    ],
    ["https://bell.example.org", "https://bell.example.org/x", "/x"],
    ["http://127.0.0.1:3000", "http://127.0.0.1:3000/x", "/x"],
  ])("%s and %s", (baseUrl, url, relative) => {
    expect(whyNotRelative(url, baseUrl)).toBeUndefined();
    expect(relativeTo(baseUrl, url)).toBe(relative);
    expect(resolveUrl(baseUrl, url)).toBe(joinUrl(baseUrl, relative));
  });
});

describe("joining baseUrl and url", () => {
  test.each([
    [base, "/x", "https://bell.example.org/app/x"],
    [base, "x", "https://bell.example.org/app/x"],
    [`${base}/`, "/x", "https://bell.example.org/app/x"],
    [`${base}//`, "x", "https://bell.example.org/app/x"],
    ["https://bell.example.org", "?event=x", "https://bell.example.org/?event=x"],
    [base, "/", "https://bell.example.org/app/"],
    [base, "/x/", "https://bell.example.org/app/x/"],
    [base, "/x?a=/b//c?d", "https://bell.example.org/app/x?a=/b//c?d"],
    [
      base,
      "/x?i={issue.key}&p=${project.id}",
      "https://bell.example.org/app/x?i={issue.key}&p=${project.id}",
    ],
    [base, "/x#part", "https://bell.example.org/app/x"],
    [base, '/grüße/"x"', "https://bell.example.org/app/gr%C3%BC%C3%9Fe/%22x%22"],
    [base, "/x?set={a b}".replace(" ", ""), "https://bell.example.org/app/x?set={ab}"],
  ])("%s and %s", (baseUrl, url, joined) => {
    expect(whyNotRelative(url, baseUrl)).toBeUndefined();
    expect(joinUrl(baseUrl, url)).toBe(joined);
  });
});

test("an accepted url stays at the origin and below the path of baseUrl", () => {
  const piece = fc.constantFrom(
    ...Array.from("/\\.@:?#%&={}$;~ \t"),
    "..",
    "//",
    "%2e",
    "%2f",
    "x",
    "é",
    "{issue.key}",
    "http:",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece).map((pieces) => pieces.join("")),
      ),
      (url) => {
        if (whyNotRelative(url, base) !== undefined) return;
        const resolved = new URL(resolveUrl(base, url));
        expect(resolved.origin).toBe("https://bell.example.org");
        expect(resolved.pathname.startsWith("/app/")).toBe(true);
        expect(resolved.hash).toBe("");
      },
    ),
    runs(500),
  );
});

test("without variables, a URL parser leaves the joined url unchanged", () => {
  const piece = fc.constantFrom(...Array.from("/@:?&=;~!$'()*+,[]\"<>^`|"), "%20", "x", "é", "日", "😀");
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const url = `/${pieces.join("")}`;
      if (whyNotRelative(url, base) !== undefined) return;
      const joined = joinUrl(base, url);
      expect(new URL(joined).href).toBe(joined);
    }),
    runs(200),
  );
});

test("a url that leaves baseUrl is never resolved", () => {
  expect(() => resolveUrl(base, "/../admin")).toThrow(
    expect.objectContaining({ code: "DESCRIPTOR_WEBHOOK_URL" }),
  );
});
