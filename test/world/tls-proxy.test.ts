/** A proxy whose certificate is not right gets no request, and everybody who looks is told what to do about it. */
import { beforeAll, describe, expect, test } from "vitest";
import { waitFor } from "../support/wait-for.ts";
import { runCallboard, startCallboard } from "./callboard.ts";
import type { Callboard } from "./callboard.ts";
import { certificateFor } from "./certificates.ts";
import { stopAfterAll } from "./ending.ts";
import { startTlsProxy } from "./forward-proxies.ts";
import type { WorldProxy } from "./forward-proxies.ts";
import { SITE, addSite, publish } from "./stories.ts";
import { AT_ROOT } from "./worlds.ts";

const NAME = "proxy.acme.example";
const TO_DO = /certificate that is valid for its name in CALLBOARD_EGRESS_PROXY.*NODE_EXTRA_CA_CERTS/;

describe.each([
  ["that has expired", () => certificateFor(NAME, { expired: true }), "The proxy's certificate has expired"],
  [
    "for another name",
    () => certificateFor("other.partner.example"),
    "The proxy's certificate is for another name than the one it is reached by",
  ],
  [
    "of an authority that nobody trusts",
    () => certificateFor(NAME, { signedBy: "unknown" }),
    "The proxy's certificate is not from an authority that this server trusts",
  ],
])("an HTTPS proxy with a certificate %s", (_what, makeCertificate, detail) => {
  const ending = stopAfterAll();
  let proxy: WorldProxy;
  let callboard: Callboard;
  beforeAll(async () => {
    proxy = await startTlsProxy(makeCertificate());
    ending.add(() => proxy.stop());
    callboard = await startCallboard({
      ...AT_ROOT,
      env: { ...AT_ROOT.env, CALLBOARD_EGRESS_PROXY: proxy.url },
    });
    ending.add(callboard.stop);
    await addSite(AT_ROOT, callboard);
    const webhook = {
      name: "Partner",
      url: "https://addon.partner.example/in",
      events: ["jira:issue_created"],
    };
    expect(await callboard.call("POST", `/api/v1/sites/${SITE}/webhooks`, webhook)).toMatchObject({
      status: 201,
    });
  });

  test("is shown with the attempt, the delivery waits, and no request reaches the proxy", async () => {
    const before = proxy.output();
    const id = await publish(callboard, "DEMO-1");
    await waitFor(async () => {
      const { body } = await callboard.call("GET", `/api/v1/deliveries/${id}`);
      expect(body).toMatchObject({
        state: "waiting",
        attempts: expect.arrayContaining([
          expect.objectContaining({
            outcome: "unreachable:proxy-tls",
            detail,
            remedy: expect.stringMatching(TO_DO) as string,
          }),
        ]) as object[],
      });
    });
    expect(proxy.output()).toBe(before);
  });

  test("stands in the status, and in the operational event", async () => {
    const { body } = await callboard.call("GET", "/api/v1/status");
    expect(body).toMatchObject({ notSending: { reason: "proxy-failing" } });
    const watcher = {
      name: "Operations",
      url: "https://addon.partner.example/ops",
      events: ["proxy.failing"],
    };
    expect(await callboard.call("POST", "/api/v1/sites/callboard/webhooks", watcher)).toMatchObject({
      status: 201,
    });
    await waitFor(async () => {
      const { items } = (await callboard.call("GET", "/api/v1/sites/callboard/events?event=proxy.failing"))
        .body;
      const { body: shown } = await callboard.call("GET", `/api/v1/sites/callboard/events/${items[0].id}`);
      expect(JSON.parse(shown.body)).toMatchObject({ state: "failing", reason: "proxy-tls", detail });
    }, 15_000);
  });

  test("is a problem for doctor", async () => {
    const env = { ...AT_ROOT.env, CALLBOARD_EGRESS_PROXY: proxy.url };
    const { out, code } = await runCallboard(["doctor"], env, callboard.folder);
    expect([out, code]).toEqual([expect.stringContaining(detail), 1]);
    expect(out).toMatch(TO_DO);
    expect(out + callboard.output()).not.toContain("pass-word");
  });
});
