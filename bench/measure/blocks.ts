/**
 * The longest block of the event loop for each hostile or large input, and for the first request of each kind after a
 * start: the server's maximum minus that of an idle process beside it, best of three.
 */
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { canonicalRequest, queryStringHash } from "../../src/protocol/qsh.ts";
import { createHmacKey, signToken } from "../../src/protocol/token.ts";
import { FIRST_INPUTS, SERVED, WARM_INPUTS } from "../block-inputs.ts";
import type { Input, Place } from "../block-inputs.ts";
import type { Blocks } from "../loop-monitor.ts";
import { newDirectory, startHost } from "../processes.ts";
import type { HostProcess } from "../processes.ts";
import { tellFigure } from "../report.ts";
import type { Figure } from "../report.ts";
import { MASTER_KEY, SECRET, TOKEN, seedAddons, withDatabase } from "../seed.ts";

const MONITOR = fileURLToPath(new URL("../loop-monitor.js", import.meta.url));
const ADDON = "bench";
/** Nobody listens there. */
const NOWHERE_PORT = 9999;
/** What is left of an input after its response: the commit, and the first attempts. */
const AFTER_MS = 150;
/** What a host does by itself once it is up. */
const QUIET_MS = 3_000;

async function readBlocks(child: ChildProcess): Promise<Blocks> {
  const answer = once(child, "message");
  child.send("longest-block");
  const [blocks] = (await answer) as [Blocks];
  return blocks;
}

interface Visitor {
  readonly cookie: string;
}

function credentials(
  { as = "token", path, method = "POST" }: Input,
  { cookie }: Visitor,
): Readonly<Record<string, string>> {
  switch (as) {
    case "nobody":
      return {};
    case "visitor":
      return { cookie };
    case "token":
      return { authorization: `Bearer ${TOKEN}` };
    case "addon": {
      const iat = Math.floor(Date.now() / 1000);
      const qsh = queryStringHash(canonicalRequest(method, path.replace("/jira", ""), ""));
      const token = signToken({ iss: ADDON, iat, exp: iat + 180, qsh }, createHmacKey(SECRET));
      return { authorization: `JWT ${token}` };
    }
  }
}

/** Resolves to the status, undefined when the server did not take all of it. */
async function send(host: HostProcess, input: Input, visitor: Visitor): Promise<number | undefined> {
  const response = await fetch(host.url + input.path, {
    method: input.method ?? "POST",
    headers: { "content-type": "application/json", ...credentials(input, visitor), ...input.headers },
    ...(input.body === undefined ? {} : { body: input.body }),
    redirect: "manual",
  } as RequestInit).catch(() => undefined);
  await response?.arrayBuffer().catch(() => undefined);
  return response?.status;
}

interface Block extends Blocks {
  readonly status: number | undefined;
}

interface Bench {
  readonly place: Place;
  readonly start: () => Promise<HostProcess>;
  readonly visitor: Visitor;
  /** Of the host's blocks, what is not the machine's. */
  readonly measure: (host: HostProcess, input: Input) => Promise<Block>;
}

/** @param quietMs for which the blocks are watched after the response */
async function measured(
  host: HostProcess,
  control: ChildProcess,
  input: Input,
  visitor: Visitor,
  quietMs: number,
): Promise<Block> {
  await Promise.all([readBlocks(host.child), readBlocks(control)]);
  const status = await send(host, input, visitor);
  await sleep(quietMs);
  const [own, idle] = await Promise.all([readBlocks(host.child), readBlocks(control)]);
  return {
    status,
    longestBlockMs: Math.max(0, own.longestBlockMs - idle.longestBlockMs),
    cpuMs: own.cpuMs,
  };
}

function best(blocks: readonly Block[], { name, mostMs }: Input): Figure {
  const [first] = [...blocks].sort((one, other) => one.longestBlockMs - other.longestBlockMs);
  const value = first?.longestBlockMs ?? NaN;
  const figure: Figure = {
    name,
    value,
    shown: `${value.toFixed(1)} ms`,
    limit: "an idle process",
    detail: `${Math.min(...blocks.map(({ cpuMs }) => cpuMs)).toFixed(1)} ms of CPU at once; ${first?.status ?? "connection closed"}`,
    bar: { atMost: mostMs, aim: mostMs, unit: "ms" },
  };
  tellFigure(figure);
  return figure;
}

async function measureWarm(bench: Bench, rounds: number): Promise<readonly Figure[]> {
  const host = await bench.start();
  const figures: Figure[] = [];
  for (const make of WARM_INPUTS) {
    const blocks: Block[] = [];
    for (let round = 0; round < rounds; round += 1) blocks.push(await bench.measure(host, make(bench.place)));
    figures.push(best(blocks, make(bench.place)));
  }
  await host.stop("SIGKILL");
  return figures;
}

async function measureFirst(bench: Bench, rounds: number): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const make of FIRST_INPUTS) {
    const blocks: Block[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const host = await bench.start();
      blocks.push(await bench.measure(host, make(bench.place)));
      await host.stop("SIGKILL");
    }
    const input = make(bench.place);
    figures.push(best(blocks, { ...input, name: `first: ${input.name}` }));
  }
  return figures;
}

async function prepare(host: HostProcess): Promise<Visitor> {
  const post = (path: string, body: object) =>
    fetch(host.url + path, {
      method: "POST",
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  for (const product of ["confluence", "projectrak", "backlog", "tracker"])
    await post("/api/v1/sites", { key: product, name: product, product });
  await post("/api/v1/sites", { key: "filtered", name: "Filtered", product: "jira" });
  await post("/api/v1/sites/filtered/webhooks", {
    name: "Bench",
    url: `http://127.0.0.1:${NOWHERE_PORT}/{issue.key}`,
    filter: "project = AB or project is EMPTY",
  });
  const login = await fetch(`${host.url}/admin/login`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" },
    body: `token=${TOKEN}`,
    redirect: "manual",
  });
  return {
    cookie: login.headers
      .getSetCookie()
      .map((cookie) => cookie.split(";")[0])
      .join("; "),
  };
}

/** Descriptors are served, and callbacks answered, as a good add-on would. */
async function serveDescriptors(): Promise<{ readonly origin: string; readonly stop: () => void }> {
  const server = createServer((request, response) => {
    request.resume();
    const make = SERVED.get(request.url ?? "");
    if (make === undefined) response.writeHead(204).end();
    else response.writeHead(200, { "content-type": "application/json" }).end(make());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** @param rounds of which the best counts */
export async function measureBlocks(rounds: number): Promise<readonly Figure[]> {
  const directory = newDirectory();
  await withDatabase(`sqlite:${directory.path}/callboard.sqlite`, (database) =>
    seedAddons(database, [{ key: ADDON, port: NOWHERE_PORT }]),
  );
  const descriptors = await serveDescriptors();
  const control = fork(MONITOR);
  // The same one after each start: the cookie of a login is for a port.
  const port = await freePort();
  const start = () =>
    startHost(directory.path, {
      CALLBOARD_PORT: String(port),
      NODE_OPTIONS: `--import=${MONITOR}`,
      CALLBOARD_LOG_LEVEL: "silent",
      CALLBOARD_MASTER_KEY: MASTER_KEY,
      CALLBOARD_ADMIN_TOKEN: TOKEN,
    });
  try {
    const first = await start();
    const visitor = await prepare(first);
    await first.stop("SIGKILL");
    const bench: Bench = {
      place: { origin: descriptors.origin },
      start,
      visitor,
      measure: (host, input) =>
        measured(host, control, input, visitor, input.path === "/healthz" ? QUIET_MS : AFTER_MS),
    };
    return [...(await measureFirst(bench, rounds)), ...(await measureWarm(bench, rounds))];
  } finally {
    control.kill("SIGKILL");
    descriptors.stop();
    directory.remove();
  }
}
