import { expect, test } from "vitest";
import { CallboardError } from "../../../src/errors.ts";
import { findStartFailure } from "../../../src/cli/start-failure.ts";

const CONFIG = { host: "127.0.0.1", port: 2990 };
const systemError = (code: string, more: object = {}) =>
  Object.assign(new Error("the cause"), { code, ...more });

const OTHER_PORT = /stop it, or choose another port with --port$/;
const OTHER_ADDRESS = /^Choose another address or port with --host and --port$/;
const OTHER_FOLDER = /^Choose another directory with --data-dir/;

test.each<[cause: string, error: Error, message: string, hint: RegExp]>([
  [
    "a port in use",
    systemError("EADDRINUSE", { syscall: "listen" }),
    "Cannot listen on 127.0.0.1:2990 (EADDRINUSE)",
    OTHER_PORT,
  ],
  [
    "a port for administrators",
    systemError("EACCES", { syscall: "listen" }),
    "Cannot listen on 127.0.0.1:2990 (EACCES)",
    OTHER_ADDRESS,
  ],
  [
    "a host that nobody has",
    systemError("ENOTFOUND", { syscall: "getaddrinfo" }),
    "Cannot listen on 127.0.0.1:2990 (ENOTFOUND)",
    OTHER_ADDRESS,
  ],
  [
    "a folder that can't be created",
    systemError("EACCES", { syscall: "mkdir", path: "/data" }),
    "Cannot create the directory /data: this user has no permission (EACCES)",
    OTHER_FOLDER,
  ],
  [
    "a full disk",
    systemError("ENOSPC", { syscall: "open", path: "/data/token" }),
    "Cannot use /data/token: the disk is full (ENOSPC)",
    OTHER_FOLDER,
  ],
  [
    "an error of files that has no name of its own",
    systemError("EIO", { syscall: "read", path: "/data/key" }),
    "Cannot use /data/key: the cause (EIO)",
    OTHER_FOLDER,
  ],
  [
    "a file that is no database",
    new CallboardError("STORE_INVALID", "a.sqlite is no SQLite database"),
    "a.sqlite is no SQLite database",
    /^Choose another data directory with --data-dir/,
  ],
  [
    "a database that is away",
    new CallboardError("STORAGE", "The database does not respond"),
    "The database does not respond",
    /then start again\. .*CALLBOARD_DATABASE_URL$/,
  ],
])("%s is reported with its code, and what to do", (_cause, error, message, hint) => {
  const failure = findStartFailure(error, CONFIG);

  expect(failure).toMatchObject({ ending: "failed", code: (error as NodeJS.ErrnoException).code, message });
  expect(failure?.hint).toMatch(hint);
});

test.each<[what: string, error: unknown]>([
  ["a defect", new TypeError("undefined is not a function")],
  ["a setting", new CallboardError("CONFIG_INVALID", "CALLBOARD_PORT must be a number")],
  ["an error of the network without a path", systemError("ECONNREFUSED", { syscall: "connect" })],
])("%s is left as it is", (_what, error) => {
  expect(findStartFailure(error, CONFIG)).toBeUndefined();
});
