/** What a sender that posts one event after the other notices of four callers whom nobody knows: alone and beside them, in turn. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { AnonymousCommand, AnonymousReport, AnonymousRequest } from "../anonymous-callers.ts";
import { newDirectory, startHost } from "../processes.ts";
import { createProducer } from "../producer.ts";
import { tellFigure } from "../report.ts";
import type { Figure } from "../report.ts";
import { MASTER_KEY, TOKEN, seedAddons, withDatabase } from "../seed.ts";
import { median, ratios, shown, spread } from "../statistics.ts";

const CALLERS = 4;
const FORM = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };
const JUNK = "x".repeat(100);
const JUNK_JWT = `JWT ${[
  { typ: "JWT", alg: "HS256" },
  { iss: "addon", exp: 4_000_000_000, qsh: JUNK },
]
  .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
  .join(".")}.${JUNK}`;

const REQUESTS: Readonly<Record<string, AnonymousRequest>> = {
  "forms without a session": {
    method: "POST",
    path: "/admin/settings",
    headers: FORM,
    body: "a=1&".repeat(16_000),
  },
  "logins with a wrong token": {
    method: "POST",
    path: "/admin/login",
    headers: FORM,
    body: `token=${JUNK}`,
  },
  "UPM without authentication": { method: "GET", path: "/jira/rest/plugins/1.0/", headers: {} },
  "events with a wrong token": {
    method: "POST",
    path: "/jira/ingest",
    headers: { authorization: `Bearer ${JUNK}`, "content-type": "application/json" },
    body: `{"webhookEvent":"e","a":"${"x".repeat(64_000)}"}`,
  },
  "JWT routes with a junk token": {
    method: "POST",
    path: "/jira/rest/api/3/webhook",
    headers: { authorization: JUNK_JWT, "content-type": "application/json" },
    body: "{}",
  },
  "unknown keys": { method: "GET", path: `/keys/${JUNK}`, headers: {} },
  "the health with a junk Host": { method: "GET", path: "/healthz", headers: { host: JUNK } },
};

/** The bar is for forms; the others are told beside it. */
const FORMS = "forms without a session";

export async function measureAnonymous(rounds: number, seconds: number): Promise<readonly Figure[]> {
  const directory = newDirectory();
  await withDatabase(`sqlite:${directory.path}/callboard.sqlite`, (database) =>
    seedAddons(database, [{ key: "addon", port: 9999, event: "nothing" }]),
  );
  const host = await startHost(directory.path, {
    CALLBOARD_MASTER_KEY: MASTER_KEY,
    CALLBOARD_ADMIN_TOKEN: TOKEN,
    CALLBOARD_LOG_LEVEL: "silent",
  });
  const callers = fork(fileURLToPath(new URL("../anonymous-callers.js", import.meta.url)), [
    host.url,
    String(CALLERS),
  ]);
  await once(callers, "message");
  const ask = async (command: AnonymousCommand): Promise<number> => {
    const reply = once(callers, "message");
    callers.send(command);
    const [{ answered }] = (await reply) as [AnonymousReport];
    return answered;
  };
  const producer = createProducer(host.url, TOKEN, { connections: 1 });
  let mark = 0;
  async function perSecond(): Promise<number> {
    const startedAt = performance.now();
    const first = mark;
    while (performance.now() - startedAt < seconds * 1_000) await producer.post((mark += 1));
    return (mark - first) / ((performance.now() - startedAt) / 1_000);
  }

  await perSecond();
  const figures: Figure[] = [];
  for (const [name, request] of Object.entries(REQUESTS)) {
    const alone: number[] = [];
    const beside: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      alone.push(await perSecond());
      await ask({ kind: "begin", request });
      beside.push(await perSecond());
      theirs.push((await ask({ kind: "end" })) / seconds);
    }
    const quotients = ratios(beside, alone);
    const figure: Figure = {
      name: `sequential sender beside ${CALLERS}: ${name} ÷ alone`,
      value: median(quotients),
      shown: `${shown(median(beside))}/s`,
      limit: `alone ${shown(median(alone))}/s`,
      ratio: median(quotients),
      detail: `${spread(quotients)}; they got ${shown(median(theirs))} responses/s`,
      ...(name === FORMS ? { bar: { atLeast: 0.8, aim: 0.9 } } : {}),
    };
    tellFigure(figure);
    figures.push(figure);
  }
  callers.kill("SIGKILL");
  await producer.close();
  await host.stop("SIGKILL");
  directory.remove();
  return figures;
}
