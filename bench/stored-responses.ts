/** How much the database grows by one event to 500 URLs of an add-on that answer 500 with much, over all attempts. */
import { readdirSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { newDirectory, startHost } from "./processes.ts";

const URLS = 500;
const ATTEMPTS = 8;
const BODY = "b".repeat(64 * 1024);
const HEADERS = Object.fromEntries(
  Array.from({ length: 8 }, (_, index) => [`x-filler-${index}`, "h".repeat(1_000)]),
);

const receiver = createServer((request, response) => {
  request.resume().on("end", () => {
    if (request.url === "/installed") response.writeHead(204).end();
    else response.writeHead(500, HEADERS).end(BODY);
  });
});
await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
const baseUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
const directory = newDirectory();
const settings = {
  CALLBOARD_RETRY_SCHEDULE: Array.from({ length: ATTEMPTS - 1 }, () => "50ms").join(","),
};
let host = await startHost(directory.path, settings);
const countBytes = () =>
  readdirSync(directory.path)
    .filter((name) => name.includes("sqlite"))
    .reduce((sum, name) => sum + statSync(join(directory.path, name)).size, 0);

async function call(method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${host.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${host.token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

await call("POST", "/sites", { key: "growing", name: "Growing", product: "jira" });
const descriptor = {
  key: "growing",
  name: "Growing",
  baseUrl,
  authentication: { type: "jwt" },
  lifecycle: { installed: "/installed" },
  modules: {
    webhooks: Array.from({ length: URLS }, (_, index) => ({
      event: "jira:issue_created",
      url: `/hook/${index}`,
    })),
  },
};
await call("POST", "/sites/growing/addons", { descriptor });
// Stopped, so that nothing is left in the write-ahead log.
await host.stop();
const before = countBytes();
host = await startHost(directory.path, settings);
await call("POST", "/sites/growing/events", { event: "jira:issue_created", payload: {} });
for (;;) {
  const { items } = (await call("GET", "/status?site=growing")) as {
    readonly items: readonly { waiting: number }[];
  };
  if (items[0]?.waiting === 0) break;
  await new Promise((resolve) => setTimeout(resolve, 500));
}
await host.stop();
process.stdout.write(
  `${URLS} URLs, ${ATTEMPTS} attempts each: ${((countBytes() - before) / 1e6).toFixed(1)} MB\n`,
);
directory.remove();
receiver.close();
