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

test("an unrelated hash has no explanation", () => {
  expect(diagnoseQsh(queryStringHash("POST&/other&"), REQUEST)).toBeUndefined();
});
