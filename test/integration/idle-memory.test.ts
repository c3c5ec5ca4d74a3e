/** A server that has nothing to do gives back what its start needed. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startServeProcess } from "../support/serve-process.ts";
import { waitFor } from "../support/wait-for.ts";

const CALLBOARD = join(import.meta.dirname, "../../bin/callboard.cjs");

function readResidentMB(pid: number): number {
  const kB = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return (Number(kB) * 1024) / 1_000_000;
}

test.runIf(process.platform === "linux")(
  "memory of a start is given back, and the server goes on",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "callboard-idle-"));
    const host = await startServeProcess({
      command: process.execPath,
      args: [CALLBOARD, "serve", "--port", "0"],
      cwd: folder,
    });
    onTestFinished(async () => {
      host.send("SIGTERM");
      expect(await host.ended).toBe(0);
      rmSync(folder, { recursive: true });
    });
    const atFirst = readResidentMB(host.pid);
    // It collects once it used little CPU for 5 s, which takes longer where others keep the machine busy.
    await waitFor(() => expect(readResidentMB(host.pid)).toBeLessThan(atFirst - 10), 60_000);
    const page = await fetch(`${host.url}/api/openapi.json`);
    expect(page.status).toBe(200);
  },
);
