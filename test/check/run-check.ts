/** Runs a check in this process, against an add-on of the tests. */
import { CHECK_IDS } from "../../src/check/checks.ts";
import type { CheckId } from "../../src/check/checks.ts";
import { runAddonCheck } from "../../src/check/index.ts";
import type { CheckOptions, CheckedRun } from "../../src/check/index.ts";
import type { CheckResult } from "../../src/check/run.ts";

export interface Started {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

export interface CheckedOptions {
  readonly checks?: readonly CheckId[];
  readonly limitMs?: number;
  /** Port of the host, for an add-on that must be told its URL before. */
  readonly port?: number;
  readonly products?: CheckOptions["products"];
}

/** Starts the add-on, checks it, and stops it. The add-on can ask for the URL of the keys once the check has begun. */
export async function runCheckOn(
  start: (keysUrl: () => string) => Promise<Started>,
  { checks = CHECK_IDS, limitMs = 5_000, port = 0, products = [] }: CheckedOptions = {},
): Promise<CheckedRun> {
  let keysUrl = "";
  const addon = await start(() => keysUrl);
  try {
    return await runAddonCheck({
      url: addon.url,
      command: [],
      env: {},
      port,
      limitMs,
      checks,
      products,
      isOwned: false,
      signal: new AbortController().signal,
      onStart: (target) => {
        keysUrl = target.keysUrl;
      },
    });
  } finally {
    await addon.stop();
  }
}

/** What is not as it should be, one line each. */
export const findingsIn = ({ results }: CheckedRun): readonly string[] =>
  results.flatMap(({ id, outcome }: CheckResult) =>
    outcome.state === "passed" || outcome.state === "skipped"
      ? []
      : [`${id} ${outcome.state}: ${outcome.reason}`],
  );
