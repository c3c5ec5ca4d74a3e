import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SITE_PRODUCTS, listEvents } from "../support/products.ts";
import { isGood } from "../../src/inspector/generate.ts";
import { createInspector } from "../../src/inspector/index.ts";
import { waitFor } from "../support/wait-for.ts";
import { startInspector } from "../support/inspector-under-test.ts";
import type { InspectorUnderTest } from "../support/inspector-under-test.ts";

const ROOT = join(import.meta.dirname, "../..");
const TLS = join(ROOT, "test/fixtures/tls");
const BIN = join(ROOT, "bin/callboard.cjs");

describe("on a host", () => {
  let under: InspectorUnderTest;
  beforeAll(async () => {
    under = await startInspector();
  });
  afterAll(() => under.stop());

  test("it is installed where it can be, and says why where it cannot", async () => {
    const installed = await under.inspector.install();
    expect(installed.map(({ site, as, problem }) => [site.product, as, problem === undefined])).toEqual([
      ["jira", "add-on", true],
      ["confluence", "add-on", true],
      ["projectrak", "webhook", false],
      ["backlog", "webhook", true],
      ["tracker", "webhook", true],
    ]);
    expect(installed[2]?.problem).toContain("https://");
  });

  test("it can be installed again, and goes on verifying", async () => {
    await under.inspector.install();
    const results = await under.inspector.generate(["jira:issue_created", "page_created"]);
    expect(results.map(({ outcome }) => isGood(outcome))).toEqual([true, true]);
  });

  test("a generated event is shown as the host sent it", async () => {
    const [result] = await under.inspector.generate(["jira:issue_updated"]);
    expect(result?.outcome).toMatchObject({
      kind: "received",
      capture: { event: "jira:issue_updated", product: "jira", verification: { state: "ok" } },
    });
    const capture = under.captures.at(-1);
    expect(capture?.checks.map(({ name, state }) => `${name} ${state}`)).toEqual([
      ...["format ok", "algorithm ok", "issuer ok", "signature ok", "time ok", "audience skipped", "qsh ok"],
      "body ok",
    ]);
    const shown = await under.host.call("GET", `/api/v1/deliveries/${capture?.deliveryId ?? ""}`);
    expect(shown.body).toMatchObject({ event: "jira:issue_updated", addonKey: "callboard-inspector" });
  });

  test("where it is installed, a token of the scope events:write is enough to generate", async () => {
    const made = await under.host.call("POST", "/api/v1/tokens", { name: "p", scopes: ["events:write"] });
    const { token } = made.body as { token: string };
    under.useToken(token);
    const results = await under.inspector.generate(["jira:issue_created", "page_created"]);
    expect(results.map(({ outcome }) => isGood(outcome))).toEqual([true, true]);
    expect((await under.inspector.install())[0]?.problem).toContain("scope admin");
    under.useToken(undefined);
  });

  test("a sample has the envelope of its site", async () => {
    await under.host.call("PATCH", "/api/v1/sites/confluence", { options: { envelope: "cloud" } });
    const [result] = await under.inspector.generate(["page_created"]);
    const cloud = await under.host.call("GET", "/api/v1/catalogue/confluence/page_created?envelope=cloud");
    if (result?.outcome.kind !== "received") throw new Error("it did not come");
    const received = JSON.parse(result.outcome.capture.body.toString()) as Record<string, unknown>;
    expect(received).toMatchObject((cloud.body as { sample: object }).sample);
    await under.host.call("PATCH", "/api/v1/sites/confluence", { options: { envelope: "connect" } });
  });

  test("what was installed can be taken back, and a webhook of its name is used again", async () => {
    const installedOn = async () => {
      const { body: addons } = await under.host.call("GET", "/api/v1/sites/jira/addons");
      const { body: webhooks } = await under.host.call("GET", "/api/v1/sites/backlog/webhooks");
      return [addons.items.length, webhooks.items.length];
    };
    await under.inspector.install();
    expect(await installedOn()).toEqual([1, 1]);
    expect(await under.inspector.uninstall()).toEqual([]);
    expect(await installedOn()).toEqual([0, 0]);
    await under.inspector.install();
    expect(await installedOn()).toEqual([1, 1]);
  });

  test("an Inspector that was replaced for a while has its installation back", async () => {
    await under.inspector.install();
    const other = createInspector({
      host: {
        url: under.host.url,
        call: async (method, path, body) => (await under.host.call(method, `/api/v1${path}`, body)).body,
      },
      port: 0,
      webhookName: "Webhook Inspector (single run)",
    });
    const otherUrl = await other.start();
    await other.install();
    const baseUrl = async () =>
      (await under.host.call("GET", "/api/v1/sites/jira/addons/callboard-inspector")).body.baseUrl as string;
    expect(await baseUrl()).toBe(otherUrl);
    expect(await other.uninstall()).toEqual([]);
    await other.stop();
    expect(await baseUrl()).toBe(under.url);
    const results = await under.inspector.generate(["jira:issue_created"]);
    expect(results.map(({ outcome }) => isGood(outcome))).toEqual([true]);
  });

  test("a rehearsed failure is tried again by the host", async () => {
    const form = (fields: Record<string, string>) =>
      fetch(`${under.url}/answers`, {
        method: "POST",
        body: new URLSearchParams(fields),
        redirect: "manual",
      });
    await form({ answer: "503", times: "2" });
    const [result] = await under.inspector.generate(["sprint_started"]);
    if (result?.outcome.kind !== "received") throw new Error("it did not come");
    const { deliveryId } = result.outcome.capture;
    const answersTo = () =>
      under.captures.filter((each) => each.deliveryId === deliveryId).map(({ answer }) => answer);
    await expect.poll(answersTo, { timeout: 10_000 }).toEqual(["503", "503", "204"]);
  });
});

/** Both are processes of their own here, since a certificate authority is given to a process when it starts. */
describe("from the command line", () => {
  let folder: string;
  let server: ChildProcess;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    expect(existsSync(join(ROOT, "dist/main.js")), "npm run build comes first").toBe(true);
    folder = await mkdtemp(join(tmpdir(), "callboard-inspect-"));
    env = {
      ...process.env,
      CALLBOARD_DATA_DIR: folder,
      CALLBOARD_PORT: "0",
      CALLBOARD_LOG_LEVEL: "silent",
      NODE_EXTRA_CA_CERTS: join(TLS, "ca.pem"),
    };
    server = spawn(process.execPath, [BIN, "serve"], { env, stdio: ["ignore", "pipe", "inherit"] });
    let printed = "";
    server.stdout?.on("data", (text: Buffer) => (printed += text.toString()));
    env["CALLBOARD_URL"] = await waitFor(() => {
      const ready = /^READY (.+)$/m.exec(printed);
      if (ready === null) throw new Error("the server is not ready");
      return ready[1];
    }, 30_000);
  });
  afterAll(async () => {
    server.kill();
    await rm(folder, { recursive: true });
  });

  const inspect = (...args: string[]) =>
    promisify(execFile)(process.execPath, [BIN, "inspect", "--port", "0", ...args], {
      env,
      maxBuffer: 64 * 1024 * 1024,
    });

  test("every event of all five products is generated, received and verified", async () => {
    const tls = ["--tls-cert", join(TLS, "server.pem"), "--tls-key", join(TLS, "server.key")];
    const { stdout } = await inspect("--generate", "all", "--output", "lines", ...tls);
    for (const product of SITE_PRODUCTS) {
      const results = stdout.split("\n").filter((line) => line.startsWith(`${product} `));
      const events = listEvents(product).map(({ event }) => event);
      expect(results.map((line) => line.split(/ +/)[1]).toSorted()).toEqual(events.toSorted());
      // The format of Projectrak has no signature.
      const verified = product === "projectrak" ? / not signed / : / verified /;
      expect(results.filter((line) => !verified.test(line))).toEqual([]);
    }
  }, 120_000);

  test("what goes to standard output is for pipes: one document an event", async () => {
    const { stdout, stderr } = await inspect(
      "--generate",
      "jira:issue_created",
      "--output",
      "jsonl",
      "--filter",
      "event:jira:issue_created",
    );
    const documents = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(documents).toMatchObject([{ event: "jira:issue_created", verification: { state: "ok" } }]);
    expect(stderr).toMatch(/^Inspector {2}http:\/\/127\.0\.0\.1:\d+$/m);
    expect(stderr).toContain("1 of 1 came back and verified");
    expect(stdout + stderr).not.toContain("\u001b");
  });

  describe("a run that only generates events leaves nothing behind", () => {
    const list = async (kind: "addons" | "webhooks", site: string) => {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [BIN, kind, "list", "--site", site, "--json"],
        { env },
      );
      return (JSON.parse(stdout) as { items: readonly unknown[] }).items;
    };
    const installed = async () => [await list("addons", "jira"), await list("webhooks", "backlog")];

    test("when it ends", async () => {
      await inspect("--generate", "jira:issue_created");
      expect(await installed()).toEqual([[], []]);
    });

    test("when Ctrl-C ends it", async () => {
      const args = [BIN, "inspect", "--port", "0", "--generate", "all", "--answer", "204", "--delay", "2000"];
      const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] });
      const exited = once(child, "exit");
      await waitFor(async () => expect(await installed()).toMatchObject([[{}], [{}]]), 20_000);
      child.kill("SIGINT");
      expect(await exited).toEqual([0, null]);
      expect(await installed()).toEqual([[], []]);
    }, 60_000);
  });

  test("it ends quietly when whoever reads its output has gone", async () => {
    const child = spawn(process.execPath, [BIN, "inspect", "--port", "0", "--generate", "all"], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let told = "";
    child.stderr.on("data", (text: Buffer) => (told += text.toString()));
    child.stdout.once("data", () => child.stdout.destroy());
    const [code] = (await once(child, "exit")) as [number | null];
    expect(told).not.toContain("EPIPE");
    expect(code).toBe(0);
  });

  test.each([
    ["--generate", "jira:isue_created", "Near names: jira:issue_created"],
    ["--port", "99999", "--port 99999 is not a number from 0 to 65535"],
    ["--base-url", "nonsense", "--base-url nonsense is not a URL such as https://hooks.example.com"],
  ])("it says what is wrong with %s %s", async (flag, value, sentence) => {
    await expect(inspect(flag, value)).rejects.toMatchObject({ stderr: expect.stringContaining(sentence) });
  });

  test("it ends with 1 when something did not come back, and with 2 when it was not understood", async () => {
    await expect(inspect("--generate", "no_such_event")).rejects.toMatchObject({ code: 1 });
    await expect(inspect("--output", "xml")).rejects.toMatchObject({ code: 2 });
    await expect(inspect("--answer", "teapot")).rejects.toMatchObject({ code: 2 });
    await expect(inspect("--address", "0.0.0.0")).rejects.toMatchObject({ code: 1 });
  });
});
