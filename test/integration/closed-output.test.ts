/** Whoever reads what a process prints may stop early: `callboard … | head`. */
import { spawn } from "node:child_process";
import type { ChildProcess, StdioOptions } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { waitFor } from "../support/wait-for.ts";

const CALLBOARD = join(import.meta.dirname, "../../bin/callboard.cjs");

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
}

function start(args: readonly string[], stdio: StdioOptions = "pipe"): Running {
  const folder = mkdtempSync(join(tmpdir(), "callboard-unread-"));
  const child = spawn(process.execPath, [CALLBOARD, ...args], { cwd: folder, stdio });
  const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve(code ?? signal)));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  return { child, ended };
}

/** A process whose standard output nobody reads, from the start. */
function unread(args: readonly string[]): Running {
  const running = start(args);
  running.child.stdout?.destroy();
  return running;
}

/** A process whose standard output is on a disk that is full, and that of a server's errors with it. */
function withFullDisk(args: readonly string[]): Running {
  const full = openSync("/dev/full", "w");
  const running = start(args, ["ignore", full, args[0] === "serve" ? full : "pipe"]);
  closeSync(full);
  return running;
}

test("a command ends quietly when nobody reads its result", async () => {
  const { child, ended } = unread(["--help"]);
  let notes = "";
  child.stderr?.on("data", (text: Buffer) => (notes += text.toString()));

  expect(await ended).toBe(0);
  expect(notes).toBe("");
});

test("a server goes on when nobody reads its output, and stops in order", async () => {
  const port = await freePort();
  const { child, ended } = unread(["serve", "--port", String(port)]);
  child.stderr?.destroy();

  await waitFor(
    async () => expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200),
    45_000,
  );
  child.kill("SIGTERM");

  expect(await ended).toBe(0);
});

test("a command whose result cannot be written says so and ends with 1", async () => {
  const { child, ended } = withFullDisk(["--help"]);
  let notes = "";
  child.stderr?.on("data", (text: Buffer) => (notes += text.toString()));

  expect(await ended).toBe(1);
  expect(notes).toContain("the output cannot be written: ENOSPC");
});

test("a server goes on when the disk of its log is full, and stops in order", async () => {
  const port = await freePort();
  const { child, ended } = withFullDisk(["serve", "--port", String(port)]);

  await waitFor(
    async () => expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200),
    45_000,
  );
  child.kill("SIGTERM");

  expect(await ended).toBe(0);
});
