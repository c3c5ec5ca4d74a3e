import { expect, test } from "vitest";
import { hostsEntry } from "../../../../src/host/model/hosts-entry.ts";

test.each([
  ["http://127.0.0.1:8080", undefined, "http://admin:word@localhost:8080/jira"],
  ["http://127.0.0.1", undefined, "http://admin:word@localhost/jira"],
  ["http://127.0.0.10:8080/", "/confluence", "http://admin:word@127.0.0.10:8080/confluence"],
  ["https://hooks.example/", undefined, "https://admin:word@hooks.example/jira"],
  [
    "https://hooks.example/callboard/",
    "/confluence",
    "https://admin:word@hooks.example/callboard/confluence",
  ],
])("of %s with the product path %j", (url, path, entry) => {
  expect(hostsEntry(url, "word", path)).toBe(entry);
});
