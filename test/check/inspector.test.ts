/** The Webhook Inspector subscribes to every event type of a product: nothing is found in it. */
import { expect, test } from "vitest";
import { createInspector } from "../../src/inspector/index.ts";
import { freePort } from "../support/free-port.ts";
import { findingsIn, runCheckOn } from "./run-check.ts";

/** The one warning is right: it subscribes to deprecated event types as well. */
const DEPRECATED =
  "descriptor.warnings warned: /modules/webhooks/13/event jira:worklog_updated is deprecated";

test.each([
  ["jira", [DEPRECATED]],
  ["confluence", []],
])(
  "the Inspector passes every check on %s, within 500 requests",
  { timeout: 90_000 },
  async (product, warnings) => {
    const port = await freePort();
    const host = { url: `http://127.0.0.1:${port}`, call: () => Promise.reject(new Error("not called")) };
    const start = async () => {
      const inspector = createInspector({ host, port: 0 });
      return { url: `${await inspector.start()}/${product}/atlassian-connect.json`, stop: inspector.stop };
    };
    // A longer limit of one response gives a loaded machine more time for the run.
    const run = await runCheckOn(start, { port, limitMs: 20_000 });

    expect(findingsIn(run)).toEqual(warnings);
    expect(run.results.find(({ id }) => id === "webhook.events")?.outcome).toEqual({
      state: "passed",
      remarks: [],
    });
    expect(run.requests).toBeLessThan(500);
    expect(run.requests).toBeGreaterThan(200);
  },
);
