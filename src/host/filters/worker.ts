/** Entry of the thread that parses filters. */
import { parentPort } from "node:worker_threads";
import { readFilterText } from "../model/filter-text.ts";

parentPort?.on("message", (text: string) => {
  parentPort?.postMessage(readFilterText(text));
});
