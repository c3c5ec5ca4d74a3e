/** A host inside a test, as the tests of add-ons and products use it. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import express from "express";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createAddon } from "../../../src/addon/index.ts";
import { NotDeliveredError, createTestHost } from "../../../src/testing/index.ts";
import type { TestHostOptions } from "../../../src/testing/index.ts";
import type { TestHost } from "../../../src/testing/index.ts";
import { listen } from "../../support/listen.ts";

const CREATED = {
  modules: { webhooks: [{ event: "jira:issue_created", url: "/created?issue={issue.key}" }] },
};

describe("a host for a whole file", () => {
  let host: TestHost<"jira">;
  beforeAll(async () => {
    host = await createTestHost();
  });
  beforeEach(() => host.reset());
  afterAll(() => host.close());

  test("a played add-on gets the sample of an event, with members changed by path", async () => {
    const addon = await host.install(CREATED);
    expect(addon).toMatchObject({ key: "test-addon", state: "enabled" });

    const published = await host.fire("jira:issue_created", {
      "issue.key": "DEMO-7",
      "issue.fields.labels.0": "x",
    });
    const [delivery] = await host.delivered({ event: "jira:issue_created" });

    expect(delivery).toMatchObject({
      id: published.deliveries[0]?.id,
      eventId: published.id,
      state: "delivered",
      addonKey: "test-addon",
      webhookId: undefined,
      nextAttemptAt: undefined,
      reason: undefined,
      body: { webhookEvent: "jira:issue_created", issue: { key: "DEMO-7", fields: { labels: ["x"] } } },
      attempts: [
        {
          number: 1,
          outcome: "accepted",
          request: { headers: { "x-atlassian-webhook-identifier": published.deliveries[0]?.id } },
          response: { status: 204 },
        },
      ],
    });
    expect(host.received).toMatchObject([
      { method: "POST", url: "/test-addon/created?issue=DEMO-7", body: { issue: { key: "DEMO-7" } } },
    ]);
    expect(host.received[0]?.headers["authorization"]).toMatch(/^JWT /);
  });

  test("a payload takes the place of the sample", async () => {
    await host.install(CREATED);
    const payload = { issue: { key: "DEMO-1" }, extra: [1, { two: 2 }] };
    await host.fire("jira:issue_created", { "extra.1.two": 3 }, { payload, user: "mia" });
    const [delivery] = await host.delivered();
    expect(delivery?.body).toMatchObject({ issue: { key: "DEMO-1" }, extra: [1, { two: 3 }] });
    expect(payload.extra[1]).toEqual({ two: 2 });
  });

  test("a path that can't be set is refused, and nothing is published", async () => {
    await expect(host.fire("jira:issue_created", { "issue..key": 1 })).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      message: expect.stringContaining('"issue..key"'),
    });
    expect(await host.request("GET", "/sites/jira/events")).toEqual({ items: [], next: null });
  });

  test("the receiver answers with a list of answers, the last of which stays", async () => {
    await host.install(CREATED);
    host.answerWith({ status: 400, headers: { "x-why": "test" }, body: { error: "no" } }, "drop", 200);
    for (const key of ["A-1", "A-2", "A-3", "A-4"]) {
      await host.fire("jira:issue_created", { "issue.key": key });
      await host.settled();
    }
    const answers = (await host.deliveries()).map(({ attempts: [attempt] }) => attempt);
    expect(answers.map((attempt) => attempt?.response?.status)).toEqual([400, undefined, 200, 200]);
    expect(answers[0]?.response).toMatchObject({ headers: { "x-why": "test" }, body: '{"error":"no"}' });
    expect(answers[1]?.outcome).toMatch(/^unreachable:/);
  });

  test("an answer can come late", async () => {
    await host.install(CREATED);
    host.answerWith({ delayMs: 60 });
    await host.fire("jira:issue_created");
    const [delivery] = await host.delivered();
    expect(delivery?.attempts[0]?.durationMs).toBeGreaterThanOrEqual(59);
  });

  test.each([[[]], [[99]], [[600]], [[200.5]], [["drip" as "drop"]], [[{ status: 0 }]]])(
    "answerWith(...%j) is refused",
    (answers) => {
      expect(() => host.answerWith(...answers)).toThrow(
        expect.objectContaining({ code: "ARGUMENT_INVALID" }),
      );
    },
  );

  test("an outgoing webhook delivers to the receiver's URL", async () => {
    await host.request("POST", "/sites/jira/webhooks", { name: "Board", url: `${host.receiverUrl}/board` });
    await host.fire("jira:issue_deleted");
    const [delivery] = await host.delivered({ event: "jira:issue_deleted" });
    expect(delivery).toMatchObject({ addonKey: undefined, webhookId: expect.stringMatching(/^whk_/) });
    expect(host.received).toMatchObject([{ url: "/board" }]);
  });

  test("a reset leaves an empty host at the same address, with the clock back", async () => {
    const before = host.url;
    await host.install(CREATED);
    host.answerWith(503);
    await host.fire("jira:issue_created");
    await host.advance("20d");
    expect(host.now()).toBeGreaterThan(Date.now() + 19 * 86_400_000);

    await host.reset();

    expect(host.url).toBe(before);
    expect(Math.abs(host.now() - Date.now())).toBeLessThan(1_000);
    expect(await host.deliveries()).toEqual([]);
    expect(host.received).toEqual([]);
    expect(await host.request("GET", "/sites/jira/addons")).toMatchObject({ items: [] });
    await host.install(CREATED);
    await host.fire("jira:issue_created");
    expect(await host.delivered()).toMatchObject([{ attempts: [{ response: { status: 204 } }] }]);
  });

  test("its API is there over HTTP, with its token", async () => {
    const call = (token: string) =>
      fetch(`${host.url}/api/v1/sites/${host.site}`, { headers: { authorization: `Bearer ${token}` } });
    expect(await (await call(host.token)).json()).toMatchObject({ key: "jira", baseUrl: `${host.url}/jira` });
    expect((await call("wrong")).status).toBe(401);
    expect((await host.sites.list()).map(({ key }) => key)).toEqual(expect.arrayContaining(["jira"]));
  });

  describe("a wait that fails says", () => {
    const failing = async (expected: Parameters<typeof host.delivered>[0]): Promise<NotDeliveredError> => {
      const error: unknown = await host
        .delivered({ within: 50, ...expected })
        .catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(NotDeliveredError);
      return error as NotDeliveredError;
    };

    test("that the event was not published, and which were", async () => {
      await host.fire("jira:issue_deleted");
      const { message, code, deliveries } = await failing({ event: "jira:issue_created" });
      expect(code).toBe("NOT_DELIVERED");
      expect(deliveries).toEqual([]);
      expect(message).toContain(
        "0 of 1 expected deliveries (jira:issue_created) were delivered within 50 ms.",
      );
      expect(message).toContain("No jira:issue_created was published.\nPublished events: jira:issue_deleted");
    });

    test("that there is no receiver", async () => {
      await host.fire("jira:issue_created");
      expect((await failing({})).message).toContain(
        "jira:issue_created was published, but the site has no add-on and no outgoing webhook.",
      );
    });

    test("why no receiver got it, and what was delivered instead", async () => {
      await host.install(CREATED);
      await host.fire("jira:issue_created");
      await host.delivered();
      await host.fire("jira:issue_deleted");
      const { message, deliveries } = await failing({ event: "jira:issue_deleted" });
      expect(message).toContain("test-addon: not subscribed to jira:issue_deleted; has jira:issue_created");
      expect(message).toContain("jira:issue_created → test-addon: delivered, attempts: 204");
      expect(deliveries).toHaveLength(1);
    });

    test("what became of the deliveries that match, and how to go on", async () => {
      await host.install(CREATED);
      host.answerWith(503, 400);
      await host.fire("jira:issue_created");
      await host.settled();
      await host.fire("jira:issue_created");
      await host.settled();
      const { message } = await failing({ event: "jira:issue_created", addon: "test-addon", count: 2 });
      expect(message).toMatch(
        /waiting, attempts: 503, next attempt in \d+ s; set the clock forward with host\.advance\("\d+s"\)/,
      );
      expect(message).toContain("failed, rejected, attempts: 400");
    });
  });
});

describe("an add-on of the toolkit", () => {
  const closers: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });

  async function startAddon(host: TestHost<never>, now?: () => number) {
    const app = express();
    const server = await listen(app);
    closers.push(server.close);
    const statuses: number[] = [];
    const issues: unknown[] = [];
    const addon = createAddon({
      baseUrl: server.url,
      keyServer: `${host.url}/keys`,
      report: () => undefined,
      ...(now === undefined ? {} : { now }),
      descriptor: {
        key: "own-addon",
        name: "Own add-on",
        baseUrl: "{{baseUrl}}",
        authentication: { type: "jwt" },
        lifecycle: { installed: "/installed" },
        modules: { webhooks: [{ event: "jira:issue_created", url: "/created" }] },
      },
    });
    let isBusy = true;
    addon.on("jira:issue_created", (event) => {
      if (isBusy) return event.answer({ status: 503 });
      issues.push(event.body?.issue.key);
    });
    app.use((_request, response, next) => {
      response.on("finish", () => statuses.push(response.statusCode));
      next();
    });
    app.use(addon.router);
    return { url: `${server.url}/atlassian-connect.json`, statuses, issues, recover: () => (isBusy = false) };
  }

  test.each(["real", "virtual"] as const)(
    "verifies a retry after 10 minutes, signed by a %s clock",
    async (signingClock) => {
      await using host = await createTestHost({ signingClock });
      const addon = await startAddon(host, signingClock === "real" ? undefined : host.now);
      expect(await host.install(addon.url)).toMatchObject({ key: "own-addon", state: "enabled" });

      await host.fire("jira:issue_created", { "issue.key": "DEMO-7" });
      await host.settled();
      addon.recover();
      await host.advance("15m");

      const [delivery] = await host.delivered({ addon: "own-addon" });
      expect(delivery?.attempts.map(({ response }) => response?.status)).toEqual([503, 204]);
      expect(addon.issues).toEqual(["DEMO-7"]);
      const [first, second] = delivery?.attempts.map(({ request }) => Number(request.claims?.["iat"])) ?? [];
      if (signingClock === "real") expect(second! - first!).toBeLessThan(60);
      else expect(second! - first!).toBeGreaterThanOrEqual(300);
    },
  );

  test("is refused with the code of the API", async () => {
    await using host = await createTestHost();
    await expect(host.install({ key: "x", name: "x", baseUrl: "http://127.0.0.1:1" })).rejects.toMatchObject({
      code: "DESCRIPTOR_SCHEMA",
    });
    const server = createServer((_request, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closers.push(() => server.close());
    const { port } = server.address() as { port: number };
    await expect(
      host.install(new URL(`http://127.0.0.1:${port}/atlassian-connect.json`)),
    ).rejects.toMatchObject({
      code: "DESCRIPTOR_FETCH",
    });
  });
});

describe("products", () => {
  const HARBOR = {
    product: "harbor",
    name: "Harbor",
    description: "Port operations",
    events: {
      "crane.stopped": { description: "A crane has stopped", group: "Cranes", sample: { crane: 4 } },
    },
  };

  test("a product file is a value, and is there after a reset", async () => {
    await using host = await createTestHost({ product: HARBOR, site: "quay" });
    for (const crane of [4, 5]) {
      await host.install({ modules: { webhooks: [{ event: "crane.stopped", url: "/stopped" }] } });
      await host.fire("crane.stopped", crane === 4 ? {} : { crane });
      expect(await host.delivered({ event: "crane.stopped" })).toMatchObject([{ body: { crane } }]);
      await host.reset();
    }
  });

  test("a site can be of any built-in product", async () => {
    await using host = await createTestHost({ product: "confluence", site: "wiki" });
    await host.install({ modules: { webhooks: [{ event: "page_created", url: "/page" }] } });
    await host.fire("page_created", { "page.title": "Notes" });
    expect(await host.delivered()).toMatchObject([{ body: { page: { title: "Notes" } } }]);
    expect(host.site).toBe("wiki");
  });

  test.each([
    [{ product: { product: "harbor" } }, "PRODUCT_INVALID"],
    [{ product: "trello" as "jira" }, "BODY_SCHEMA"],
    [{ site: "No key" }, "BODY_SCHEMA"],
    [{ retrySchedule: "hourly" as "jira" }, "ARGUMENT_INVALID"],
    [{ retrySchedule: ["soon"] }, "CONFIG_INVALID"],
    [{ now: "yesterday" }, "ARGUMENT_INVALID"],
    [{ settings: { requestTimeouts: "1s" } }, "CONFIG_INVALID"],
  ])("createTestHost(%j) is refused with %s", async (options, code) => {
    await expect(createTestHost(options as TestHostOptions)).rejects.toMatchObject({ code });
  });
});

describe("hosts beside each other", () => {
  test("share a key pair and a token, and nothing else", async () => {
    const hosts = await Promise.all(Array.from({ length: 5 }, () => createTestHost()));
    await Promise.all(
      hosts.map(async (host, index) => {
        await host.install(CREATED);
        await host.fire("jira:issue_created", { "issue.key": `DEMO-${index}` });
        const deliveries = await host.delivered();
        expect(deliveries.map(({ body }) => body.issue.key as string)).toEqual([`DEMO-${index}`]);
      }),
    );
    const sites = await Promise.all(
      hosts.map(async (host) => (await host.sites.list()).find(({ key }) => key === "jira")),
    );
    expect(new Set(sites.map((site) => site?.clientKey)).size).toBe(5);
    expect(new Set(hosts.map(({ url }) => url)).size).toBe(5);
    expect(new Set(hosts.map(({ token }) => token)).size).toBe(1);
    await Promise.all(hosts.map((host) => host.close()));
  });

  test("leave nothing behind: no file, no port, no line", async () => {
    const folder = mkdtempSync(join(tmpdir(), "callboard-nothing-"));
    const lines = vi.spyOn(process.stderr, "write");
    vi.stubEnv("TMPDIR", folder);
    vi.stubEnv("CALLBOARD_DATABASE_URL", "mysql://nowhere");
    vi.stubEnv("CALLBOARD_PROFILE", "nonsense");
    const before = process.cwd();
    process.chdir(folder);
    try {
      const host = await createTestHost({ site: "nothing" });
      await host.install(CREATED);
      await host.fire("jira:issue_created");
      await host.delivered();
      await host.close();
      await host.close();
      await expect(fetch(host.url)).rejects.toThrow();
      await expect(fetch(host.receiverUrl)).rejects.toThrow();
      expect(readdirSync(folder)).toEqual([]);
      expect(lines).not.toHaveBeenCalled();
    } finally {
      process.chdir(before);
      vi.unstubAllEnvs();
      lines.mockRestore();
      rmSync(folder, { recursive: true });
    }
  });

  test("a logger gets the lines", async () => {
    const lines: string[] = [];
    const note = (event: string) => void lines.push(event);
    await using host = await createTestHost({ logger: { debug: note, info: note, warn: note, error: note } });
    await host.install(CREATED);
    host.answerWith(400);
    await host.fire("jira:issue_created");
    await host.settled();
    expect(lines).toContain("delivery.failed");
  });
});
