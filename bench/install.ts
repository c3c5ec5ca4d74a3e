/** Sites, add-ons and outgoing webhooks made through the API of a running host: works on every build, whatever its tables are. */
import type { HostProcess } from "./processes.ts";
import { EVENT } from "./seed.ts";

async function post({ url, token }: HostProcess, path: string, body: object): Promise<void> {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`);
  await answer.arrayBuffer();
}

/** A site `jira` with so many add-ons at the port, each with one subscription. */
export async function installAddons(host: HostProcess, count: number, port: number): Promise<void> {
  await post(host, "/sites", { key: "jira", product: "jira", name: "Jira" });
  for (let index = 0; index < count; index += 1) {
    await post(host, "/sites/jira/addons", {
      descriptor: {
        key: `addon-${index}`,
        name: `Add-on ${index}`,
        baseUrl: `http://127.0.0.1:${port}`,
        authentication: { type: "jwt" },
        lifecycle: { installed: "/installed" },
        modules: { webhooks: [{ event: EVENT, url: "/hook" }] },
      },
    });
  }
}

/** A site `jira` with so many outgoing webhooks to the port, each with these settings. */
export async function installWebhooks(
  host: HostProcess,
  count: number,
  port: number,
  settings: object,
): Promise<void> {
  await post(host, "/sites", { key: "jira", product: "jira", name: "Jira" });
  for (let index = 0; index < count; index += 1) {
    await post(host, "/sites/jira/webhooks", {
      name: `Webhook ${index}`,
      url: `http://127.0.0.1:${port}/hook/${index}`,
      format: "jira",
      events: [EVENT],
      ...settings,
    });
  }
}
