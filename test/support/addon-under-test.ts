/** An add-on of the tests on a real server, known under the public baseUrl that its tokens name. */
import express from "express";
import { createAddon } from "../../src/addon/index.ts";
import type { Addon, AddonOptions, Report } from "../../src/addon/index.ts";
import { ADDON_KEY, BASE_URL } from "../fixtures/token-cases.ts";
import { listen } from "./listen.ts";
import type { Listening } from "./listen.ts";

export const DESCRIPTOR = {
  key: ADDON_KEY,
  name: "Inspector under test",
  baseUrl: "{{baseUrl}}",
  authentication: { type: "jwt" },
  scopes: ["READ"],
  lifecycle: {
    installed: "/installed",
    uninstalled: "/uninstalled",
    enabled: "/enabled",
    disabled: "/disabled",
  },
  modules: {
    webhooks: [
      { event: "jira:issue_created", url: "/webhooks/issue-created" },
      { event: "jira:issue_updated", url: "/webhooks/x" },
      { event: "jira:issue_deleted", url: "/application/hook" },
      { event: "page_created", url: "/confluence?event=page_created&space={space.key}" },
      { event: "page_removed", url: "/confluence?event=page_removed" },
      { event: "sprint_started", url: "/sprints/{sprint.id}/started" },
      { event: "comment_created", url: "comments" },
      { event: "comment_deleted", url: "comments" },
    ],
  },
} as const;

export interface AddonUnderTest extends Listening {
  readonly addon: Addon;
  readonly reports: readonly Report[];
}

export async function startAddon(options: Partial<AddonOptions> = {}): Promise<AddonUnderTest> {
  const reports: Report[] = [];
  const addon = createAddon({
    descriptor: DESCRIPTOR,
    baseUrl: BASE_URL,
    report: (report) => void reports.push(report),
    ...options,
  });
  const app = express();
  app.use("/app", addon.router);
  app.get("/app/inspector", addon.page, (_request, response) => {
    response.json(response.locals["tenant"]);
  });
  // A proxy that strips the path of the baseUrl changes nothing.
  app.use(addon.router);
  return { ...(await listen(app)), addon, reports };
}
