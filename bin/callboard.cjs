#!/usr/bin/env node
"use strict";
// SQLite and name look-ups of single labels share libuv's threads; the pool can only be sized before it is first used.
process.env.UV_THREADPOOL_SIZE ??= "8";
import("../dist/main.js").catch((error) => {
  if (error.code !== "EMFILE") throw error;
  const limit = process.report.getReport().userLimits?.open_files?.soft ?? "too few";
  process.stderr.write(
    `error[EMFILE]: Callboard cannot open enough files: this process may open ${limit}\n` +
      "  Raise the limit to 1,024 or more, for example with `ulimit -n 1024`\n",
  );
  process.exitCode = 1;
});
