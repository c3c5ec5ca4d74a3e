import { describe, expect, test } from "vitest";
import { findReceivers, listNamedReceivers } from "../../../../src/host/model/find-receivers.ts";
import type { ReceiverFilter } from "../../../../src/host/model/find-receivers.ts";
import type { SiteSnapshot } from "../../../../src/host/model/site-snapshot.ts";

const addon = (addonKey: string, state = "enabled") => [
  addonKey,
  { addonKey, state, descriptor: { name: `The ${addonKey}` }, baseUrl: `https://${addonKey}.example.com` },
];
const webhook = (no: number, name: string, facts: object = {}) => [
  no,
  { no, name, url: `https://hooks.example.com/${no}`, ...facts },
];
const site = {
  site: { no: 3, key: "jira" },
  installations: new Map([
    addon("gong"),
    addon("bell", "disabled"),
    addon("whistle", "uninstalled"),
  ] as never),
  webhooks: new Map([
    webhook(12, "Slack bridge", { project: "DEMO", owner: "Harbor" }),
    webhook(2, "Bell ringer"),
  ] as never),
} as unknown as SiteSnapshot;

const ids = (filter: ReceiverFilter) => findReceivers(site, filter).map(({ id }) => id);
const [ringer = "", bridge = ""] = ids({ kind: "webhook" });

describe("the receivers of a site", () => {
  test("are add-ons by key, then webhooks by number, without uninstalled ones", () => {
    expect(listNamedReceivers(site).map(({ name }) => name)).toEqual([
      "The bell",
      "The gong",
      "Bell ringer",
      "Slack bridge",
    ]);
  });

  test.each<[string, ReceiverFilter, readonly string[]]>([
    ["all", {}, ["bell", "gong", ringer, bridge]],
    ["a name, in any case", { search: "BELL" }, ["bell", ringer]],
    ["a URL", { search: "hooks.example.com/12" }, [bridge]],
    ["an ID", { search: ringer }, [ringer]],
    ["add-ons", { kind: "addon" }, ["bell", "gong"]],
    ["a project", { project: "DEMO" }, [bridge]],
    ["a tenant's", { portal: { kind: "tenant", owner: "Harbor" } }, [bridge]],
    ["a vendor's, searched", { portal: { kind: "vendor", addonKey: "bell" }, search: "gong" }, []],
    ["nothing", { search: "nowhere" }, []],
  ])("%s", (_what, filter, expected) => {
    expect(ids(filter)).toEqual(expected);
  });
});
