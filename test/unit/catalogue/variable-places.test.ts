import { expect, test } from "vitest";
import { listVariablePlaces } from "../../../src/catalogue/variable-places.ts";

const variablePlaces = [
  ["project", "/issue/fields/project"],
  ["project.id", "/version/projectId"],
  ["a/b", "/x~1y"],
] as const;

test.each([
  ["crane.id", [["crane", "id"]]],
  ["project", [["project"], ["issue", "fields", "project"]]],
  [
    "project.id",
    [
      ["project", "id"],
      ["issue", "fields", "project", "id"],
      ["version", "projectId"],
    ],
  ],
  ["projects.id", [["projects", "id"]]],
  ["a/b", [["a/b"], ["x/y"]]],
])("%s can be at %j", (variable, places) => {
  expect(listVariablePlaces(variable, { variablePlaces })).toEqual(places);
});
