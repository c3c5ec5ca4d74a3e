/**
 * The Dockerfile of deploy/: linted, built, and run as an orchestrator runs it. The commands are those of docs/production.md, with
 * Podman in place of Docker, which needs no daemon. No registry is asked: the base image is made here.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { startReceiver } from "../support/http-receiver.ts";
import { waitFor } from "../support/wait-for.ts";
import { listCommands } from "./commands.ts";
import { createContainers, makeBaseImage } from "./containers.ts";
import type { Containers } from "./containers.ts";
import { startSqliteMirror } from "./sqlite-mirror.ts";
import { describeWith, runProgram } from "./programs.ts";

const MAX_GZIP_BYTES = 120 * 1024 ** 2;
/** Node alone has more. */
const MIN_GZIP_BYTES = 40 * 1024 ** 2;
const MINUTES = 60_000;

describeWith(["hadolint"], "the Dockerfile", () => {
  test("has no fault for hadolint", () => {
    const { status, out, errors } = runProgram("hadolint", [
      "--failure-threshold",
      "style",
      "deploy/Dockerfile",
    ]);
    expect({ status, out, errors }).toEqual({ status: 0, out: "", errors: "" });
  });
});

describeWith(["root", "podman", "runc", "debootstrap"], "the image", () => {
  const [build = "", start = "", open = "", stop = ""] = listCommands(
    "docs/production.md",
    /^docker (?!compose)/,
  );
  let containers: Containers;
  let port: number;

  beforeAll(async () => {
    containers = createContainers();
    const base = await makeBaseImage(containers);
    const mirror = await startSqliteMirror();
    try {
      await containers.follow(build, [
        "--isolation=chroot",
        // One commit for each stage: nobody builds on the steps in between.
        "--layers=false",
        "--network=host",
        "--format=docker",
        `--build-arg=BUILD_IMAGE=${base}`,
        `--build-arg=RUNTIME_IMAGE=${base}`,
        `--build-arg=npm_config_sqlite3_binary_host=${mirror.url}`,
      ]);
    } finally {
      mirror.stop();
    }
    port = await freePort();
    await containers.follow(start, [
      // In place of a published port: another network needs more rights than a test has.
      "--network=host",
      `--env=CALLBOARD_PORT=${port}`,
      "--env=CALLBOARD_ALLOW_NETWORKS=127.0.0.1",
    ]);
    await waitFor(async () => expect(await containers.logs("callboard")).toMatch(/^READY /m), MINUTES);
  }, 15 * MINUTES);
  afterAll(() => containers.remove());

  const inside = (...command: readonly string[]) => containers.run(["exec", "callboard", ...command]);

  test("is small, and names its license", async () => {
    const bytes = await containers.measureGzip("callboard");
    console.log(`image: ${Math.round(bytes / 1024 ** 2)} MiB, compressed`);
    expect(bytes).toBeGreaterThan(MIN_GZIP_BYTES);
    expect(bytes).toBeLessThan(MAX_GZIP_BYTES);
    const inspected = await containers.run(["image", "inspect", "callboard"]);
    const [{ Config }] = JSON.parse(inspected) as readonly [{ readonly Config: object }];
    expect(Config).toMatchObject({
      User: "10001:10001",
      Labels: { "org.opencontainers.image.title": "Callboard", "org.opencontainers.image.licenses": "MIT" },
    });
  });

  test("runs as a user without rights, on a root that nobody writes to, below tini", async () => {
    const [user, init, caps, root, data] = [
      await inside("id", "-u"),
      await inside("cat", "/proc/1/cmdline"),
      await inside("grep", "CapBnd", "/proc/self/status"),
      await inside("sh", "-c", "touch /app/x 2>&1 || true"),
      await inside("sh", "-c", "stat -c %a:%u /data /data/master.key | xargs"),
    ];
    expect(user.trim()).toBe("10001");
    expect(init).toMatch(/^tini\0--\0callboard\0serve/);
    expect(caps).toMatch(/^CapBnd:\t0+$/m);
    expect(root).toContain("Read-only file system");
    expect(data.trim()).toBe("700:10001 600:10001");
  });

  test("holds nothing but what runs", async () => {
    const paths = (await inside("find", "/app", "-maxdepth", "2")).split("\n");
    expect(paths).toContain("/app/dist/main.js");
    expect(paths.filter((path) => /\.ts$|tsbuildinfo|\/(?:src|test|typescript|vitest)$/.test(path))).toEqual(
      [],
    );
  });

  test("says whether it is healthy, and the command line works inside", async () => {
    await containers.run(["healthcheck", "run", "callboard"]);
    const [{ Config }] = JSON.parse(await containers.run(["inspect", "callboard"])) as readonly [
      { readonly Config: { readonly Healthcheck: { readonly Test: readonly string[] } } },
    ];
    const [, ...check] = Config.Healthcheck.Test;
    await expect(containers.run(["exec", "--env=CALLBOARD_PORT=9", "callboard", ...check])).rejects.toThrow(
      "ended with 1",
    );

    const link = await containers.follow(open);
    expect(link).toMatch(/^https:\/\/callboard\.example\.com\/admin\/login\//);
  });

  test("delivers an event, and stops in order", async () => {
    const receiver = await startReceiver();
    const callboard = (...args: string[]) => inside("callboard", ...args);
    await callboard("sites", "add", "tracker", "--product", "jira", "--name", "Tracker");
    await callboard("webhooks", "add", "--site", "tracker", "--name", "Board", receiver.url);
    await callboard("trigger", "jira:issue_created", "--site", "tracker", "--wait");
    expect(receiver.received.length).toBe(1);
    await receiver.close();

    await containers.follow(stop);
    expect(await containers.run(["inspect", "--format", "{{.State.ExitCode}}", "callboard"])).toBe("0\n");
    expect(await containers.logs("callboard")).toContain('"event":"host.stopped"');
  });
});
