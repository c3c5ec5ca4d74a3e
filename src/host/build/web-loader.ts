/** The web, loaded and made when it is first asked for: a host within a program may never need it. */
import type { Web, WebParts } from "../web/index.ts";
import type { Rooms } from "../web/rooms.ts";
import type { HostParts } from "./parts.ts";

export interface WebLoader {
  readonly openWeb: () => Promise<Web>;
  /** Refuses new requests, and ends the streams of open pages. */
  readonly drain: () => void;
}

export function createWebLoader(
  { base, deriveKey, doorway, signals, intake, health }: HostParts,
  rooms: Rooms,
): WebLoader {
  const { draining, readiness } = health;
  const { snapshots } = signals;
  const parts: WebParts = {
    ...base,
    rooms,
    door: doorway.door,
    access: doorway.access,
    intake: {
      findSite: intake.findSite,
      accept: intake.acceptor.accept,
      onRefused: (site = "", code) => {
        signals.figures.count("callboard_events_refused_total", { site, code });
        readiness.refused(code);
      },
      trace: signals.tracing?.intake,
    },
    upmTokenKey: deriveKey("callboard-upm-token"),
    draining,
    sites: snapshots,
  };
  let web: Web | undefined;
  let loading: Promise<Web> | undefined;
  const load = async () => {
    const { createWeb } = await import("../web/index.ts");
    return (web = createWeb(parts));
  };
  return {
    openWeb: () => (loading ??= load()),
    drain: () => {
      draining.begin();
      web?.stopPages();
    },
  };
}
