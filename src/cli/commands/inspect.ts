/** `callboard inspect`: the Webhook Inspector, until a signal ends it or the events that it generated are back. */
import { readFile } from "node:fs/promises";
import { readRule } from "../../inspector/answers.ts";
import { OUTPUTS, createConsole } from "../../inspector/console.ts";
import type { Output } from "../../inspector/console.ts";
import { readFilter } from "../../inspector/filter.ts";
import type { Generated } from "../../inspector/generate.ts";
import { isGood, summaryOf } from "../../inspector/generate.ts";
import { createInspector } from "../../inspector/index.ts";
import type { Inspector, InspectorOptions } from "../../inspector/index.ts";
import { messageOf } from "../../errors.ts";
import { CommandFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import type { Context } from "../index.ts";
import { columns, printable } from "../io.ts";
import type { Io } from "../io.ts";

interface Options {
  readonly install?: boolean;
  readonly generate?: string;
  readonly port: string;
  readonly address: string;
  readonly baseUrl?: string;
  readonly accessToken?: string;
  readonly allowHost?: readonly string[];
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly output: string;
  readonly filter: string;
  readonly answer: string;
  readonly delay: string;
  readonly times: string;
  readonly keep: string;
  readonly store?: string;
}

export async function inspect({ io, client }: Context, options: Options): Promise<Ending> {
  const output = readOutput(options.output);
  const print = createConsole({
    output,
    filter: readFilter(options.filter),
    colour: isColourful(io.env),
    write: io.out,
  });
  const inspector = createInspector({
    ...(await settings(io, options)),
    host: { url: client.url, call: client.call },
    onCapture: print,
    onError: (error) => io.note(`error: ${messageOf(error)}\n`),
  });
  try {
    io.note(`Inspector  ${await start(inspector, options)}\n`);
    if (options.install === true || options.generate !== undefined) await install(inspector, io);
    if (options.generate !== undefined) {
      return await generate(inspector, options.generate, output === "jsonl" ? io.note : io.out);
    }
    await signal();
    return "done";
  } finally {
    await inspector.stop();
  }
}

async function settings(io: Io, options: Options): Promise<Omit<InspectorOptions, "host">> {
  const answer = readRule(options.answer, options.delay, options.times);
  if (answer === undefined) {
    throw usage("--answer is a status or drop, --delay up to 60000 ms, --times at least 1");
  }
  const accessToken = options.accessToken ?? io.env["CALLBOARD_INSPECTOR_TOKEN"];
  const { address, baseUrl, allowHost: allowedHosts, store, tlsCert, tlsKey } = options;
  if ((tlsCert === undefined) !== (tlsKey === undefined)) throw usage("--tls-cert and --tls-key go together");
  return {
    address,
    answer,
    port: readNumber("--port", options.port),
    most: readNumber("--keep", options.keep),
    ...(baseUrl === undefined ? {} : { baseUrl: baseUrl.replace(/\/+$/, "") }),
    ...(accessToken === undefined ? {} : { accessToken }),
    ...(allowedHosts === undefined ? {} : { allowedHosts }),
    ...(store === undefined ? {} : { store }),
    ...(tlsCert === undefined || tlsKey === undefined
      ? {}
      : { tls: { cert: await readFile(tlsCert, "utf8"), key: await readFile(tlsKey, "utf8") } }),
  };
}

async function start(inspector: Inspector, { address, port }: Options): Promise<string> {
  try {
    return await inspector.start();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    throw new CommandFailure(
      "unreachable",
      "EADDRINUSE",
      `Cannot listen on ${address}:${port}: another process does`,
      "Choose another port with --port",
    );
  }
}

async function install(inspector: Inspector, io: Io): Promise<void> {
  for (const { site, as, problem } of await inspector.install()) {
    const outcome = problem === undefined ? `installed as ${as}` : `not installed: ${printable(problem)}`;
    io.note(`  ${site.key}  ${site.product}  ${outcome}\n`);
  }
}

async function generate(
  inspector: Inspector,
  events: string,
  write: (text: string) => void,
): Promise<Ending> {
  const results = await inspector.generate(events === "all" ? "all" : events.split(","));
  const rows = results.map(({ site, event, outcome }) => [site.key, event, ...told(outcome)]);
  write(`${columns(rows).join("\n")}\n${summaryOf(results)}\n`);
  return results.length > 0 && results.every(({ outcome }) => isGood(outcome)) ? "done" : "failed";
}

const VERIFIED = { ok: "verified", bad: "not verified", unsigned: "not signed" } as const;

function told(outcome: Generated["outcome"]): readonly string[] {
  switch (outcome.kind) {
    case "waiting":
      return ["waiting", ""];
    case "not sent":
      return ["not sent", printable(outcome.because)];
    case "not received":
      return ["not received", outcome.deliveryId];
    case "received": {
      const { verification } = outcome.capture;
      return [VERIFIED[verification.state], `${outcome.afterMs} ms`];
    }
  }
}

function readOutput(text: string): Output {
  const output = OUTPUTS.find((known) => known === text);
  if (output === undefined) throw usage(`--output is one of ${OUTPUTS.join(", ")}`);
  return output;
}

function readNumber(flag: string, text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw usage(`${flag} ${text} is not a number`);
  return Number(text);
}

function usage(message: string): CommandFailure {
  return new CommandFailure("usage", "USAGE", message);
}

/** https://no-color.org, and nothing but text for whatever is not a terminal. */
function isColourful(env: Io["env"]): boolean {
  return process.stdout.isTTY && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
}

function signal(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGTERM", () => resolve()).once("SIGINT", () => resolve());
  });
}
