import { expect, test } from "vitest";
import { notWritten } from "../../../src/cli/not-written.ts";

const failed = (code: string) => Object.assign(new Error(code), { code, syscall: "open" });

test.each([
  ["ENOSPC", "DISK_FULL", "the disk is full"],
  ["EDQUOT", "DISK_FULL", "the disk quota is used up"],
  ["ENOENT", "ENOENT", "its directory does not exist"],
  ["EROFS", "EROFS", "the file system is read-only"],
])("%s is reported as %s, in words", (system, code, why) => {
  expect(notWritten("a/b.sqlite", failed(system))).toMatchObject({
    ending: "failed",
    code,
    message: `a/b.sqlite can't be written: ${why}`,
  });
});
