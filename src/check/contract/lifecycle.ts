/** Contract: the lifecycle callbacks, and the changes of a site that an add-on lives through. */
import { LIFECYCLE_EVENTS } from "../../protocol/descriptor.ts";
import type { LifecycleEvent } from "../../protocol/descriptor.ts";
import { INSTALLED_SUCCESS } from "../../protocol/lifecycle.ts";
import type { Exchange } from "../exchange.ts";
import { NotApplicable, failed, passed } from "../outcome.ts";
import type { Outcome } from "../outcome.ts";
import type { Change } from "../site-changes.ts";
import type { Stage } from "../stage.ts";
import { mustAccept } from "./accepting.ts";

type Check = (stage: Stage) => Promise<Outcome>;

export const LIFECYCLE_CHECKS = {
  "lifecycle.installed": async (stage) => {
    const { descriptor } = await stage.read();
    const change = await stage.install("own");
    if (descriptor.lifecycle.installed === undefined) {
      if (descriptor.authentication.type === "none") throw new NotApplicable("no such callback declared");
      return failed("the descriptor has no installed callback, so the add-on never gets a shared secret");
    }
    return judgeCallback("installed", change, stage);
  },
  "lifecycle.enabled": async (stage) => checkCallback("enabled", () => stage.install("own"), stage),
  "lifecycle.disabled": async (stage) =>
    checkCallback("disabled", async () => (await stage.leave()).change, stage),
  "lifecycle.uninstalled": async (stage) =>
    checkCallback("uninstalled", async () => (await stage.leave()).change, stage),
} satisfies Record<string, Check>;

export const CHANGE_CHECKS = {
  "change.repeated-install": async (stage) => {
    await requireInstalled(stage);
    return thenDelivers(await stage.repeatInstall(), "the repeated install", stage);
  },
  "change.rotated-secret": async (stage) => {
    await requireInstalled(stage);
    return thenDelivers(await stage.rotate(), "the rotated secret", stage);
  },
  "change.secret-overlap": async (stage) => {
    await requireInstalled(stage);
    if (stage.previousSecret() === undefined) await stage.rotate();
    const secret = stage.previousSecret();
    if (secret === undefined) throw new NotApplicable("no shared secret");
    const late = await stage.deliver("a webhook signed just before the rotation", { secret });
    return mustAccept([late], stage.prober.limitMs);
  },
  "change.renamed-site": async (stage) => {
    await requireInstalled(stage);
    return thenDelivers(await stage.rename(), "the new name and base URL", stage);
  },
  "change.reinstall": async (stage) => {
    await requireInstalled(stage);
    const { install } = await stage.reinstall();
    return thenDelivers(install, "the install after an uninstall", stage);
  },
} satisfies Record<string, Check>;

async function checkCallback(
  event: LifecycleEvent,
  change: () => Promise<Change>,
  stage: Stage,
): Promise<Outcome> {
  const { descriptor } = await stage.read();
  if (descriptor.lifecycle[event] === undefined) throw new NotApplicable("no such callback declared");
  await stage.tenant("own");
  return judgeCallback(event, await change(), stage);
}

function judgeCallback(event: LifecycleEvent, { calls, problem }: Change, { prober }: Stage): Outcome {
  const call = calls.find((each) => eventIn(each) === event);
  if (call === undefined) return failed(problem ?? "the callback was not made");
  const { reply } = call;
  const named = { ...call, what: `the ${event} callback` };
  if (event === "installed" && reply.kind === "response" && !INSTALLED_SUCCESS.includes(reply.status)) {
    return failed(`it returned ${reply.status}; only 200, 201 and 204 count`, named);
  }
  return mustAccept([named], prober.limitMs);
}

/** The event of a callback, by its body. */
export function eventIn({ request: { body } }: Exchange): LifecycleEvent | undefined {
  const text = body.toString("utf8");
  return LIFECYCLE_EVENTS.find((event) => text.includes(`"eventType":"${event}"`));
}

async function requireInstalled(stage: Stage): Promise<void> {
  const { descriptor } = await stage.read();
  if (descriptor.lifecycle.installed === undefined) throw new NotApplicable("no installed callback declared");
  await stage.tenant("own");
  // What is sent after the change was accepted before it, or the change is not to blame.
  await stage.probe().catch((error: unknown) => {
    if (!(error instanceof NotApplicable)) throw error;
  });
}

/** The callbacks of the change were accepted, and so is what is signed with the secret that they brought. */
async function thenDelivers({ calls, problem }: Change, what: string, stage: Stage): Promise<Outcome> {
  const named = calls.map((call) => ({ ...call, what: `the ${eventIn(call) ?? ""} callback of ${what}` }));
  const accepted = mustAccept(named, stage.prober.limitMs);
  if (accepted.state !== "passed") return accepted;
  if (problem !== undefined) return failed(problem, ...named);
  const sent = await stage.probe().then(
    () => stage.deliver(`a webhook after ${what}`),
    (error: unknown) => {
      if (error instanceof NotApplicable) return undefined;
      throw error;
    },
  );
  return sent === undefined
    ? passed("no webhook that could show it")
    : mustAccept([sent], stage.prober.limitMs);
}
