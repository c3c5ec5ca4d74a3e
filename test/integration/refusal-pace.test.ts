/** Who is refused again and again waits for its refusals, and nobody else does. */
import { expect, onTestFinished, test } from "vitest";
import { startTestHost } from "../support/host.ts";

const PAUSE_MS = 200;

test.each([
  ["wrong tokens", "/api/v1/sites", { authorization: "Bearer wrong" }],
  ["junk tokens of add-ons", "/jira/rest/api/3/webhook", { authorization: "JWT x.y.z" }],
  ["unknown keys", "/keys/unknown", {}],
] as const)("%s", async (_, path, headers) => {
  const host = await startTestHost();
  onTestFinished(() => host.stop());
  let spent = 0;
  let longest = 0;
  // The server counts anew each second, whenever that began: of so many within a second, one waits.
  for (let one = 0; one < 2 * 52 && longest < PAUSE_MS * 0.9; one += 1) {
    const before = performance.now();
    expect((await fetch(host.url + path, { headers })).status).toBeGreaterThanOrEqual(400);
    const time = performance.now() - before;
    spent += time;
    longest = Math.max(longest, time);
  }
  // A slow machine may need more than a second for them.
  if (spent < 1_000) expect(longest).toBeGreaterThanOrEqual(PAUSE_MS * 0.9);
  expect((await host.call("GET", "/api/v1/sites")).status).toBe(200);
});
