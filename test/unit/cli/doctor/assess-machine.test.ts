/** Verdicts about a machine and its settings. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  MIN_NODE,
  assessDirectory,
  assessEnvironment,
  assessNode,
  assessOpenFiles,
  assessSettings,
} from "../../../../src/cli/doctor/assess-machine.ts";
import type { DirectoryFacts } from "../../../../src/cli/doctor/assess-machine.ts";

const verdicts = (findings: readonly { readonly verdict: string }[]) =>
  findings.map(({ verdict }) => verdict);

describe("Node", () => {
  test("the oldest version is that of package.json", () => {
    const text = readFileSync(join(import.meta.dirname, "../../../../package.json"), "utf8");
    const { engines } = JSON.parse(text) as { readonly engines: { readonly node: string } };
    expect(`>=${MIN_NODE}`).toBe(`${engines.node}.0`);
  });

  test.each([
    ["20.19.0", "ok"],
    ["24.1.0", "ok"],
    ["20.18.3", "problem"],
    ["18.20.0", "problem"],
  ])("%s is %s", (version, verdict) => {
    expect(verdicts(assessNode(version))).toEqual([verdict]);
  });
});

test("every problem, unknown key and warning of the settings is told", () => {
  const calm = { problems: [], warnings: [], unknown: [], profile: "dev" };
  expect(assessSettings(calm)).toEqual([{ verdict: "ok", detail: "valid, profile dev" }]);
  const found = assessSettings({
    ...calm,
    problems: [{ detail: "CALLBOARD_PORT must be a port number" }],
    unknown: [{ key: "CALLBOARD_PROT", closest: "CALLBOARD_PORT" }],
    warnings: ["plain http"],
  });
  expect(verdicts(found)).toEqual(["problem", "warning", "warning"]);
  expect(found[1]).toMatchObject({ remedy: "Did you mean CALLBOARD_PORT? Otherwise remove it" });
});

test.each([
  [undefined, "ok"],
  [1_024, "ok"],
  [1_023, "warning"],
  [256, "warning"],
  [255, "problem"],
])("%s open files are %s", (limit, verdict) => {
  expect(verdicts(assessOpenFiles(limit))).toEqual([verdict]);
});

const GB = 1024 ** 3;
const FOUND = {
  path: "/d",
  kind: "found",
  isWritable: true,
  openToOthers: [],
  freeBytes: 50 * GB,
  allBytes: 100 * GB,
} as const;

test.each<[string, DirectoryFacts, readonly string[]]>([
  ["fine", FOUND, ["ok"]],
  ["not there yet", { path: "/d", kind: "missing", canCreate: true }, ["ok"]],
  [
    "not there, where this user can't create it",
    { path: "/d", kind: "missing", canCreate: false },
    ["problem"],
  ],
  ["a file", { path: "/d", kind: "no-directory" }, ["problem"]],
  ["read-only", { ...FOUND, isWritable: false }, ["problem"]],
  ["open to others", { ...FOUND, openToOthers: [{ path: "/d/master.key", mode: "644" }] }, ["warning"]],
  ["on a full disk", { ...FOUND, freeBytes: 200 * 1024 ** 2 }, ["problem"]],
  [
    "on a small disk with enough space",
    { ...FOUND, freeBytes: 50 * 1024 ** 2, allBytes: 400 * 1024 ** 2 },
    ["ok"],
  ],
])("a data directory that is %s", (_name, facts, expected) => {
  const found = assessDirectory(facts);
  expect(verdicts(found)).toEqual(expected);
  for (const { verdict, remedy } of found) expect(remedy !== undefined).toBe(verdict !== "ok");
});

test("the environment: proxies, verification, certificates of one's own", () => {
  const calm = { proxies: [], isTlsUnverified: false, extraCertificates: undefined };
  expect(verdicts(assessEnvironment(calm))).toEqual(["ok"]);
  expect(assessEnvironment({ ...calm, proxies: ["HTTP_PROXY", "https_proxy"] })).toMatchObject([
    { verdict: "warning", detail: expect.stringContaining("HTTP_PROXY, https_proxy are set") as string },
  ]);
  expect(verdicts(assessEnvironment({ ...calm, isTlsUnverified: true }))).toEqual(["warning"]);
  const extraCertificates = { path: "/ca.pem", isReadable: false };
  expect(verdicts(assessEnvironment({ ...calm, extraCertificates }))).toEqual(["problem"]);
  expect(
    verdicts(assessEnvironment({ ...calm, extraCertificates: { ...extraCertificates, isReadable: true } })),
  ).toEqual(["ok"]);
});
