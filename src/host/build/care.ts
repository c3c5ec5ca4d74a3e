/** What looks after the data: settings, backups, replays, retention. */
import type { Closers } from "../../closers.ts";
import { createSettings } from "../admin/settings.ts";
import { createBackups } from "../care/backups.ts";
import { createReplayRunner } from "../replay/runner.ts";
import { createRetention } from "../retention/retention.ts";
import type { Base } from "./base.ts";
import type { Intake } from "./intake.ts";
import type { Sending } from "./sending.ts";
import type { Signals } from "./signals.ts";

interface CareParts {
  readonly base: Base;
  readonly signals: Signals;
  readonly sending: Sending;
  readonly intake: Intake;
}

export type Care = Awaited<ReturnType<typeof buildCare>>;

export async function buildCare({ base, signals, sending, intake }: CareParts, closers: Closers) {
  const { context, engine, backlog } = sending;
  const { figures } = signals;
  const settings = createSettings(context);
  const backups = createBackups(context);
  closers.add(backups.stop);
  await backups.start();
  const replayRunner = createReplayRunner({
    ...context,
    ages: settings.read,
    quietMs: intake.acceptor.quietMs,
    wake: engine.wake,
  });
  const retention = createRetention({
    ...base,
    ages: settings.read,
    onRun: (swept) => {
      figures.count("callboard_retention_runs_total", { result: swept === undefined ? "failed" : "ok" });
      if (swept !== undefined)
        figures.set("callboard_retention_last_success_timestamp_seconds", Date.now() / 1_000);
    },
    onExpired: () => {
      backlog.recount();
      engine.wake();
    },
  });
  return { settings, backups, replayRunner, retention };
}
