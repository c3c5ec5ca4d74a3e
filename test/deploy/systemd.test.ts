/** The unit of deploy/systemd, as systemd itself reads it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { unknownKeys } from "../../src/config.ts";
import { describeWith, readFromRoot, runProgram } from "./programs.ts";

const unit = readFromRoot("deploy/systemd/callboard.service");
/** Out of 10: 0 is exposed to nothing. A service without any of these settings has 9.6. */
const MAX_EXPOSURE = 1.4;

describeWith(["systemd-analyze"], "the systemd unit", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "callboard-unit-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Node is wherever it is on this machine, and the package is this one. */
  const write = (text: string) => {
    const path = join(folder, "callboard.service");
    writeFileSync(path, text.replace("/usr/bin/node", process.execPath));
    return path;
  };
  const verify = (text: string) => runProgram("systemd-analyze", ["verify", "--man=no", write(text)]);

  test("systemd knows every key and value", () => {
    // A key that it doesn't know is only told: the status is 0 all the same.
    expect(verify(unit)).toEqual({ status: 0, out: "", errors: "" });
    expect(verify(unit.replace("ProtectHome=yes", "ProtectHomes=yes")).errors).toContain("ProtectHomes");
  });

  test("exposes the service to little", () => {
    const { status, errors } = runProgram("systemd-analyze", [
      "security",
      "--offline=true",
      "--no-pager",
      `--threshold=${MAX_EXPOSURE * 10}`,
      write(unit),
    ]);
    expect({ status, errors }).toEqual({ status: 0, errors: "" });
  });
});

test("the unit and its environment name settings that exist", () => {
  const lines = [...unit.split("\n"), ...readFromRoot("deploy/systemd/callboard.env").split("\n")];
  const keys = lines.flatMap((line) => /^#?(?:Environment=)?(CALLBOARD_\w+)=/.exec(line)?.[1] ?? []);
  expect(keys.length).toBeGreaterThan(5);
  expect(unknownKeys(Object.fromEntries(keys.map((key) => [key, ""])))).toEqual([]);
});
