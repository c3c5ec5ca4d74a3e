/**
 * `callboard check`: installs somebody's add-on on a temporary host, holds it against the contract, and attacks it. Every request
 * is kept as a value, and everything that was started ends with the run.
 */
import { createClosers } from "../closers.ts";
import { createEgress, createThisMachine } from "../egress/index.ts";
import { startAddon } from "./addon-process.ts";
import { createBudget } from "./budget.ts";
import type { CheckId } from "./checks.ts";
import { CheckProblem } from "./outcome.ts";
import { createProber } from "./prober.ts";
import { runCheck } from "./run.ts";
import type { CheckResult } from "./run.ts";
import { createStage } from "./stage.ts";
import type { Stage } from "./stage.ts";
import { createStranger } from "./stranger.ts";
import { requireDescriptor, requireTarget } from "./target.ts";
import { openTemporaryHost } from "./temporary-host.ts";
import type { ProductText } from "./temporary-host.ts";

/** Time of a whole run, from the started add-on on; a longer limit of one response makes it longer. */
const RUN_LIMIT_MS = 15_000;
const CLOSE_GRACE_MS = 5_000;

export interface CheckOptions {
  /** URL of the descriptor, or of the add-on. */
  readonly url: string;
  /** Command that starts the add-on; without it, it runs already. */
  readonly command: readonly string[];
  /** Environment of the command. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Port of the temporary host, 0 for any. */
  readonly port: number;
  /** Time limit of one response, in milliseconds. */
  readonly limitMs: number;
  readonly checks: readonly CheckId[];
  /** Own products, beside the built-in ones. */
  readonly products: readonly ProductText[];
  /** The user owns the URL, so it need not be on this machine. */
  readonly isOwned: boolean;
  readonly signal: AbortSignal;
  /** Told before the first check. */
  readonly onStart?: (target: CheckedAddon) => void;
  readonly onResult?: (result: CheckResult) => void;
}

export interface CheckedAddon {
  readonly url: string;
  /** URL of the keys that verify signed installs. */
  readonly keysUrl: string;
}

export interface CheckedRun extends CheckedAddon {
  readonly results: readonly CheckResult[];
  readonly requests: number;
  readonly durationMs: number;
}

/**
 * Checks an add-on.
 * @throws {CheckProblem} URL_INVALID, CHECK_URL_DENIED, PORT_IN_USE, URL_IN_USE, ADDON_NOT_STARTED, ADDON_UNREACHABLE,
 * DESCRIPTOR_NOT_FOUND, INTERRUPTED
 * @throws {CallboardError} of a product file: PRODUCT_INVALID, PRODUCT_TOO_LARGE; CONFLICT if there is one with its key
 */
export async function runAddonCheck(options: CheckOptions): Promise<CheckedRun> {
  const { command, limitMs, isOwned, signal } = options;
  const target = requireTarget(options.url, isOwned);
  const url = target.href;
  const closers = createClosers();
  try {
    const allowNetworks = ["loopback", ...(isOwned ? [target.hostname.replaceAll(/[[\]]/g, "")] : [])];
    const egress = createEgress({
      allowNetworks,
      allowHttp: "always",
      thisMachine: createThisMachine(),
      connectTimeoutMs: limitMs,
      requestTimeoutMs: limitMs,
      maxAnswerBytes: 0,
    });
    closers.add(() => egress.close());
    // Nothing is started for an add-on that is not there.
    if (command.length === 0) await requireDescriptor(egress, url, isOwned);
    const budget = createBudget(Math.max(RUN_LIMIT_MS, 3 * limitMs));
    const prober = createProber({ egress, budget, limitMs });
    const { port, products } = options;
    const host = await openTemporaryHost({ port, allowNetworks, watchCallback: prober.keep, products });
    closers.add(() => host.close());
    const stranger = await createStranger();
    closers.add(() => stranger.close());
    if (command.length > 0) {
      const env = { ...options.env, ...toEnvironment(target, host.url) };
      const addon = await startAddon(egress, { command, env, url, signal });
      closers.add(() => addon.stop());
      await requireDescriptor(egress, url, isOwned);
    }
    budget.start();
    const startedAt = performance.now();
    const checked = { url, keysUrl: `${host.url}/keys` };
    options.onStart?.(checked);
    const stage = createStage({ host, stranger, prober, budget, url });
    const results = await runAll(stage, options);
    return {
      ...checked,
      results,
      requests: budget.spent(),
      durationMs: Math.round(performance.now() - startedAt),
    };
  } finally {
    await closers.closeAll(CLOSE_GRACE_MS);
  }
}

async function runAll(
  stage: Stage,
  { checks, signal, onResult }: CheckOptions,
): Promise<readonly CheckResult[]> {
  const interrupted = new Promise<never>((_, reject) => {
    const stop = () => reject(new CheckProblem("failed", "INTERRUPTED", "The check was interrupted"));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
  // Nobody may be waiting for it.
  interrupted.catch(() => undefined);
  const results: CheckResult[] = [];
  for (const id of checks) {
    const result = await Promise.race([runCheck(id, stage), interrupted]);
    onResult?.(result);
    results.push(result);
  }
  await Promise.race([stage.clear(), interrupted]);
  return results;
}

/** What add-ons read of their environment: where they listen, who they are, and whose keys they trust. */
function toEnvironment(target: URL, hostUrl: string): Readonly<Record<string, string>> {
  const port = target.port === "" ? { "http:": "80", "https:": "443" }[target.protocol] : target.port;
  return {
    PORT: port ?? "",
    CALLBOARD_URL: hostUrl,
    CONNECT_KEYS_CDN_URL: `${hostUrl}/keys`,
    AC_LOCAL_BASE_URL: target.href.replace(/\/[^/]*$/, ""),
  };
}
