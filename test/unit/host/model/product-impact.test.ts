import { describe, expect, test } from "vitest";
import { defineProduct } from "../../../../src/catalogue/index.ts";
import { listAffectedReceivers } from "../../../../src/host/model/product-impact.ts";
import type { SiteSnapshot } from "../../../../src/host/model/site-snapshot.ts";

const event = (more: object = {}) => ({ description: "d", group: "g", sample: {}, ...more });
const harbor = defineProduct({
  product: "harbor",
  name: "Harbor",
  description: "d",
  events: {
    "crane.stopped": event({ aliases: ["stop"] }),
    "crane.started": event(),
    "berth.freed": event(),
    "host.told": event({ hostEvent: true }),
  },
});

/** Event types that `bell`, an add-on, and webhook 3 subscribe to; null stands for all. */
function site(bell: readonly (string | null)[], board: readonly (string | null)[], state = "enabled") {
  const of = (receiver: object, events: readonly (string | null)[]) =>
    events.map((wanted) => ({ receiver, event: wanted ?? undefined }));
  const subscriptions = [
    ...of({ kind: "addon", addonKey: "bell" }, bell),
    ...of({ kind: "webhook", webhookNo: 3 }, board),
  ];
  return {
    site: { no: 2, key: "quay" },
    product: harbor,
    subscriptions: new Map(subscriptions.map((each, index) => [index, each])),
    installations: new Map([
      ["bell", { state, descriptor: { name: "Bell" }, grantedScopes: [{ scope: "cranes.read" }] }],
    ]),
    webhooks: new Map([[3, { name: "Board" }]]),
  } as unknown as SiteSnapshot;
}

const BELL = {
  site: "quay",
  siteNo: 2,
  receiver: { kind: "addon", addonKey: "bell" },
  name: "Bell",
  scopes: [],
};
const BOARD = {
  site: "quay",
  siteNo: 2,
  receiver: { kind: "webhook", webhookNo: 3 },
  name: "Board",
  scopes: [],
};

test.each<[string, (string | undefined)[], SiteSnapshot, object[]]>([
  ["nothing changed", [], site(["crane.stopped"], [null]), []],
  ["by name", ["crane.stopped"], site(["crane.stopped"], []), [{ ...BELL, events: ["crane.stopped"] }]],
  ["by alias", ["crane.stopped"], site(["stop"], []), [{ ...BELL, events: ["crane.stopped"] }]],
  ["another event type", ["crane.stopped"], site(["crane.started"], ["berth.*"]), []],
  ["by pattern", ["crane.stopped"], site([], ["crane.*"]), [{ ...BOARD, events: ["crane.stopped"] }]],
  ["all event types", ["crane.stopped"], site([], [null]), [{ ...BOARD, events: ["crane.stopped"] }]],
  ["a host event by pattern", ["host.told"], site(["*"], [null]), []],
  ["a host event by name", ["host.told"], site(["host.told"], []), [{ ...BELL, events: ["host.told"] }]],
  [
    "twice, each once and sorted",
    ["crane.stopped", "berth.freed"],
    site(["crane.stopped", "*", "berth.freed"], []),
    [{ ...BELL, events: ["berth.freed", "crane.stopped"] }],
  ],
  [
    "the whole product",
    [undefined, "crane.stopped"],
    site(["berth.freed"], ["crane.*"]),
    [
      { ...BELL, events: ["berth.freed"] },
      { ...BOARD, events: ["crane.started", "crane.stopped"] },
    ],
  ],
  ["an uninstalled add-on", ["crane.stopped"], site(["crane.stopped"], [], "uninstalled"), []],
])("%s", (_name, changed, snapshot, affected) => {
  const changes = changed.map((name) => ({ event: name }));
  expect(listAffectedReceivers(changes, [snapshot])).toEqual(affected);
});

test("receivers of several sites", () => {
  const found = listAffectedReceivers([{ event: "crane.stopped" }], [site(["*"], []), site([], ["*"])]);
  expect(found.map(({ name }) => name)).toEqual(["Bell", "Board"]);
});

describe("a scope", () => {
  const scope = (name: string) => ({ event: undefined, scope: name });

  test("concerns the add-ons that it was granted, and no event types", () => {
    expect(listAffectedReceivers([scope("cranes.read")], [site(["*"], ["*"])])).toEqual([
      { ...BELL, events: [], scopes: ["cranes.read"] },
    ]);
  });

  test.each([
    ["that nobody has", "cranes.write", "enabled"],
    ["of an uninstalled add-on", "cranes.read", "uninstalled"],
  ])("%s", (_name, name, state) => {
    expect(listAffectedReceivers([scope(name)], [site(["*"], [], state)])).toEqual([]);
  });

  test("beside an event type is of the same receiver", () => {
    const changes = [scope("cranes.read"), { event: "crane.stopped" }];
    expect(listAffectedReceivers(changes, [site(["crane.stopped"], [])])).toEqual([
      { ...BELL, events: ["crane.stopped"], scopes: ["cranes.read"] },
    ]);
  });
});
