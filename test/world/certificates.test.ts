/** A receiver whose certificate is not right gets nothing, and the reason is the right one. */
import { createServer } from "node:https";
import type { Server } from "node:https";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { waitFor } from "../support/wait-for.ts";
import { close, listen } from "./addon.ts";
import { startCallboard } from "./callboard.ts";
import type { Callboard } from "./callboard.ts";
import { certificateFor } from "./certificates.ts";
import type { Certificate } from "./certificates.ts";
import { stopAfterAll } from "./ending.ts";
import { HOSTS } from "./names.ts";
import type { HostName } from "./names.ts";
import { SITE, addSite } from "./stories.ts";
import { AT_ROOT, LAPTOP, named } from "./worlds.ts";

interface Refused {
  readonly what: string;
  readonly name: HostName;
  readonly certificate: () => Certificate;
  readonly reason: RegExp;
}

const REFUSED: readonly Refused[] = [
  {
    what: "an expired certificate",
    name: "expired.partner.example",
    certificate: () => certificateFor("expired.partner.example", { expired: true }),
    reason: /expired/i,
  },
  {
    what: "the certificate of another host",
    name: "wrong-host.partner.example",
    certificate: () => certificateFor("other.partner.example"),
    reason: /wrong-host\.partner\.example.*other\.partner\.example/is,
  },
  {
    what: "a certificate that it signed itself",
    name: "self-signed.partner.example",
    certificate: () => certificateFor("self-signed.partner.example", { signedBy: "self" }),
    reason: /self-signed/i,
  },
  {
    what: "a certificate of an authority that nobody trusts",
    name: "unknown-authority.partner.example",
    certificate: () => certificateFor("unknown-authority.partner.example", { signedBy: "unknown" }),
    reason: /issuer|authority|verify/i,
  },
];

describe.each(named(LAPTOP, AT_ROOT))("%s", (_name, world) => {
  let callboard: Callboard;
  const ending = stopAfterAll();
  beforeAll(async () => {
    callboard = await startCallboard(world);
    ending.add(callboard.stop);
    await addSite(world, callboard);
  });

  describe.each(REFUSED)("a receiver with $what", ({ name, certificate, reason }) => {
    let server: Server;
    const requests: string[] = [];
    beforeAll(async () => {
      server = createServer(certificate(), (request, response) => {
        requests.push(request.url ?? "");
        response.end("{}");
      });
      await listen(server, HOSTS[name]);
    });
    afterAll(() => close(server));

    test("is not installed from", async () => {
      const descriptorUrl = `https://${name}/atlassian-connect.json`;
      const reply = await callboard.call("POST", `/api/v1/sites/${SITE}/addons`, { descriptorUrl });
      expect([reply, requests]).toMatchObject([
        { status: 422, body: { code: "DESCRIPTOR_TLS", detail: expect.stringMatching(reason) } },
        [],
      ]);
    });

    test("is sent no event", async () => {
      const webhook = {
        name: "To a bad certificate",
        url: `https://${name}/`,
        events: ["jira:issue_created"],
      };
      const added = await callboard.call("POST", `/api/v1/sites/${SITE}/webhooks`, webhook);
      expect(added).toMatchObject({ status: 201 });
      const event = { event: "jira:issue_created", payload: { issue: { id: "1", key: "DEMO-1" } } };
      const { body } = await callboard.call("POST", `/api/v1/sites/${SITE}/events`, event);
      const id = body.deliveries[0].id as string;

      await waitFor(async () => {
        const delivery = (await callboard.call("GET", `/api/v1/deliveries/${id}`)).body;
        expect(delivery.attempts[0]).toMatchObject({
          outcome: "unreachable:tls",
          detail: expect.stringMatching(reason),
        });
      });
      expect(requests).toEqual([]);
      await callboard.call("DELETE", `/api/v1/sites/${SITE}/webhooks/${added.body.id as string}`);
    });
  });
});
