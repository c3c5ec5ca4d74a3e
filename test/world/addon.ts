/** An add-on on another machine: its own name, its own certificate, and every request verified. */
import { createServer } from "node:https";
import type { Server } from "node:https";
import express from "express";
import { createAddon } from "../../src/addon/index.ts";
import type { AddonDescriptor } from "../../src/addon/index.ts";
import { certificateFor } from "./certificates.ts";

export interface Event {
  readonly name: string;
  readonly body: string;
  readonly deliveryId: string | undefined;
  readonly retry: number;
  /** The checks that it passed. */
  readonly verified: readonly string[];
}

export interface WorldAddon {
  readonly key: string;
  readonly descriptorUrl: string;
  /** The webhooks that verified, in the order in which they came. */
  readonly events: Event[];
  /** The lifecycle callbacks that verified. */
  readonly lifecycle: string[];
  /** The requests that did not, each with the reason. */
  readonly refusals: string[];
  /** The next webhooks are answered with these statuses, those after them with 204. */
  readonly answerWith: (...statuses: number[]) => void;
  readonly close: () => Promise<void>;
}

export interface WorldAddonOptions {
  readonly name: string;
  readonly address: string;
  /** Where the host's keys of signed install are. */
  readonly keyServer: string;
}

const KEY = "com.partner.addon";

export async function startAddon({ name, address, keyServer }: WorldAddonOptions): Promise<WorldAddon> {
  const events: Event[] = [];
  const lifecycle: string[] = [];
  const refusals: string[] = [];
  const statuses: number[] = [];
  const descriptor = {
    key: KEY,
    name: "An add-on of a partner",
    baseUrl: "{{baseUrl}}",
    authentication: { type: "jwt" },
    lifecycle: { installed: "/installed", enabled: "/enabled", uninstalled: "/uninstalled" },
    scopes: ["READ"],
    modules: {
      webhooks: [
        { event: "jira:issue_created", url: "/created" },
        { event: "jira:issue_updated", url: "/updated?issue={issue.key}" },
      ],
    },
  } satisfies AddonDescriptor;
  const addon = createAddon({
    descriptor,
    baseUrl: `https://${name}`,
    keyServer,
    report: (report) => {
      const { method, rawUrl } = report.received;
      if (report.kind === "refused") {
        refusals.push(`${method} ${rawUrl}: ${report.refusal.code} ${report.refusal.reason}`);
      } else if (report.kind === "failed") {
        refusals.push(`${method} ${rawUrl}: ${String(report.error)}`);
      }
    },
  });
  for (const event of ["installed", "enabled", "uninstalled"] as const) {
    addon.onLifecycle(event, () => void lifecycle.push(event));
  }
  addon.onAny(({ name: event, received, deliveryId, retry, checks, answer }) => {
    const verified = checks.filter(({ state }) => state === "ok").map((check) => check.name);
    events.push({ name: event, body: received.body.toString(), deliveryId, retry, verified });
    answer({ status: statuses.shift() ?? 204 });
  });
  const app = express();
  app.use(addon.router);
  const server = createServer(certificateFor(name), app);
  await listen(server, address);
  return {
    key: KEY,
    descriptorUrl: `https://${name}/atlassian-connect.json`,
    events,
    lifecycle,
    refusals,
    answerWith: (...next) => void statuses.push(...next),
    close: () => close(server),
  };
}

export async function listen(server: Server, address: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(443, address, resolve);
  });
}

export async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
