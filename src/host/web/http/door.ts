/** What every request passes, whichever server of this process it comes to: where it is from, what it may cost, how it is refused. */
import type { IncomingMessage } from "node:http";
import type { SparseLog } from "../../../logger.ts";
import type { HostContext } from "../../context.ts";
import type { Limit } from "../../model/limits.ts";
import { bodyLimits } from "./body.ts";
import { createConnections } from "./connections.ts";
import type { Connections } from "./connections.ts";
import { createHostCheck, createOriginReader, createTrust, warnOfUndeclared } from "./origin.ts";
import type { IsOwnHost, Origin } from "./origin.ts";
import { createReportProblem, createSendProblem } from "./problems.ts";
import type { ReportProblem, SendProblem } from "./problems.ts";
import { createRates } from "./rates.ts";
import type { Rates } from "./rates.ts";
import { createReading } from "./reading.ts";
import type { Reading } from "./reading.ts";
import { createRefusalPace } from "./refusal-pace.ts";
import type { RefusalPace } from "./refusal-pace.ts";

export interface Door {
  readonly readOrigin: (request: IncomingMessage) => Origin;
  readonly isOwnHost: IsOwnHost;
  readonly connections: Connections;
  /** Counts what is read of a request. */
  readonly openReading: Reading["open"];
  readonly rates: Rates;
  readonly pauseFor: RefusalPace["pauseFor"];
  readonly report: ReportProblem;
  readonly sendProblem: SendProblem;
  readonly sparse: SparseLog;
  readonly limits: readonly Limit[];
}

export interface DoorContext extends Pick<HostContext, "config" | "logger"> {
  readonly sparse: SparseLog;
}

/** @throws {CallboardError} CONFIG_INVALID for proxies that are no addresses */
export function createDoor({ config, logger, sparse }: DoorContext): Door {
  const readOrigin = warnOfUndeclared(createOriginReader(config.trustedProxies), (peer) =>
    logger.warn("proxy.undeclared", { peer, setting: "CALLBOARD_TRUSTED_PROXIES" }),
  );
  const pace = createRefusalPace();
  const connections = createConnections({ isShared: createTrust(config.trustedProxies), sparse });
  const rates = createRates();
  const reading = createReading({ readLimitBytes: Math.max(config.readLimitBytes, config.bodyLimitBytes) });
  return {
    readOrigin,
    isOwnHost: createHostCheck({
      listen: config.host,
      baseUrl: config.baseUrl,
      further: config.allowedHosts,
    }),
    connections,
    openReading: reading.open,
    rates,
    pauseFor: pace.pauseFor,
    report: createReportProblem(sparse),
    sendProblem: createSendProblem(sparse, (request) => readOrigin(request).address, pace.pauseFor),
    sparse,
    limits: [connections.limit, ...rates.limits, pace.limit, ...bodyLimits(config), ...reading.limits],
  };
}
