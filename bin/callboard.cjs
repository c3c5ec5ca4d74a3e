#!/usr/bin/env node
"use strict";
// SQLite and name look-ups of single labels share libuv's threads; the pool can only be sized before it is first used.
process.env.UV_THREADPOOL_SIZE ??= "8";
import("../dist/main.js");
