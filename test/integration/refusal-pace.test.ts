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
  const times: number[] = [];
  for (let one = 0; one < 52; one += 1) {
    const before = performance.now();
    expect((await fetch(host.url + path, { headers })).status).toBeGreaterThanOrEqual(400);
    times.push(performance.now() - before);
  }
  // A slow machine may need more than a second for them, and then starts to count anew.
  const total = times.reduce((sum, time) => sum + time, 0);
  if (total - (times.at(-1) ?? 0) < 1_000) expect(times.at(-1)).toBeGreaterThan(PAUSE_MS * 0.9);
  expect((await host.call("GET", "/api/v1/sites")).status).toBe(200);
});
