/** The compose files of deploy/, as Compose reads them. */
import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { unknownKeys } from "../../src/config.ts";
import { createTrust } from "../../src/host/web/http/origin.ts";
import { ROOT, describeWith, readFromRoot, runProgram } from "./programs.ts";

const ONE = "deploy/compose.yaml";
const THREE = "deploy/compose.postgres.yaml";

const SETTINGS = {
  CALLBOARD_BASE_URL: "https://callboard.example.com",
  CALLBOARD_MASTER_KEY: "a-master-key",
  CALLBOARD_ADMIN_TOKEN: "an-admin-token",
  POSTGRES_PASSWORD: "apassword",
};

interface Composed {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly environment?: Readonly<Record<string, string>>;
        readonly volumes?: readonly unknown[];
        readonly deploy?: { readonly replicas: number };
        readonly read_only?: boolean;
        readonly cap_drop?: readonly string[];
      }
    >
  >;
  readonly networks: Readonly<Record<string, { readonly ipam: { readonly config: readonly Subnet[] } }>>;
}
interface Subnet {
  readonly subnet: string;
  readonly gateway?: string;
}

const compose = (file: string, env: Readonly<Record<string, string>>) =>
  runProgram("docker-compose", ["-f", file, "config"], { env: { PATH: process.env["PATH"], ...env } });

describeWith(["docker-compose"], "the compose files", () => {
  const read = (file: string) => {
    const { status, out, errors } = compose(file, SETTINGS);
    expect([status, errors]).toEqual([0, ""]);
    return parse(out) as Composed;
  };

  test.each([ONE, THREE])("%s is taken, with settings that exist", (file) => {
    const { services } = read(file);
    const { environment = {}, ...service } = services["callboard"] ?? {};
    expect(unknownKeys(environment)).toEqual([]);
    expect(environment["CALLBOARD_BASE_URL"]).toBe(SETTINGS.CALLBOARD_BASE_URL);
    expect(service).toMatchObject({ read_only: true, cap_drop: ["ALL"] });
  });

  test.each([
    [ONE, "CALLBOARD_BASE_URL"],
    [THREE, "CALLBOARD_BASE_URL"],
    [THREE, "CALLBOARD_MASTER_KEY"],
    [THREE, "CALLBOARD_ADMIN_TOKEN"],
    [THREE, "POSTGRES_PASSWORD"],
  ])("%s asks for %s when it is missing", (file, key) => {
    const { status, errors } = compose(file, { ...SETTINGS, [key]: "" });
    expect([status === 0, errors]).toEqual([false, expect.stringContaining(key)]);
  });

  test("requests come from addresses that Callboard trusts", () => {
    for (const file of [ONE, THREE]) {
      const { services, networks } = read(file);
      const trusts = createTrust(
        (services["callboard"]?.environment?.["CALLBOARD_TRUSTED_PROXIES"] ?? "").split(","),
      );
      const [{ subnet, gateway } = { subnet: "" }] = networks["default"]?.ipam.config ?? [];
      expect([file, trusts(gateway ?? subnet.replace(/0\/24$/, "77"))]).toEqual([file, true]);
      expect(trusts("192.0.2.1")).toBe(false);
    }
  });

  test("three processes share one database and one key", () => {
    const { deploy, environment } = read(THREE).services["callboard"] ?? {};
    expect([deploy?.replicas, environment]).toMatchObject([
      3,
      {
        CALLBOARD_DATABASE_URL: "postgres://callboard:apassword@postgres:5432/callboard",
        CALLBOARD_MASTER_KEY: SETTINGS.CALLBOARD_MASTER_KEY,
      },
    ]);
  });
});

test("files that are mounted exist, but for the certificate", () => {
  const { services } = parse(readFromRoot(THREE)) as Composed;
  const mounted = (services["nginx"]?.volumes ?? []).map((volume) => String(volume).split(":")[0] ?? "");
  expect(mounted.length).toBe(3);
  const missing = mounted.filter((path) => !isAbsolute(path) && !existsSync(join(ROOT, "deploy", path)));
  expect(missing).toEqual(["./certs"]);
});

test("env.example has every variable that the file asks for", () => {
  const asked = [...readFromRoot(THREE).matchAll(/\$\{([A-Z_]+):\?/g)].map(([, key]) => key);
  const given = [...readFromRoot("deploy/env.example").matchAll(/^([A-Z_]+)=/gm)].map(([, key]) => key);
  expect(given.toSorted()).toEqual(asked.toSorted());
});
