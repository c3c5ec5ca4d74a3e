// An add-on in one file. Start a host (callboard serve), then:
//   node examples/first-addon.mjs
//   callboard install http://127.0.0.1:3100/atlassian-connect.json
//   callboard trigger jira:issue_created
import { createAddon, createFileTenants } from "callboard/addon";
import express from "express";

const port = Number(process.env.PORT ?? 3100);
const baseUrl = `http://127.0.0.1:${port}`;
const host = process.env.CALLBOARD_URL ?? "http://127.0.0.1:2990";

const addon = createAddon({
  baseUrl,
  keyServer: `${host}/keys`,
  tenants: createFileTenants(process.env.TENANTS ?? "tenants.json"),
  descriptor: {
    key: "first-addon",
    name: "First add-on",
    baseUrl: "{{baseUrl}}",
    authentication: { type: "jwt" },
    scopes: ["READ"],
    lifecycle: { installed: "/installed", enabled: "/enabled", uninstalled: "/uninstalled" },
    modules: {
      webhooks: [
        { event: "jira:issue_created", url: "/issue-created?issue={issue.key}" },
        { event: "page_created", url: "/page-created" },
      ],
    },
  },
});

addon.on("jira:issue_created", (event) => {
  console.log(`${event.query.get("issue")} was created: ${event.body?.issue?.fields?.summary}`);
});

addon.on("page_created", (event) => {
  console.log(`${event.body?.page?.title} was created on ${event.tenant.baseUrl}`);
});

// What the host knows about this add-on, asked in the add-on's own name.
addon.onLifecycle("enabled", async ({ tenant }) => {
  const path = "/rest/atlassian-connect/1/addons/first-addon";
  const { url, headers } = await addon.signCall(tenant.clientKey, { method: "GET", path });
  const answer = await fetch(url, { headers });
  console.log(`enabled on ${tenant.baseUrl}, which answers ${answer.status}`);
});

const app = express();
app.use(addon.router);
app.listen(port, "127.0.0.1", () => console.log(`READY ${baseUrl}/atlassian-connect.json`));
