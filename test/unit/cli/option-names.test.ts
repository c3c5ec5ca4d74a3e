import { expect, test } from "vitest";
import { findOptions } from "../../../src/cli/option-names.ts";

const NAMES = new Set(
  "<url> --batch --body-filter --event --headers --order-by --rate --retry-delays --request-timeout --slots --tls-key --authentication".split(
    " ",
  ),
);

test.each([
  ["/url", "<url>"],
  ["/orderBy", "--order-by"],
  ["/tls/key", "--tls-key"],
  ["/batch/max", "--batch"],
  ["/batch/withinMs", "--batch"],
  ["/bodyFilter/issue.key/0", "--body-filter"],
  ["/events/3", "--event"],
  ["/pace/rate/per", "--rate"],
  ["/pace/slots", "--slots"],
  ["/pace/timeoutMs", "--request-timeout"],
  ["/pace/retryDelaysMs/2", "--retry-delays"],
  ["/authentication/tokenUrl", "--authentication"],
  // A header of this name is no URL.
  ["/headers/url", "--headers"],
])("the member %s is given by %s", (pointer, option) => {
  expect(findOptions([pointer], NAMES)).toEqual([option]);
});

test("a member that no option gives has none, and an option stands once", () => {
  expect(findOptions(["", "/nothing", "/site"], NAMES)).toEqual([]);
  expect(findOptions(["/batch/max", "/url", "/batch/withinMs"], NAMES)).toEqual(["--batch", "<url>"]);
});
