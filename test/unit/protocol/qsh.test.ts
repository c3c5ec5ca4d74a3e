import { createQueryStringHash, fromMethodAndUrl } from "atlassian-jwt";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resolveWebhooks } from "../../../src/host/descriptor/resolve.ts";
import { expandUrl } from "../../../src/host/model/variables.ts";
import {
  parseBasePath,
  canonicalRequest,
  queryStringHash,
  requestTarget,
} from "../../../src/protocol/qsh.ts";

const BASE = "https://addon.example/ctx";

/** Request target, canonical request and the hash that atlassian-jwt 2.0.3 gives for it. */
const VECTORS = [
  [
    "/ctx/webhooks/x",
    "POST&/webhooks/x&",
    "43a6b1ebe91cafc5b57c075cbde16102515008fa8de59b508e9620d4f1991398",
  ],
  [
    "/ctx/webhooks/x/",
    "POST&/webhooks/x&",
    "43a6b1ebe91cafc5b57c075cbde16102515008fa8de59b508e9620d4f1991398",
  ],
  ["/ctx", "POST&/&", "6dfb58321692d08d44565d1331846fc24e7dc08b33259d262f4eff79b21d8e05"],
  ["/ctx/", "POST&/&", "6dfb58321692d08d44565d1331846fc24e7dc08b33259d262f4eff79b21d8e05"],
  [
    "/ctx/x?a=2&a=1&a=10",
    "POST&/x&a=1,10,2",
    "3144b125f8761a05c0e3bca5babfb6b9752abcc3af866dd8e2be77820b30fb94",
  ],
  [
    "/ctx/x?a=1%2C2&a=0",
    "POST&/x&a=0,1%2C2",
    "74d0cbbb682c39f4ad07f6ca094a5fc6a43c995e47ad8c7b32990168d50c7424",
  ],
  [
    "/ctx/x?t=~*!()'-._",
    "POST&/x&t=~%2A%21%28%29%27-._",
    "348cb5052833baac9ac8d7faa4d279cf1f836a41699a9f8e7f3564d31f0981b4",
  ],
  ["/ctx/p&q", "POST&/p%26q&", "7b4ddc7b663d999bbc0746b8de18d97f5b870eef4f7211aeb2968a24396a0c28"],
  [
    "/ctx/webhooks/issue?user_id=admin&user_key=admin",
    "POST&/webhooks/issue&user_id=admin&user_key=admin",
    "a26ecdba012765765eadf2b60c53af60ac628916c1c8ee53681101db3a3daf1d",
  ],
] as const;

describe("canonical request", () => {
  test.each(VECTORS)("the canonical request of %s equals the vector", (target, canonical, hash) => {
    expect(canonicalRequest("post", target, "/ctx")).toBe(canonical);
    expect(queryStringHash(canonical)).toBe(hash);
    expect(createQueryStringHash(fromMethodAndUrl("POST", target), false, BASE)).toBe(hash);
  });

  test.each([
    ["/application/hook", "/app", "POST&/application/hook&", "a base path ends at a segment"],
    ["/app/x", "", "POST&/app/x&", "no base path"],
    ["/app/x", "/app/", "POST&/x&", "a base path with a trailing slash"],
    ["/x//", "", "POST&/x/&", "one trailing slash goes"],
    ["/x?jwt=abc&a=1", "", "POST&/x&a=1", "the token's own parameter does not count"],
    ["/x?a", "", "POST&/x&a=", "a name without a value"],
    ["/x?a=1&__proto__=2", "", "POST&/x&__proto__=2&a=1", "__proto__ counts like any name"],
    ["/x?a=1+2", "", "POST&/x&a=1%202", "plus means space"],
    ["/x?a=%c3%a9", "", "POST&/x&a=%C3%A9", "hexadecimal digits are upper case"],
    ["/x?a=%FF", "", "POST&/x&a=%FF", "bytes that are no UTF-8 stay what they are"],
    ["/x?a=%zz", "", "POST&/x&a=%25zz", "a stray percent sign stands for itself"],
    ["/x?a[b]=1", "", "POST&/x&a%5Bb%5D=1", "brackets do not nest"],
    ["/x?&&a=1&", "", "POST&/x&a=1", "empty pairs do not count"],
    ["/x?a=b=c?d", "", "POST&/x&a=b%3Dc%3Fd", "only the first = separates"],
    ["/x?b=1&a=1&B=1", "", "POST&/x&B=1&a=1&b=1", "names are sorted by code unit"],
    ["/a%2Fb", "", "POST&/a%2Fb&", "the path stays percent-encoded as it came"],
    ["?a=1", "", "POST&/&a=1", "a query without a path"],
    ["/x?=1", "", "POST&/x&=1", "a value without a name"],
    ["/x?a=%FF\u00fc%01-", "", "POST&/x&a=%FF%C3%BC%01-", "beside such bytes, text is UTF-8"],
    ["/x?a=%FF%20%2a", "", "POST&/x&a=%FF%20%2A", "beside such bytes, what is encoded stays so"],
    ["", "/app", "POST&/&", "nothing at all"],
    ["x", "", "POST&/x&", "a path without its slash"],
  ])("the canonical request of %s below %j is %s: %s", (target, base, canonical) => {
    expect(canonicalRequest("POST", target, base)).toBe(canonical);
  });

  test("every UTF-8 query has the hash that atlassian-jwt computes", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 8 });
    const name = text.filter((value) => value !== "" && value !== "__proto__" && value !== "jwt");
    fc.assert(
      fc.property(fc.array(fc.tuple(name, text), { maxLength: 6 }), (pairs) => {
        const query = pairs.map((pair) => pair.map(encodeURIComponent).join("=")).join("&");
        const target = query === "" ? "/ctx/x" : `/ctx/x?${query}`;
        expect(queryStringHash(canonicalRequest("POST", target, "/ctx"))).toBe(
          createQueryStringHash(fromMethodAndUrl("POST", target), false, BASE),
        );
      }),
    );
  });

  test("a canonical request is canonical again after a second pass", () => {
    fc.assert(
      fc.property(fc.string(), (query) => {
        const [, , ...rest] = canonicalRequest("POST", `/x?${query}`, "").split("&");
        const canonical = rest.join("&");
        // A repeated name is written with commas, which read back as one value.
        fc.pre(!canonical.includes(","));
        expect(canonicalRequest("POST", `/x?${canonical}`, "")).toBe(`POST&/x&${canonical}`);
      }),
    );
  });
});

test.each([
  ["https://a.example", "/"],
  ["https://a.example?x=1", "/?x=1"],
  ["https://a.example/p//q?x=%7e#frag", "/p//q?x=%7e"],
  ["http://u@a.example:8080/p", "/p"],
  ["http:///p", "/p"],
  ["https://a.example#frag", "/"],
  ["https://a.example/p#a\n#b", "/p"],
])("the request target of %s is %s", (url, target) => {
  expect(requestTarget(url)).toBe(target);
});

test.each([
  ["https://a.example", ""],
  ["https://a.example/", ""],
  ["https://a.example/ctx/", "/ctx"],
  ["https://a.example/a/b?x", "/a/b"],
  ["https://a.example/a?xy/z\n/", "/a"],
  ["https://a.example/ctx///", "/ctx"],
  ["https://a.example//ctx", "//ctx"],
])("the base path of %s is %j", (baseUrl, path) => {
  expect(parseBasePath(baseUrl)).toBe(path);
});

describe("webhook requests have the hash that atlassian-jwt computes from the wire", () => {
  const BASES = [
    "https://addon.example",
    "https://addon.example/",
    "https://addon.example/ctx",
    "http://127.0.0.1:3000/a/b/",
  ];
  const PAYLOAD = {
    issue: { key: "DEMO-7", fields: { summary: "ü & 'x' (1)*! +%7e/?" } },
    project: { id: 10 },
  };
  const VALUES = [
    "7",
    "",
    "{issue.key}",
    "x-${issue.key}-{project.id}",
    "{issue.fields.summary}",
    "{issue.nothing}",
    "a b",
    "a+b",
    "a&b=c",
    "a,b",
    "a/b?c#d",
    "%41%zz",
    "~*!()'-._",
    "ü€😀",
    "{no}",
    "[x]",
    '"quoted"',
  ];
  /** The url of a module, and its params: each value once as a param, once beside a query, once written in the url. */
  const WEBHOOKS: readonly (readonly [url: string, params: Readonly<Record<string, string>>])[] = [
    ...VALUES.map((value) => ["/hooks/created", { board: value }] as const),
    ...VALUES.map((value, index) => [`hooks/x${index}?z=1&B=2&z=0`, { a: value, "Z.~-_": value }] as const),
    ...[
      "/",
      "/hooks",
      "/hooks/",
      "/hooks?a",
      "/hooks?a=",
      "/hooks?a=1&a=2&a=10",
      "/hooks?a=1%2C2&a=0",
      "/hooks?b=1&a=2",
      "/hooks?a=%C3%BC",
      "/hooks?a=ü",
      "/hooks?i={issue.key}&s={issue.fields.summary}",
      "/hooks?i=${issue.key}",
      "/p&q",
      "/it's?a='b'",
      "/grüße",
      "/hooks?a=b=c?d",
      "?event=x",
    ].map((url) => [url, { board: "7", issue: "{issue.key}" }] as const),
  ];
  const cases = BASES.flatMap((baseUrl) => WEBHOOKS.map(([url, params]) => [baseUrl, url, params] as const));

  test("the cases cover 51 forms below 4 base URLs", () => {
    expect([WEBHOOKS.length, cases.length]).toEqual([51, 204]);
  });

  test.each(cases)("%s and %s with %j", (baseUrl, url, params) => {
    const [webhook] = resolveWebhooks({ baseUrl, webhooks: [{ event: "a", url, params }] });
    const { url: sent } = expandUrl(webhook!.resolvedUrl, PAYLOAD);
    const target = requestTarget(sent);
    // The wire has the target letter by letter: no URL parser on the way may read another one.
    expect(new URL(sent).href).toBe(sent);

    const ours = queryStringHash(canonicalRequest("POST", target, parseBasePath(baseUrl)));
    expect(ours).toBe(createQueryStringHash(fromMethodAndUrl("POST", target), false, baseUrl));
  });
});
