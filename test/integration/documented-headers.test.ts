/** docs/headers.md names exactly the headers that receivers get. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { waitFor } from "../support/wait-for.ts";

const TRANSPORT = ["connection", "content-length", "host"];
const TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

let host: TestHost;
let receiver: Receiver;
beforeAll(async () => {
  host = await startTestHost({ CALLBOARD_RETRY_SCHEDULE: "10ms" });
  receiver = await startReceiver(({ method, url }, response) => {
    // Each webhook fails once, so that it is retried.
    const isFirst = receiver.received.filter((each) => each.url === url).length === 1;
    if (method === "GET") response.end(JSON.stringify(descriptor()));
    else response.writeHead(url.startsWith("/hook") && isFirst ? 503 : 204).end();
  });
});
afterAll(async () => {
  await host.stop();
  await receiver.close();
});

const descriptor = () => ({
  key: "headers",
  name: "Headers",
  baseUrl: receiver.url,
  authentication: { type: "jwt" },
  scopes: ["READ"],
  lifecycle: { installed: "/installed" },
  modules: { webhooks: [{ event: "jira:issue_created", url: "/hook-of-addon" }] },
});

async function addReceivers(): Promise<void> {
  await host.call("POST", "/api/v1/sites/jira/addons", { descriptorUrl: `${receiver.url}/descriptor` });
  for (const signature of ["standard", "ed25519", "hub", "hub-256"]) {
    const { status, body } = await host.call("POST", "/api/v1/sites/jira/webhooks", {
      name: signature,
      url: `${receiver.url}/hook-${signature}`,
      signature,
      ...(signature === "ed25519" ? {} : { generateSecret: true }),
    });
    expect([status, body]).toEqual([201, body]);
    await host.call("POST", `/api/v1/sites/jira/webhooks/${body.id}/rotate-secret`, {});
  }
}

async function untilDelivered(ids: readonly string[]): Promise<void> {
  await waitFor(async () => {
    for (const id of ids)
      expect((await host.call("GET", `/api/v1/deliveries/${id}`)).body).toMatchObject({ state: "delivered" });
  });
}

test("docs/headers.md has every header of a delivery, and no other", async () => {
  await addReceivers();
  const published = await host.call(
    "POST",
    "/api/v1/sites/jira/events",
    { event: "jira:issue_created", payload: {} },
    { traceparent: TRACE },
  );
  const ids = (published.body.deliveries as readonly { readonly id: string }[]).map(({ id }) => id);
  expect(ids).toHaveLength(5);
  await untilDelivered(ids);
  for (const id of ids) await host.call("POST", `/api/v1/deliveries/${id}/redeliver`);
  await untilDelivered(ids);
  await waitFor(() =>
    expect(receiver.received.filter(({ url }) => url.startsWith("/hook"))).toHaveLength(5 * 3),
  );

  const sent = new Set(
    receiver.received
      .filter(({ url }) => url.startsWith("/hook"))
      .flatMap(({ headers }) => Object.keys(headers)),
  );
  const page = readFileSync(join(import.meta.dirname, "../../docs/headers.md"), "utf8");
  const [, section = ""] = /## Of a delivery\n([^]*?)\n## /.exec(page) ?? [];
  const documented = [...section.matchAll(/^\| `([\w-]+)`/gm)].map(([, name]) => name);
  expect(documented.toSorted()).toEqual([...sent].filter((name) => !TRANSPORT.includes(name)).toSorted());
});
