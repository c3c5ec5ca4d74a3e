/** The unit of deploy/systemd, as systemd itself reads it. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { unknownKeys } from "../../src/config.ts";
import { startReceiver } from "../support/http-receiver.ts";
import { OTHER_MAJORS, installNode } from "../support/node-versions.ts";
import { startServeProcess } from "../support/serve-process.ts";
import { ROOT, describeWith, readFromRoot, requireProgram, runProgram } from "./programs.ts";

const unit = readFromRoot("deploy/systemd/callboard.service");
/** Out of 10: 0 is exposed to nothing. A service without any of these settings has 9.6. */
const MAX_EXPOSURE = 1.4;

const OWN_MAJOR = Number(process.versions.node.split(".")[0]);

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

describeWith(["systemd-analyze", "strace"], "the system calls of a server", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "callboard-calls-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Lists the calls of sets such as @system-service, of the sets in them, too. */
  function listCalls(sets: readonly string[]): readonly string[] {
    return sets.flatMap((set) => {
      if (!set.startsWith("@")) return [set];
      const { out } = runProgram("systemd-analyze", ["syscall-filter", set]);
      const members = out
        .split("\n")
        .slice(1)
        .map((line) => line.trim());
      return listCalls(members.filter((member) => member !== "" && !member.startsWith("#")));
    });
  }
  const [allowed, denied] = [/^SystemCallFilter=([^~].*)$/m, /^SystemCallFilter=~(.*)$/m].map((pattern) =>
    (pattern.exec(unit)?.[1] ?? "").split(" "),
  );

  test.each([OWN_MAJOR, ...OTHER_MAJORS])("are in the unit's list, on Node %s", async (major) => {
    const node = major === OWN_MAJOR ? process.execPath : installNode(major);
    const calls = join(folder, `calls-${major}`);
    const env = { CALLBOARD_DATA_DIR: join(folder, `data-${major}`) };
    const program = join(ROOT, "bin/callboard.cjs");
    const server = await startServeProcess({
      command: requireProgram("strace"),
      args: ["-f", "-c", "-o", calls, node, program, "serve", "--port", "0"],
      cwd: folder,
      env,
    });
    const receiver = await startReceiver();
    const callboard = (...args: string[]) =>
      promisify(execFile)(node, [program, ...args], { env: { PATH: process.env["PATH"], ...env } });
    await callboard("webhooks", "add", "--site", "jira", "--name", "Board", receiver.url);
    await callboard("trigger", "jira:issue_created", "--site", "jira", "--wait");
    await receiver.close();
    server.send("SIGTERM");
    await server.ended;

    const made = [...readFileSync(calls, "utf8").matchAll(/^ *\d.* ([a-z_0-9]+)$/gm)].map(
      ([, name = ""]) => name,
    );
    expect(made).toContain("epoll_create1");
    const list = new Set(listCalls(allowed ?? []));
    for (const call of listCalls(denied ?? [])) list.delete(call);
    // As root, SQLite gives its files the owner of the database. The unit's user is not root.
    expect(made.filter((call) => !list.has(call) && !/^(?:total|fchown)$/.test(call))).toEqual([]);
  });
});

test("the unit and its environment name settings that exist", () => {
  const lines = [...unit.split("\n"), ...readFromRoot("deploy/systemd/callboard.env").split("\n")];
  const keys = lines.flatMap((line) => /^#?(?:Environment=)?(CALLBOARD_\w+)=/.exec(line)?.[1] ?? []);
  expect(keys.length).toBeGreaterThan(5);
  expect(unknownKeys(Object.fromEntries(keys.map((key) => [key, ""])))).toEqual([]);
});
