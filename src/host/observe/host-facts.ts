/** Gathers what the whole server needs in order to send anything. */
import type { HostFacts } from "../model/standstill.ts";
import type { ProcessRecord } from "../store/tables/processes.ts";
import type { Presence } from "./presence.ts";
import type { ReadinessCheck } from "./readiness.ts";

export async function gatherHostFacts(
  readiness: Pick<ReadinessCheck, "database">,
  presence: Pick<Presence, "list">,
): Promise<HostFacts> {
  const database = await readiness.database();
  if (database === "down") {
    return { database, workers: 0, isAtLimit: false, namesFail: false, proxyFails: false };
  }
  const workers = (await presence.list()).filter(({ role }) => role !== "api");
  const isEach = (holds: (worker: ProcessRecord) => boolean) => workers.length > 0 && workers.every(holds);
  return {
    database,
    workers: workers.length,
    isAtLimit: isEach(({ inFlight, mostInFlight = Infinity }) => inFlight >= mostInFlight),
    namesFail: isEach((worker) => worker.namesFail),
    proxyFails: isEach((worker) => worker.proxyFails),
  };
}
