/** Entry of the thread that holds bodies against schemas. */
import { parentPort } from "node:worker_threads";
import { createSchemaJudge } from "./judge.ts";
import { COMPILED, READY } from "./thread.ts";
import type { ThreadMessage } from "./thread.ts";

const judge = createSchemaJudge();

parentPort?.on("message", ({ removed, added, bodies }: ThreadMessage) => {
  for (const no of removed) judge.remove(no);
  for (const [no, schema] of added) judge.add(no, schema);
  for (const [no, body] of bodies) {
    if (judge.prepare(no) === "compiled") parentPort?.postMessage(COMPILED);
    parentPort?.postMessage(judge.judge(no, body));
  }
});
parentPort?.postMessage(READY);
