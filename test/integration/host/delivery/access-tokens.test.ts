/** Access tokens over four processes on one PostgreSQL database: one request to the token server for each lifetime. */
import { expect, onTestFinished, test } from "vitest";
import { createAccessTokens } from "../../../../src/host/delivery/access-tokens.ts";
import type { AccessTokens } from "../../../../src/host/delivery/access-tokens.ts";
import { createTokenServer } from "../../../../src/host/delivery/token-server.ts";
import type { TokenOwner } from "../../../../src/host/model/access.ts";
import { openDatabase } from "../../../../src/host/store/db/database.ts";
import { migrate } from "../../../../src/host/store/db/migrate.ts";
import { createSeal } from "../../../../src/host/store/seal.ts";
import { silentLogger } from "../../../../src/logger.ts";
import { newPostgresUrl } from "../../../support/databases.ts";
import { egressWith } from "../../../support/egress.ts";
import { CLIENT, answerJson, startTokenServer } from "../../../support/token-server.ts";
import type { TestTokenServer } from "../../../support/token-server.ts";

const PROCESSES = 4;
const SEAL = createSeal(Buffer.alloc(32, 7));

/** What one process has: a database of its own, and the settings as it loaded them. */
interface Process {
  readonly tokens: AccessTokens;
  readonly owner: TokenOwner;
}

async function startProcesses(server: TestTokenServer): Promise<readonly Process[]> {
  const url = await newPostgresUrl();
  const processes: Process[] = [];
  for (let no = 0; no < PROCESSES; no += 1) {
    const database = await openDatabase(url);
    onTestFinished(() => database.close());
    await migrate(database);
    const fetchToken = createTokenServer({ egress: egressWith({}), now: database.now });
    const tokens = createAccessTokens({ database, seal: SEAL, fetchToken, logger: silentLogger });
    const client = {
      kind: "oauth2",
      tokenUrl: server.tokenUrl,
      clientId: CLIENT.id,
      clientSecret: CLIENT.secret,
      clientMethod: "basic",
    } as const;
    processes.push({ tokens, owner: { siteNo: 1, webhookNo: 7, since: 1, client } });
  }
  return processes;
}

async function startServer(): Promise<TestTokenServer> {
  const server = await startTokenServer();
  onTestFinished(server.close);
  return server;
}

const getAll = (processes: readonly Process[], each = 10) =>
  Promise.all(
    processes.flatMap(({ tokens, owner }) => Array.from({ length: each }, () => tokens.get(owner))),
  );

test("all begin at once, and one of them fetches the token", async () => {
  const server = await startServer();
  const results = await getAll(await startProcesses(server));
  expect(server.requests).toHaveLength(1);
  expect(
    new Set(results.map((result) => (result.kind === "token" ? result.token.token : result.detail))),
  ).toEqual(new Set(server.issued));
});

test("over several lifetimes there is one request for each, and no token is sent after its end", async () => {
  const server = await startServer();
  server.lifetime = 2;
  const processes = await startProcesses(server);
  const until = performance.now() + 7_000;
  let isEnded = false;
  while (performance.now() < until) {
    for (const result of await getAll(processes, 3)) {
      if (result.kind === "failed") throw new Error(result.detail);
      // The clocks of the test and the database are the same computer's.
      isEnded ||= result.token.expiresAt + 500 < Date.now();
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(isEnded).toBe(false);
  // Renewed 1.6 s after each was fetched: at 0, 1.6, 3.2, 4.8 and 6.4 s, and later ones the slower the machine is.
  expect(server.requests.length).toBeGreaterThanOrEqual(4);
  expect(server.requests.length).toBeLessThanOrEqual(5);
}, 30_000);

test("a failure is one request as well, until the next is due", async () => {
  const server = await startServer();
  server.answer = (_request, response) => answerJson(response, 500, {});
  const results = await getAll(await startProcesses(server));
  expect(results.every(({ kind }) => kind === "failed")).toBe(true);
  expect(server.requests).toHaveLength(1);
});

test("a token that a receiver refused is replaced by one request, and not before it is a minute old", async () => {
  const server = await startServer();
  const processes = await startProcesses(server);
  const [first] = await getAll(processes, 1);
  if (first?.kind !== "token") throw new Error("there is a token");
  const replaceAll = (fetchedAt: number) =>
    Promise.all(processes.map(({ tokens, owner }) => tokens.replace(owner, { ...first.token, fetchedAt })));
  expect(await replaceAll(first.token.fetchedAt)).toEqual([undefined, undefined, undefined, undefined]);
  expect(server.requests).toHaveLength(1);
});
