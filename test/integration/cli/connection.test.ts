/** How a command finds its server, and which responses count as Callboard's. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { readConnection } from "../../../src/cli/connection.ts";
import { run } from "../../../src/cli/index.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "callboard-connection-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("readConnection", () => {
  const TOKEN = "cb_0123456789abcdefghij";

  test("reads URL and token from the data directory when the environment has neither", async () => {
    writeFileSync(join(folder, "url"), "http://127.0.0.1:3680\n");
    writeFileSync(join(folder, "token"), `${TOKEN}\n`);
    expect(await readConnection({ CALLBOARD_DATA_DIR: folder })).toEqual({
      url: "http://127.0.0.1:3680",
      token: TOKEN,
      urlFrom: join(folder, "url"),
    });
  });

  test("uses the default URL when nothing names one", async () => {
    expect(
      await readConnection({ CALLBOARD_DATA_DIR: join(folder, "none"), CALLBOARD_TOKEN: TOKEN }),
    ).toMatchObject({ url: "http://127.0.0.1:2990", urlFrom: "the default" });
  });

  describe("without a token file", () => {
    const first = "a-first-token-of-a-server";
    const env = { CALLBOARD_ADMIN_TOKEN: first, CALLBOARD_DATA_DIR: "/nowhere" };

    test("uses the first token of the server with the same environment", async () => {
      expect(await readConnection(env)).toMatchObject({ token: first });
      expect(await readConnection({ ...env, CALLBOARD_TOKEN: TOKEN })).toMatchObject({ token: TOKEN });
    });

    test("never sends that token to the server of CALLBOARD_URL", async () => {
      await expect(
        readConnection({ ...env, CALLBOARD_URL: "https://elsewhere.example" }),
      ).rejects.toMatchObject({ code: "AUTH_MISSING" });
    });
  });

  test.each([
    [{ CALLBOARD_PORT: "3680" }, "http://127.0.0.1:3680"],
    [{ CALLBOARD_HOST: "0.0.0.0", CALLBOARD_PORT: "3680" }, "http://127.0.0.1:3680"],
    [{ CALLBOARD_HOST: "::" }, "http://[::1]:2990"],
    [{ CALLBOARD_HOST: "10.1.2.3" }, "http://10.1.2.3:2990"],
    [{ CALLBOARD_PORT: "0" }, "http://127.0.0.1:2990"],
    [{ CALLBOARD_PORT: "http" }, "http://127.0.0.1:2990"],
    [{ CALLBOARD_PORT: "99999" }, "http://127.0.0.1:2990"],
    [{ CALLBOARD_HOST: "a b" }, "http://127.0.0.1:2990"],
  ])("with %o the default URL is where a server would listen", async (settings, url) => {
    const env = { ...settings, CALLBOARD_DATA_DIR: join(folder, "none"), CALLBOARD_TOKEN: TOKEN };
    expect(await readConnection(env)).toMatchObject({ url, urlFrom: "the default" });
  });

  test.each([
    ["a line break", `${TOKEN}\n`],
    ["a Windows line break", `${TOKEN}\r\n`],
    ["spaces", `  ${TOKEN} `],
    ["a byte order mark", `\uFEFF${TOKEN}`],
  ])("a token with %s around it is used without", async (_name, text) => {
    const env = { CALLBOARD_URL: "https://callboard.example/x/\n", CALLBOARD_TOKEN: text };
    expect(await readConnection(env)).toMatchObject({ token: TOKEN, url: "https://callboard.example/x" });
  });

  test.each([
    ["a line break inside", "cb_one\ncb_two"],
    ["a space inside", "Bearer cb_one"],
    ["a letter outside ASCII", "cb_ä"],
  ])("a token with %s is a usage error that names the variable and not the value", async (_name, text) => {
    const failure = await readConnection({ CALLBOARD_TOKEN: text, CALLBOARD_DATA_DIR: folder }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ ending: "usage", code: "CONFIG_INVALID" });
    expect((failure as Error).message).toContain("CALLBOARD_TOKEN");
    expect((failure as Error).message).not.toContain(text);
  });

  test("an empty variable counts as unset", async () => {
    const env = { CALLBOARD_URL: " ", CALLBOARD_TOKEN: "\n", CALLBOARD_DATA_DIR: folder };
    expect(await readConnection(env)).toMatchObject({ url: "http://127.0.0.1:3680", token: TOKEN });
  });

  test("a URL that is none names where it is from", async () => {
    await expect(
      readConnection({ CALLBOARD_URL: "callboard.example", CALLBOARD_TOKEN: TOKEN }),
    ).rejects.toThrow(/CALLBOARD_URL must be a URL/);
  });
});

describe("a response that is not Callboard's", () => {
  let server: Server | undefined;
  afterEach(() => new Promise((resolve) => server?.close(resolve)));

  async function callboard(args: readonly string[], listener: RequestListener) {
    const listening = createServer(listener);
    server = listening;
    await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
    let out = "";
    let notes = "";
    const code = await run(args, {
      out: (text) => void (out += text),
      note: (text) => void (notes += text),
      env: { CALLBOARD_URL: url, CALLBOARD_TOKEN: "cb_0123456789abcdefghij" },
      readInput: () => Promise.resolve("{}"),
    });
    return { code, out, notes };
  }

  const COMMANDS = [
    ["token", "revoke", "tok_1"],
    ["webhooks", "delete", "whk_1_1"],
    ["uninstall", "com.example.a"],
    ["disable", "com.example.a"],
    ["keys", "rotate"],
    ["redeliver", "dlv_1"],
    ["trigger", "jira:issue_created", "--data", "-"],
    ["install", "http://localhost:3000/atlassian-connect.json"],
    ["sites"],
    ["addons"],
    ["deliveries"],
    ["events", "received"],
    ["open"],
  ];

  const RESPONSES: readonly (readonly [string, RequestListener])[] = [
    ["an empty 200", (_, response) => void response.end()],
    ["a 204", (_, response) => void response.writeHead(204).end()],
    [
      "an empty object",
      (_, response) => void response.setHeader("content-type", "application/json").end("{}"),
    ],
    ["a page", (_, response) => void response.setHeader("content-type", "text/html").end("<html>")],
    ["an empty 502", (_, response) => void response.writeHead(502).end()],
  ];

  test.each(RESPONSES)("%s ends every command with exit code 3 and no result", async (_name, listener) => {
    for (const args of COMMANDS) {
      const { code, out, notes } = await callboard(args, listener);
      expect({ args, code, out }).toEqual({ args, code: 3, out: "" });
      expect(notes).toContain("the response is not Callboard's");
      await new Promise((resolve) => server?.close(resolve));
    }
  });

  test.each([301, 302, 307, 308])(
    "a %i ends every command with exit code 3 and the target",
    async (status) => {
      for (const args of COMMANDS) {
        const { code, out, notes } = await callboard(args, (request, response) => {
          response.writeHead(status, { location: `https://callboard.example${request.url ?? ""}` }).end();
        });
        expect({ args, code, out }).toEqual({ args, code: 3, out: "" });
        expect(notes).toContain(`returned ${status} and redirects to https://callboard.example/api/v1/`);
        expect(notes).toContain("Set CALLBOARD_URL=https://callboard.example\n");
        await new Promise((resolve) => server?.close(resolve));
      }
    },
  );

  test("a redirect without a target is one as well", async () => {
    const { code, notes } = await callboard(["sites"], (_, response) => void response.writeHead(302).end());
    expect([code, notes]).toEqual([3, expect.stringContaining("redirects to elsewhere")]);
  });
});
