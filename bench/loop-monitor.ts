/** Loaded before the server, and alone as the control: tells the longest block of the event loop when it is asked. */
import { monitorEventLoopDelay } from "node:perf_hooks";

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
process.on("message", (message) => {
  if (message !== "longest-block") return;
  process.send?.({ longestBlockMs: delay.max / 1e6 });
  delay.reset();
});
