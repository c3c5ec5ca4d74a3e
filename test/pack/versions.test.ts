/** The rules on the newer versions of Node: every unit test, by that Node. */
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { OTHER_MAJORS, installNode } from "../support/node-versions.ts";
import { CLONE } from "./installed.ts";

test.each(OTHER_MAJORS)(
  "unit tests pass on Node %s",
  (major) => {
    const node = installNode(major);
    expect(spawnSync(node, ["--version"], { encoding: "utf8" }).stdout).toMatch(new RegExp(`^v${major}\\.`));
    const { status, stdout, stderr } = spawnSync(
      node,
      [
        "node_modules/vitest/vitest.mjs",
        "run",
        "--project",
        "unit",
        "--reporter",
        "dot",
        "--test-timeout",
        "60000",
        "test/unit",
      ],
      // Without what vitest gives its own processes.
      {
        cwd: CLONE,
        env: { PATH: process.env["PATH"], HOME: process.env["HOME"] },
        encoding: "utf8",
        maxBuffer: 64 * 1024 * 1024,
      },
    );
    expect(status, `${stdout.slice(-10_000)}${stderr.slice(-10_000)}`).toBe(0);
    expect(stdout).toMatch(/Tests .*\d{3,} passed/);
  },
  600_000,
);
