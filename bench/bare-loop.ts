/**
 * The limit that deliveries are held against: a bare undici loop that POSTs the same bytes at the same concurrency to the
 * same receiver, and nothing else, for as long as it is told. With `sign` it also makes a token and a body signature for each, as
 * the host does. It is measured when it is warm: a cold loop of 10,000 requests is half as fast.
 */
import { Pool } from "undici";
import { deriveBodyKey, signBody } from "../src/protocol/body-signature.ts";
import { createHmacKey, signToken } from "../src/protocol/token.ts";
import { payload } from "./body.ts";
import type { BareResult } from "./processes.ts";

const [port = "0", seconds = "1", concurrency = "64", mode = "plain"] = process.argv.slice(2);
const pool = new Pool(`http://127.0.0.1:${port}`, { connections: Number(concurrency), pipelining: 1 });
const body = Buffer.from(payload(0).replace('"mark":0,', ""));
const secret = "a-shared-secret-of-the-benchmark-0123456789";
const tokenKey = createHmacKey(secret);
const bodyKey = deriveBodyKey(secret);
const unsigned = `JWT ${"x".repeat(260)}`;

const WARM_UP_MS = 2_000;

let begun = 0;
let isOver = false;
/** What is measured begins once the loop is warm. */
let from: { readonly done: number; readonly at: number; readonly cpu: NodeJS.CpuUsage } | undefined;
let done = 0;

function headers(): string[] {
  const common = ["content-type", "application/json; charset=utf-8", "accept", "*/*", "user-agent", "bare"];
  if (mode === "plain") return [...common, "authorization", unsigned];
  const iat = Math.floor(Date.now() / 1000);
  const token = signToken({ iss: "bench", iat, exp: iat + 180, qsh: "0".repeat(64) }, tokenKey);
  const signed = signBody({ id: `dlv_1_${begun}`, timestampSeconds: iat, body, keys: [bodyKey] });
  return [...common, "authorization", `JWT ${token}`, ...Object.entries(signed).flat()];
}

function next(): void {
  if (isOver) return;
  begun += 1;
  pool.dispatch(
    { method: "POST", path: "/hook", headers: headers(), body },
    {
      onRequestStart: () => undefined,
      onResponseStart: () => undefined,
      onResponseData: () => undefined,
      onResponseEnd: () => {
        done += 1;
        next();
      },
      onResponseError: (_controller, error) => {
        throw error;
      },
    },
  );
}

setTimeout(() => {
  from = { done, at: performance.now(), cpu: process.cpuUsage() };
  setTimeout(finish, Number(seconds) * 1_000);
}, WARM_UP_MS);

function finish(): void {
  if (from === undefined) return;
  isOver = true;
  const count = done - from.done;
  const { user, system } = process.cpuUsage(from.cpu);
  process.send?.({
    perSecond: count / ((performance.now() - from.at) / 1_000),
    cpuMicros: (user + system) / count,
  } satisfies BareResult);
}

for (let index = 0; index < Number(concurrency); index += 1) next();
