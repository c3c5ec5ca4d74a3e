/** A settler for all sites, or one for each where a transaction is of one site: they don't wait for each other then. */
import { createSettler } from "./settler.ts";
import type { Settler, SettlerDependencies } from "./settler.ts";

/** @param create makes each of them; a test counts them */
export function createSettlers(dependencies: SettlerDependencies, create = createSettler): Settler {
  if (!dependencies.database.dialect.isDistributed) return create(dependencies);
  /** Those that have something to write: a process may serve any number of sites, and few of them at a time. */
  const bySite = new Map<number, Settler>();

  function findSettler(siteNo: number): Settler {
    let settler = bySite.get(siteNo);
    if (settler === undefined) {
      settler = create({ ...dependencies, onIdle: () => bySite.delete(siteNo) });
      bySite.set(siteNo, settler);
    }
    return settler;
  }
  return {
    add: (settled) => findSettler(settled.delivery.siteNo).add(settled),
    addBreaker: (state) => findSettler(state.siteNo).addBreaker(state),
    pending: () => [...bySite.values()].reduce((sum, settler) => sum + settler.pending(), 0),
    idle: async () => {
      await Promise.all([...bySite.values()].map((settler) => settler.idle()));
    },
  };
}
