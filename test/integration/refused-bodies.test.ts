/** The response to a large body that is refused before it is read reaches every kind of client. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { quickRequest } from "../support/raw-request.ts";

const BYTES = 25 * 1024 ** 2 + 1;
const EVENTS = "/api/v1/sites/jira/events";
const JSON_TYPE = "application/json";

let host: TestHost;
let dir: string;
beforeAll(async () => {
  host = await startTestHost();
  dir = mkdtempSync(join(tmpdir(), "callboard-large-"));
  writeFileSync(join(dir, "body"), Buffer.alloc(BYTES, 0x20));
});
afterAll(async () => {
  await host.stop();
  rmSync(dir, { recursive: true });
});

interface Refused {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The status of every round, or why there is none. */
type Send = (refused: Refused, rounds: number) => Promise<readonly (number | string)[]>;

const SENDER = join(import.meta.dirname, "../support/send-large.mjs");

const byNode =
  (client: "node:http" | "fetch"): Send =>
  ({ path, headers }, rounds) =>
    new Promise((resolve, reject) => {
      const args = [SENDER, client, host.url + path, JSON.stringify(headers), String(BYTES), String(rounds)];
      execFile(process.execPath, args, (error, out) => {
        if (error === null) resolve(JSON.parse(out) as readonly (number | string)[]);
        else reject(new Error(error.message));
      });
    });

const byCurl: Send = async ({ path, headers }, rounds) => {
  const fields = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const args = ["-sS", "-o", "/dev/null", "-w", "%{http_code}", "-X", "POST", ...fields];
  const seen: (number | string)[] = [];
  for (let round = 0; round < rounds; round += 1) {
    seen.push(
      await new Promise((resolve) => {
        execFile("curl", [...args, "--data-binary", `@${dir}/body`, host.url + path], (error, out, notes) =>
          resolve(error === null ? Number(out) : notes),
        );
      }),
    );
  }
  return seen;
};

describe.each([
  ["node:http", 30, byNode("node:http")],
  ["fetch", 30, byNode("fetch")],
  ["curl", 5, byCurl],
])("by %s, %i of as many large bodies get the status", (_client, rounds, send) => {
  test.each([
    ["too large", 413, () => ({ authorization: `Bearer ${host.token}`, "content-type": JSON_TYPE }), EVENTS],
    ["without a token", 401, () => ({ "content-type": JSON_TYPE }), EVENTS],
    [
      "of another type",
      415,
      () => ({ authorization: `Bearer ${host.token}`, "content-type": "text/css" }),
      EVENTS,
    ],
    ["to a path that is not there", 404, () => ({ "content-type": JSON_TYPE }), "/api/v1/nothing"],
    ["as a form of nobody", 403, () => ({ "content-type": JSON_TYPE }), "/admin/settings"],
  ])(
    "%s: %i",
    async (_what, status, headers, path) => {
      expect(await send({ path, headers: headers() }, rounds)).toEqual(
        Array.from({ length: rounds }, () => status),
      );
    },
    120_000,
  );
});

test("a client that never stops sending is let go", async () => {
  const { port } = new URL(host.url);
  const answered = await new Promise<string>((resolve) => {
    let text = "";
    const socket = connect({ port: Number(port), host: "127.0.0.1", allowHalfOpen: true }, () => {
      socket.write(`POST ${EVENTS} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n`);
    });
    const drip = setInterval(() => socket.write("x"), 100);
    socket.setEncoding("utf8").on("data", (part: string) => (text += part));
    socket
      .on("error", () => undefined)
      .on("close", () => {
        clearInterval(drip);
        resolve(text);
      });
  });
  expect(answered).toMatch(/^HTTP\/1\.1 401 /);
  expect(answered.toLowerCase()).toContain("connection: close");
}, 60_000);

test("a connection whose body arrives after all goes on, and keeps nothing of it", async () => {
  const warnings: string[] = [];
  const note = ({ name }: Error) => void warnings.push(name);
  process.on("warning", note);
  const body = `name=${"x".repeat(2_000)}`;
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const statuses = [];
  for (let round = 0; round < 20; round += 1) {
    statuses.push(
      (await quickRequest({ url: `${host.url}/admin/settings`, method: "POST", headers, body })).status,
    );
  }
  process.off("warning", note);
  expect(statuses).toEqual(Array.from({ length: 20 }, () => 403));
  expect(warnings).not.toContain("MaxListenersExceededWarning");
});
