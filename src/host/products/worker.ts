/** Entry of the thread that reads product documents. */
import { parentPort } from "node:worker_threads";
import { writeStep } from "./progress.ts";
import { runTask } from "./task.ts";
import type { ProductTask } from "./task.ts";

parentPort?.on("message", ({ task, progress }: { task: ProductTask; progress: SharedArrayBuffer }) => {
  parentPort?.postMessage(runTask(task, (pointer) => writeStep(progress, pointer)));
});
