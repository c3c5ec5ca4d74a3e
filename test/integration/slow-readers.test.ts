/** Clients that read slowly: what is written for them stays bounded, however much there is. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestHost } from "../support/host.ts";
import { startServeProcess } from "../support/serve-process.ts";
import type { ServeProcess } from "../support/serve-process.ts";
import { executeOn } from "../support/sqlite-statement.ts";

const TOKEN = randomBytes(18).toString("hex");
const EVENTS = 25_000;
const BODY_BYTES = 8_000;
/** Of 200 MB that there are to write. Garbage collection comes and goes in between. */
const MAX_GROWTH_BYTES = 60_000_000;
const READING_SECONDS = 8;

let folder: string;
let host: ServeProcess;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "callboard-slow-"));
  const env = { CALLBOARD_DATA_DIR: folder, CALLBOARD_ADMIN_TOKEN: TOKEN };
  const made = await startTestHost(env);
  await made.host.stop();
  await executeOn(
    join(folder, "callboard.sqlite"),
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${EVENTS})
     INSERT INTO callboard_event (site_no, id, name, lane, body, body_size)
     SELECT 1, printf('019a0000000070008%011x0000', i), 'jira:issue_created', 0,
       '{"text":"' || printf('%.*c', ${BODY_BYTES}, 'x') || '"}', ${BODY_BYTES} FROM n`,
  );
  host = await startServeProcess({
    command: process.execPath,
    args: [join(import.meta.dirname, "../../bin/callboard.cjs"), "serve", "--port", "0"],
    cwd: folder,
    env,
  });
}, 60_000);
afterAll(async () => {
  host.send("SIGTERM");
  await host.ended;
  rmSync(folder, { recursive: true, force: true });
});

/** Memory of the server that is in use, in bytes. */
async function readMemory(): Promise<number> {
  const text = await (
    await fetch(`${host.url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })
  ).text();
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]);
}

/** Sends a request whose response is read only when it is asked for. */
async function open(path: string): Promise<Socket> {
  const { hostname, port } = new URL(host.url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.pause();
  await new Promise((resolve) => socket.once("connect", resolve));
  socket.write(
    `GET /api/v1${path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\nauthorization: Bearer ${TOKEN}\r\nconnection: close\r\n\r\n`,
  );
  return socket;
}

test.each(["/sites/jira/export/events"])(
  "%s, read with 1 KB/s by three clients",
  async (path) => {
    // What it costs at all, with a reader that is fast.
    const first = await fetch(`${host.url}/api/v1${path}?until=2020-01-01T00:00:00Z`, {
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    expect(await first.text()).toBe("");
    const before = await readMemory();
    const sockets = [await open(path), await open(path), await open(path)];
    let read = 0;
    let most = 0;
    for (let second = 0; second < READING_SECONDS; second += 1) {
      await pause(1_000);
      for (const socket of sockets) read += (socket.read(1_024) as Buffer | null)?.length ?? 0;
      most = Math.max(most, await readMemory());
    }
    expect(read).toBeGreaterThan(1_024);
    expect(most - before).toBeLessThan(MAX_GROWTH_BYTES);
    for (const socket of sockets) socket.destroy();
  },
  60_000,
);

test("a client that reads everything gets every line, and the server's memory stays bounded", async () => {
  const before = await readMemory();
  const response = await fetch(`${host.url}/api/v1/sites/jira/export/events`, {
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  let [lines, most] = [0, 0];
  const decoder = new TextDecoder();
  let looked = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    lines += decoder.decode(chunk, { stream: true }).split("\n").length - 1;
    if (lines - looked < 5_000) continue;
    looked = lines;
    most = Math.max(most, await readMemory());
  }
  expect(lines).toBe(EVENTS);
  expect(most - before).toBeLessThan(2 * MAX_GROWTH_BYTES);
}, 60_000);
