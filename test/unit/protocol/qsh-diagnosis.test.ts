import { expect, test } from "vitest";
import { diagnoseQsh } from "../../../src/protocol/qsh-diagnosis.ts";
import { queryStringHash } from "../../../src/protocol/qsh.ts";

const REQUEST = { method: "POST", rawUrl: "/app/hook%20s?b=1%2C2&a=it's%20x", basePath: "/app" };

test.each([
  ["POST&/app/hook%20s&a=it%27s%20x&b=1%2C2", "the path of the baseUrl"],
  ["POST&/app/app/hook%20s&a=it%27s%20x&b=1%2C2", "the path of the baseUrl twice"],
  ["POST&/hook%20s&", "leaves the query out"],
  ["GET&/hook%20s&a=it%27s%20x&b=1%2C2", "signed for GET"],
  ["POST&/hook%20s&b=1%2C2&a=it's%20x", "neither sorted nor re-encoded"],
  ["POST&/hook%20s/&a=it%27s%20x&b=1%2C2", "a trailing slash"],
  ["POST&/hook+s&a=it%27s+x&b=1%2C2", "as + instead of %20"],
  ["POST&/hook%20s&a=it%27s%20x&b=1,2", "a comma in a value"],
  ["POST&/hook%20s&a=it's%20x&b=1%2C2", "leaves ! ' ( ) *"],
  ["POST&/hook s&a=it%27s%20x&b=1%2C2", "percent-decoded"],
])("the hash of %s is explained: %s", (canonical, words) => {
  const mistake = diagnoseQsh(queryStringHash(canonical), REQUEST);
  expect(mistake?.canonical).toBe(canonical);
  expect(mistake?.explanation).toContain(words);
});

test.each([
  ["POST&/app/hook%20s&", "it includes the path of the baseUrl and leaves the query out"],
  ["POST&/hook%20s", "it lacks the last & of an empty query"],
  ["PUT&/hook%20s&a=it%27s%20x&b=1%2C2", "it was signed for PUT"],
  ["DELETE&/hook%20s&a=it%27s%20x&b=1%2C2", "it was signed for DELETE"],
  ["post&/hook%20s&a=it%27s%20x&b=1%2c2", "it is in lower case"],
  ["POST&/hook%20s&b=1%2C2&a=it's%20x", "its query is neither sorted nor re-encoded"],
])("the hash of %s is explained whole: %s", (canonical, explanation) => {
  expect(diagnoseQsh(queryStringHash(canonical), REQUEST)).toEqual({ canonical, explanation });
});

test.each([
  ["a request without a query", { method: "get", rawUrl: "/hook", basePath: "" }, "GET&/hook&"],
  ["a request of no path", { method: "GET", rawUrl: "?a=1", basePath: "" }, "GET&/&a=1"],
  [
    "a request whose path can't be decoded",
    { method: "GET", rawUrl: "/%FF?a=1", basePath: "" },
    "GET&/%FF&a=1",
  ],
])("the right hash of %s is no mistake", (_what, request, canonical) => {
  expect(diagnoseQsh(queryStringHash(canonical), request)).toBeUndefined();
});

test("the mistakes of a request without a base path are found as well", () => {
  const request = { method: "GET", rawUrl: "/hook?a=1", basePath: "" };
  expect(diagnoseQsh(queryStringHash("POST&/hook&a=1"), request)?.explanation).toBe("it was signed for POST");
  expect(diagnoseQsh(queryStringHash("GET&/hook/&a=1"), request)?.explanation).toBe(
    "its path keeps a trailing slash",
  );
});

test("an unrelated hash has no explanation", () => {
  expect(diagnoseQsh(queryStringHash("POST&/other&"), REQUEST)).toBeUndefined();
});

test("a request with a path alone has no query to leave out, sort or re-encode", () => {
  const request = { method: "GET", rawUrl: "/hook", basePath: "" };
  expect(diagnoseQsh(queryStringHash("GET&/hook"), request)?.explanation).toBe(
    "it lacks the last & of an empty query",
  );
  expect(diagnoseQsh(queryStringHash("GET&/hook/&"), request)?.explanation).toBe(
    "its path keeps a trailing slash",
  );
});

test("a query without a path is left out of its root", () => {
  const request = { method: "get", rawUrl: "?b=2&a=1", basePath: "" };
  expect(diagnoseQsh(queryStringHash("GET&/&"), request)?.explanation).toBe("it leaves the query out");
  expect(diagnoseQsh(queryStringHash("GET&/&b=2&a=1"), request)?.explanation).toBe(
    "its query is neither sorted nor re-encoded",
  );
});
