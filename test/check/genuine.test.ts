/** What the check calls genuine is what a host sends, and a finding's curl command is the request that was sent. */
import { expect, test } from "vitest";
import { describeEvidence } from "../../src/check/report/describe.ts";
import { signWebhook } from "../../src/check/tenant.ts";
import { requestOfCommand } from "../support/curl-command.ts";
import { startTestHost } from "../support/host.ts";
import { listen } from "../support/listen.ts";
import { waitFor } from "../support/wait-for.ts";
import { startBrokenAddon } from "./broken-addon.ts";
import { runCheckOn } from "./run-check.ts";

test("a webhook of the check has the headers of a delivery of the host", async () => {
  const received: (readonly string[])[] = [];
  const addon = await listen((request, response) => {
    if (request.url === "/hook") received.push(request.rawHeaders.map((text) => text.toLowerCase()));
    if (request.method === "POST") {
      request.resume().on("end", () => response.writeHead(204).end());
      return;
    }
    response.end(
      JSON.stringify({
        key: "genuine",
        name: "Genuine",
        baseUrl: addon.url,
        authentication: { type: "jwt" },
        lifecycle: { installed: "/installed" },
        modules: { webhooks: [{ event: "jira:issue_created", url: "/hook" }] },
      }),
    );
  });
  const host = await startTestHost();
  const descriptorUrl = `${addon.url}/atlassian-connect.json`;
  expect((await host.call("POST", "/api/v1/sites/jira/addons", { descriptorUrl })).status).toBe(201);
  const event = { event: "jira:issue_created", payload: { issue: { key: "DEMO-7" } } };
  await host.call("POST", "/api/v1/sites/jira/events", event);
  await waitFor(() => expect(received).toHaveLength(1));

  const request = signWebhook(
    { clientKey: "c", sharedSecret: "s" },
    { event: "jira:issue_created", url: `${addon.url}/hook`, body: Buffer.from("{}"), excludesBody: false },
    { id: "dlv_1", baseUrl: addon.url, at: 0 },
  );
  await host.stop();
  await addon.close();

  const CONNECTION = ["host", "connection", "content-length"];
  const names = received[0]!.filter((text, index) => index % 2 === 0 && !CONNECTION.includes(text));
  expect(request.headers.map(([name]) => name).toSorted()).toEqual(names.toSorted());
  for (const name of [
    "content-type",
    "accept",
    "user-agent",
    "atlassian-connect-version",
    "x-atlassian-webhook-flow",
  ]) {
    const sent = request.headers.find(([each]) => each === name)?.[1].toLowerCase();
    expect([name, sent]).toEqual([name, received[0]![received[0]!.indexOf(name) + 1]]);
  }
});

test("the curl command of a finding makes the request that was sent", async () => {
  const run = await runCheckOn((keysUrl) => startBrokenAddon(keysUrl, "alg-none"), {
    checks: ["token.alg-none"],
    limitMs: 20_000,
  });
  const [result] = run.results;
  if (result?.outcome.state !== "failed") throw new Error("not found");
  const [shown] = describeEvidence(result);
  const [sent] = result.outcome.evidence;
  const command = requestOfCommand(shown!.curl);
  expect(command).toEqual({
    method: "POST",
    target: new URL(sent!.request.url).pathname,
    headers: Object.fromEntries(sent!.request.headers),
    body: sent!.request.body.toString("utf8"),
  });
  const [header = ""] = (command.headers["authorization"] ?? "").replace("JWT ", "").split(".");
  expect(JSON.parse(Buffer.from(header, "base64url").toString())).toMatchObject({ alg: "none" });
});
