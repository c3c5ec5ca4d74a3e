/** How long the records of a site are kept: its own settings, over those of the host. Pure. */
import type { SiteOptions } from "./site.ts";

export interface Ages {
  /** Age at which events, deliveries and attempts are deleted, in milliseconds. */
  readonly retentionMs: number;
  /** Age at which bodies are deleted. */
  readonly bodyRetentionMs: number;
}

/** Which events a sweep is about: all of a site, those of one type, or those of no type that has a rule of its own. */
export type EventChoice =
  | { readonly kind: "all" }
  | { readonly kind: "only"; readonly event: string }
  | { readonly kind: "except"; readonly events: readonly string[] };

export interface EventSweep {
  readonly choice: EventChoice;
  readonly retentionMs: number;
}

export interface SiteRetention extends Ages {
  /** Each event is in one of them. */
  readonly sweeps: readonly EventSweep[];
}

export function toSiteRetention(host: Ages, options: SiteOptions = {}): SiteRetention {
  const retentionMs = options.retentionMs ?? host.retentionMs;
  const rules = Object.entries(options.eventRetentionMs ?? {});
  const rest: EventChoice =
    rules.length === 0 ? { kind: "all" } : { kind: "except", events: rules.map(([event]) => event) };
  return {
    retentionMs,
    bodyRetentionMs: options.bodyRetentionMs ?? host.bodyRetentionMs,
    sweeps: [
      { choice: rest, retentionMs },
      ...rules.map(([event, ms]): EventSweep => ({ choice: { kind: "only", event }, retentionMs: ms })),
    ],
  };
}
