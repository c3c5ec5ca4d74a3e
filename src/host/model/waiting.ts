/** How many deliveries wait, by site and for the endpoints with the most. Pure. */
import type { EndpointAt } from "./delivery.ts";
import type { Lane } from "./event.ts";

export interface WaitingCount extends EndpointAt {
  readonly lane: Lane;
  readonly waiting: number;
}

export interface Waiting {
  /** By number of the site and lane; without those in which nothing waits. */
  readonly bySite: ReadonlyMap<number, Readonly<Partial<Record<Lane, number>>>>;
  /** The endpoints for which the most wait, in this order. */
  readonly fullest: readonly (EndpointAt & { readonly waiting: number })[];
}

/** @param most endpoints that are named at most */
export function sumUpWaiting(counts: readonly WaitingCount[], most: number): Waiting {
  const bySite = new Map<number, Partial<Record<Lane, number>>>();
  const byEndpoint = new Map<string, EndpointAt & { waiting: number }>();
  for (const { siteNo, endpointNo, lane, waiting } of counts) {
    const site = bySite.get(siteNo) ?? {};
    bySite.set(siteNo, { ...site, [lane]: (site[lane] ?? 0) + waiting });
    const key = `${siteNo}/${endpointNo}`;
    const endpoint = byEndpoint.get(key);
    if (endpoint === undefined) byEndpoint.set(key, { siteNo, endpointNo, waiting });
    else endpoint.waiting += waiting;
  }
  const fullest = [...byEndpoint.values()].toSorted(
    (a, b) => b.waiting - a.waiting || a.siteNo - b.siteNo || a.endpointNo - b.endpointNo,
  );
  return { bySite, fullest: fullest.slice(0, most) };
}
