/** An add-on and receivers for stories in the browser: real servers on loopback that a test can tell how to behave. */
import { answer204, startReceiver } from "../../support/http-receiver.ts";
import type { Receiver } from "../../support/http-receiver.ts";

export interface TestAddon extends Receiver {
  readonly descriptorUrl: string;
  /** What its descriptor says; may be changed between two requests. */
  descriptor: Record<string, unknown>;
  /** What the installed callback is answered. */
  installed: { status: number; body: string };
  /** What webhooks are answered. */
  webhook: { status: number; body: string };
}

export async function startAddon(facts: Record<string, unknown> = {}): Promise<TestAddon> {
  const receiver = await startReceiver();
  const addon: TestAddon = Object.assign(receiver, {
    descriptorUrl: `${receiver.url}/atlassian-connect.json`,
    descriptor: {
      key: "com.example.addon",
      name: "Example add-on",
      version: "1.0.0",
      baseUrl: receiver.url,
      authentication: { type: "jwt" },
      lifecycle: { installed: "/installed", uninstalled: "/uninstalled" },
      scopes: ["READ"],
      modules: { webhooks: [{ event: "jira:issue_created", url: "/issue-created" }] },
      ...facts,
    },
    installed: { status: 204, body: "" },
    webhook: { status: 200, body: "ok" },
  });
  receiver.answer = (request, response, count) => {
    if (request.url === "/atlassian-connect.json") {
      response.setHeader("content-type", "application/json").end(JSON.stringify(addon.descriptor));
    } else if (request.url.startsWith("/installed")) {
      response.writeHead(addon.installed.status).end(addon.installed.body);
    } else if (request.url.startsWith("/uninstalled")) answer204(request, response, count);
    else response.writeHead(addon.webhook.status).end(addon.webhook.body);
  };
  return addon;
}
