import { expect, test } from "vitest";
import { describeFileError, findFileErrorCode } from "../../src/file-errors.ts";

const failed = (code: string) =>
  Object.assign(new Error(`${code}: of the system`), { code, syscall: "open", path: "/x" });

test.each([
  ["ENOSPC", "the disk is full"],
  ["EROFS", "the file system is read-only"],
  ["ENOENT", "there is no such file"],
  ["EMFILE", "EMFILE: of the system"],
])("%s is told in words", (code, words) => {
  expect(describeFileError(failed(code))).toBe(words);
});

test("what is missing can be the directory", () => {
  expect(describeFileError(failed("ENOENT"), "its directory does not exist")).toBe(
    "its directory does not exist",
  );
});

test("only an error of the system has a code of a file", () => {
  expect(findFileErrorCode(failed("EACCES"))).toBe("EACCES");
  expect(findFileErrorCode(Object.assign(new Error("x"), { code: "SQLITE_BUSY" }))).toBeUndefined();
});
