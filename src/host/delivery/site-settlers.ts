/** A settler for all sites, or one for each where a transaction is of one site: they don't wait for each other then. */
import { createSettler } from "./settler.ts";
import type { Settler, SettlerDependencies } from "./settler.ts";

export function createSettlers(dependencies: SettlerDependencies): Settler {
  if (!dependencies.database.dialect.isDistributed) return createSettler(dependencies);
  const bySite = new Map<number, Settler>();

  function findSettler(siteNo: number): Settler {
    let settler = bySite.get(siteNo);
    if (settler === undefined) bySite.set(siteNo, (settler = createSettler(dependencies)));
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
