/** Every limit with what is used of it, what is stored, and what limits the throughput of each process. */
import { count, duration, percent, size } from "../../../format.ts";
import type { Limit } from "../../model/limits.ts";
import type { Rooms } from "../rooms.ts";
import { serverView } from "./server-view.ts";

/** A number with its unit, as a person reads it. */
function formatAmount(amount: number, { unit }: Limit): string {
  if (unit === "bytes") return size(amount);
  return unit === "ms" ? duration(amount) : `${count(amount)} ${unit}`;
}

const OWNERS: Readonly<Record<Limit["per"], string>> = {
  request: "request",
  client: "client address",
  target: "target origin",
  token: "API token",
  site: "site",
  installation: "add-on or outgoing webhook",
  endpoint: "endpoint",
  listener: "listener",
  connection: "connection",
  host: "all together",
};

/** From this share on, a limit is near. */
const NEAR_SHARE = 0.8;

function limitRow(limit: Limit) {
  const level = limit.level?.();
  const share = level === undefined || limit.max <= 0 ? undefined : Math.min(1, level.highest / limit.max);
  return {
    name: limit.name,
    max: formatAmount(limit.max, limit),
    setting: limit.setting,
    per: OWNERS[limit.per],
    refusal: limit.refusal.replaceAll("`", ""),
    level: level === undefined ? undefined : formatAmount(level.highest, limit),
    owner: level?.of,
    share,
    used: share === undefined ? undefined : percent(share),
    standing: toStanding(share),
  };
}

function toStanding(share = 0): "reached" | "near" | "free" {
  if (share >= 1) return "reached";
  return share >= NEAR_SHARE ? "near" : "free";
}

/** Numbers of what is stored, which have no limit of their own but decide what the server needs. */
async function countStored({ sites, receivers, deliveryLog, settings }: Rooms) {
  const siteKeys = sites.listKeys();
  const all = siteKeys.flatMap((key) => receivers.find(key, {}));
  const addons = all.filter(({ receiver }) => receiver.kind === "addon").length;
  const { endpoints, waiting } = await deliveryLog.stored(siteKeys);
  const { retentionMs, bodyRetentionMs, bodyLimitBytes } = await settings.read();
  return [
    ["Sites", count(siteKeys.length)],
    ["Installed add-ons", count(addons)],
    ["Outgoing webhooks", count(all.length - addons)],
    ["Endpoints", count(endpoints)],
    ["Deliveries waiting", count(waiting)],
    ["Largest event body", size(bodyLimitBytes)],
    ["Retention", `${duration(retentionMs)}, bodies ${duration(bodyRetentionMs)}`],
  ] as const;
}

function describeDisk({ freeSpace }: Rooms): readonly (readonly [name: string, value: string])[] {
  const space = freeSpace();
  if (space === undefined) return [["Database disk", "unknown: the database isn't a file of this server"]];
  const { freeBytes, allBytes } = space;
  return [["Database disk", `${size(freeBytes)} of ${size(allBytes)} free`]];
}

/** The limits, those that are used most first. */
export async function limitsView(rooms: Rooms) {
  const { processes } = await serverView(rooms);
  const bottlenecks = processes.flatMap(({ limit }) => limit ?? []);
  return {
    limits: rooms.limits.map(limitRow).toSorted((one, other) => (other.share ?? -1) - (one.share ?? -1)),
    stored: [...(await countStored(rooms)), ...describeDisk(rooms)],
    bottlenecks: [...new Set(bottlenecks)],
  };
}
