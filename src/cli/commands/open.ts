/** `callboard open`: opens the web app in a browser, logged in by a link that works once. */
import { spawn } from "node:child_process";
import { findBrowser } from "../browser.ts";
import type { BrowserCommand } from "../browser.ts";
import type { Context } from "../context.ts";
import type { Ending } from "../exit.ts";
import { print } from "../io.ts";

interface Options {
  readonly print?: boolean;
  readonly json?: boolean;
}

/** The link is printed as well: a browser may be on another machine, and whether one came up is not known. */
export async function open({ io, client }: Context, options: Options): Promise<Ending> {
  const link = await client.createLoginLink();
  print(io, options, link, [link.url]);
  const isTerminal = io.width !== undefined;
  if (options.print === true || options.json === true || !isTerminal) return "done";
  const browser = findBrowser(process.platform, io.env, link.url);
  const isStarted = browser !== undefined && (await start(browser));
  io.note(
    isStarted
      ? "Opened in the browser; the link works once\n"
      : "Open this link in a browser; it works once\n",
  );
  return "done";
}

/** Resolves to false if the program can't be run. It goes on after the command has ended. */
function start({ program, args }: BrowserCommand): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: "ignore", detached: true });
    child.once("error", () => resolve(false));
    child.once("spawn", () => {
      child.unref();
      resolve(true);
    });
  });
}
