/** `callboard inspect`: the Webhook Inspector, until a signal ends it or the events that it generated are back. */
import { readFile } from "node:fs/promises";
import { createConsole } from "../../inspector/console.ts";
import { readFilter } from "../../inspector/filter.ts";
import type { Generated } from "../../inspector/generate.ts";
import { isGood, describeResults } from "../../inspector/generate.ts";
import { createInspector } from "../../inspector/index.ts";
import type { Inspector, InspectorOptions } from "../../inspector/index.ts";
import { getMessage } from "../../errors.ts";
import { CommandFailure, usageFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import type { Context } from "../context.ts";
import { readEvents, readInspectFlags, readOutput } from "../inspect-flags.ts";
import type { InspectFlags } from "../inspect-flags.ts";
import { columns, printable } from "../io.ts";
import type { Io } from "../io.ts";
import { onEnd } from "../signals.ts";

interface Options extends InspectFlags {
  readonly install?: boolean;
  readonly generate?: string;
  readonly output: string;
  readonly filter?: string;
}

export async function inspect({ io, client }: Context, options: Options): Promise<Ending> {
  const output = readOutput(options.output);
  const { filter = "" } = options;
  const wanted = options.generate === undefined ? undefined : readEvents(options.generate);
  const print = createConsole({
    output,
    filter: readFilter(filter),
    color: io.color === true,
    write: io.out,
  });
  // A run that only generates events must leave nothing behind that later events would wait for.
  const isOneShot = wanted !== undefined && options.install !== true;
  const inspector = createInspector({
    ...(await settings(io, options)),
    ...(isOneShot ? { webhookName: "Webhook Inspector (single run)" } : {}),
    host: { url: client.url, call: (method, path, body) => client.request({ method, path, body }) },
    onCapture: print,
    onError: (error) => io.note(`error[INSPECTOR]: ${getMessage(error)}\n`),
  });
  const readerLeft = outputClosed();
  const interrupted = signal(io.env);
  try {
    io.note(`Inspector  ${await start(inspector, options)}\n`);
    if (filter !== "") io.note(`Printing   only webhooks that match ${printable(filter)}\n`);
    if (wanted !== undefined && wanted !== "all") await requireKnown(inspector, wanted);
    if (options.install === true || wanted !== undefined) await install(inspector, io);
    if (wanted !== undefined) {
      const generated = generate(inspector, wanted, output === "jsonl" ? io.note : io.out);
      return await Promise.race([generated, interrupted, readerLeft]);
    }
    return await Promise.race([interrupted, readerLeft]);
  } finally {
    if (isOneShot) await uninstall(inspector, io);
    await inspector.stop();
  }
}

async function settings({ env }: Io, flags: InspectFlags): Promise<Omit<InspectorOptions, "host">> {
  const { options, tlsFiles } = readInspectFlags(flags, env);
  if (tlsFiles === undefined) return options;
  const { cert, key } = tlsFiles;
  return {
    ...options,
    tls: { cert: await readPem("--tls-cert", cert), key: await readPem("--tls-key", key) },
  };
}

async function start(inspector: Inspector, { address, port }: Options): Promise<string> {
  try {
    return await inspector.start();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    throw new CommandFailure(
      "failed",
      "EADDRINUSE",
      `Cannot listen on ${address}:${port}: the port is in use`,
      "Choose another port with --port",
    );
  }
}

async function install(inspector: Inspector, io: Io): Promise<void> {
  for (const { site, as, problem, note } of await inspector.install()) {
    const outcome = problem === undefined ? `installed as ${as}` : `not installed: ${printable(problem)}`;
    io.note(`  ${site.key}  ${site.product}  ${outcome}\n`);
    if (note !== undefined) io.note(`    ${note}\n`);
  }
}

async function uninstall(inspector: Inspector, io: Io): Promise<void> {
  for (const failure of await inspector.uninstall()) io.note(`  not uninstalled: ${printable(failure)}\n`);
}

async function generate(
  inspector: Inspector,
  events: "all" | readonly string[],
  write: (text: string) => void,
): Promise<Ending> {
  const results = await inspector.generate(events);
  if (results.length === 0) {
    const message = "None of the host's sites is of a product that has these events";
    throw new CommandFailure(
      "failed",
      "NOTHING_TO_GENERATE",
      message,
      "List the sites with: callboard sites list",
    );
  }
  const rows = results.map(({ site, event, outcome }) => [site.key, event, ...told(outcome)]);
  write(`${columns(rows).join("\n")}\n${describeResults(results)}\n`);
  return results.every(({ outcome }) => isGood(outcome)) ? "done" : "failed";
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

/** A name that no product has is a slip, and reported before anything is installed or published. */
async function requireKnown(inspector: Inspector, events: readonly string[]): Promise<void> {
  const [unknown] = await inspector.unknownNames(events);
  if (unknown === undefined) return;
  const hint =
    unknown.near.length === 0 ? "See: callboard catalogue list" : `Near names: ${unknown.near.join(", ")}`;
  const message = `No product has the event type ${printable(unknown.event)}`;
  throw new CommandFailure("failed", "EVENT_UNKNOWN", message, hint);
}

async function readPem(flag: string, file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw usageFailure(`${flag} ${printable(file)} cannot be read: ${getMessage(error)}`);
  }
}

function signal(env: Io["env"]): Promise<Ending> {
  return new Promise((resolve) => {
    onEnd(env, { stop: () => resolve("done"), insist: () => process.exit(1) });
  });
}

/** Whoever read the output may leave, as `| head` does. To write on then would end the process with a stack trace. */
function outputClosed(): Promise<Ending> {
  return new Promise((resolve) => {
    process.stdout.on("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code === "EPIPE" ? "done" : "failed");
    });
  });
}
