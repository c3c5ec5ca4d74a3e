/** Options of every command, errors for programs, the settings and shell completion. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../../src/cli/index.ts";
import { CONFIG_KEYS } from "../../../src/config-keys.ts";
import { startTestHost } from "../../support/host.ts";
import type { TestHost } from "../../support/host.ts";

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost();
});
afterAll(() => host.stop());

async function callboard(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  let [out, notes] = ["", ""];
  const code = await run(args, {
    out: (text) => void (out += text),
    note: (text) => void (notes += text),
    env,
    readInput: () => Promise.resolve(""),
    readLine: () => Promise.resolve("y"),
  });
  return { code, out, notes };
}

describe("server and token", () => {
  test.each(["before", "after"])("are options %s the command", async (place) => {
    const flags = ["--url", host.url, "--token", host.token];
    const args = place === "before" ? [...flags, "sites"] : ["sites", "list", ...flags];
    expect((await callboard(args)).out).toContain("jira");
  });

  test("go before the option of the environment", async () => {
    const wrong = { CALLBOARD_URL: "http://127.0.0.1:9", CALLBOARD_TOKEN: "cb_wrong" };
    expect((await callboard(["sites", "--url", host.url, "--token", host.token], wrong)).code).toBe(0);
  });

  test("are not taken for the URL of a webhook", async () => {
    const env = { CALLBOARD_URL: host.url, CALLBOARD_TOKEN: host.token };
    const added = await callboard(["--json", "webhooks", "add", "https://a.example/x", "--name", "A"], env);
    const { id } = JSON.parse(added.out) as { readonly id: string };
    const edited = await callboard(["webhooks", "edit", id, "--url", "https://b.example/y", "--json"], env);
    expect(JSON.parse(edited.out)).toMatchObject({ url: "https://b.example/y" });
  });
});

describe("--json", () => {
  test.each([
    ["of commander", ["sites", "--json", "--bad"], 2, "USAGE"],
    ["before the command", ["--json", "nothing"], 2, "USAGE"],
    ["of the server", ["addons", "show", "none", "--json"], 4, "ADDON_NOT_FOUND"],
    ["of the connection", ["sites", "--json", "--url", "http://127.0.0.1:1"], 3, "UNREACHABLE"],
  ])("makes an error %s one problem document", async (_name, args, exitCode, code) => {
    const env = { CALLBOARD_URL: host.url, CALLBOARD_TOKEN: host.token };
    const failed = await callboard(args, env);
    expect(failed.code).toBe(exitCode);
    expect(failed.out).toBe("");
    expect(JSON.parse(failed.notes)).toMatchObject({ code, exitCode, title: expect.any(String) as string });
  });

  test("before the command is that of the command", async () => {
    const { out } = await callboard(["--json", "sites", "--url", host.url, "--token", host.token]);
    expect(JSON.parse(out)).toHaveProperty("items");
  });
});

test("--quiet leaves results and errors, and asks nothing", async () => {
  const env = { CALLBOARD_URL: host.url, CALLBOARD_TOKEN: host.token };
  expect((await callboard(["addons"], env)).notes).toContain("No add-ons");
  expect((await callboard(["addons", "--quiet"], env)).notes).toBe("");
  const asked = await callboard(["uninstall", "none", "--quiet"], env);
  expect(asked.notes).toMatch(/^error\[/);
});

describe("config", () => {
  const MASTER_KEY = randomBytes(32).toString("base64");
  const SET = {
    CALLBOARD_PORT: "3001",
    CALLBOARD_ADMIN_TOKEN: "cb_canary_of_a_token_0123456789",
    CALLBOARD_DATABASE_URL: "postgres://u:canary-password@db.example/c",
    CALLBOARD_MASTER_KEY: MASTER_KEY,
  };

  test("shows what is set, and no secret", async () => {
    for (const flags of [[], ["--all"], ["--json"]]) {
      const { code, out, notes } = await callboard(["config", ...flags], SET);
      expect([code, out]).toEqual([0, expect.stringContaining("3001")]);
      expect(out + notes).not.toContain("canary");
      expect(out + notes).not.toContain(MASTER_KEY);
    }
  });

  test("shows no password of any URL", async () => {
    const env: Record<string, string> = { ...SET };
    const web = "https://u:canary-password@db.example/c";
    const database = "postgres://db.example/c?user=u&password=canary-password";
    for (const key of Object.keys(CONFIG_KEYS).filter((name) => name.endsWith("_URL")))
      env[key] = /^CALLBOARD_(BASE_)?URL$/.test(key) ? web : database;
    for (const flags of [[], ["--all"], ["--json"]]) {
      const { out, notes } = await callboard(["config", ...flags], env);
      expect(out).toContain("db.example");
      expect(out + notes).not.toContain("canary");
    }
  });

  test("shows the data directory and the database of its options", async () => {
    const { code, out } = await callboard([
      ...["config", "--data-dir", "/srv/callboard", "--database-url", "sqlite:/srv/one.sqlite"],
    ]);
    expect([code, out]).toEqual([0, expect.stringMatching(/sqlite:\/srv\/one\.sqlite/) as string]);
    expect(out).toContain("/srv/callboard");
  });

  test("tells every problem, and what is unknown, and ends with 2", async () => {
    const env = { CALLBOARD_PORT: "x", CALLBOARD_PROFILE: "y", CALLBOARD_PROT: "1" };
    const { code, notes } = await callboard(["config"], env);
    expect(code).toBe(2);
    expect(notes).toMatch(/CALLBOARD_PORT must be/);
    expect(notes).toMatch(/CALLBOARD_PROFILE must be/);
    expect(notes).toMatch(/CALLBOARD_PROT is not a setting; did you mean CALLBOARD_PORT\?/);
  });
});

describe("completion", () => {
  test.each([
    ["callboard endp", 1, "endpoints"],
    ["callboard endpoints re", 2, "resume"],
    ["callboard webhooks add --gen", 3, "--generate-secret"],
    ["callboard --quiet jwt ver", 3, "verify"],
  ])("bash completes %j", async (line, index, expected) => {
    const { out } = await callboard(["completion", "bash"]);
    const words = line.split(" ").map((word) => `"${word}"`);
    const script = `${out}\nCOMP_WORDS=(${words.join(" ")}); COMP_CWORD=${index}; _callboard; echo "\${COMPREPLY[*]}"`;
    const { stdout } = await promisify(execFile)("bash", ["-c", script]);
    expect(stdout.trim()).toBe(expected);
  });

  test("fish and zsh get every command", async () => {
    const [fish, zsh] = [await callboard(["completion", "fish"]), await callboard(["completion", "zsh"])];
    expect(fish.out).toContain(
      "-n '__fish_seen_subcommand_from endpoints; and __fish_seen_subcommand_from resume'",
    );
    expect(zsh.out).toMatch(/^#compdef callboard\n/);
  });

  test("another shell is refused", async () => {
    expect((await callboard(["completion", "tcsh"])).code).toBe(2);
  });
});
