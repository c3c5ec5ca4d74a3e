import { statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, expect, test } from "vitest";
import { CallboardError } from "../../../../src/errors.ts";
import { asDiskFull, requireSpace } from "../../../../src/host/care/disk-space.ts";

describe("space for a file", () => {
  const countFree = () => {
    const { bavail, bsize } = statfsSync(tmpdir());
    return bavail * bsize;
  };

  test("is there for a small one", async () => {
    await expect(requireSpace(tmpdir(), 1)).resolves.toBeUndefined();
  });

  test("is not there for one that leaves less than 64 MiB", async () => {
    // Other programs write to the disk meanwhile.
    await expect(requireSpace(tmpdir(), countFree() - 32 * 1024 ** 2)).rejects.toMatchObject({
      code: "DISK_FULL",
      message: expect.stringMatching(
        / has [\d,]+ MiB free, and the file needs [\d,]+ MiB and 64 MiB beside it/,
      ) as string,
    });
  });
});

describe("an error of a full disk", () => {
  const withCode = (code: string) => Object.assign(new Error(code), { code });
  test.each(["ENOSPC", "EDQUOT", "SQLITE_FULL", "SQLITE_IOERR"])("%s is named", (code) => {
    const wrapped = new CallboardError("STORAGE", "The database can't be written", { cause: withCode(code) });
    for (const error of [withCode(code), wrapped])
      expect(asDiskFull(error, "/b")).toMatchObject({ code: "DISK_FULL", cause: error });
  });

  test.each(["EACCES", "SQLITE_BUSY", "ENOSPC2"])("%s stays as it is", (code) => {
    const error = withCode(code);
    expect(asDiskFull(error, "/b")).toBe(error);
    expect(asDiskFull("text", "/b")).toBe("text");
  });
});
