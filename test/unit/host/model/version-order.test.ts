import { expect, test } from "vitest";
import { compareVersions } from "../../../../src/host/model/version-order.ts";

const IN_ORDER = [
  "0.1.0-alpha",
  "0.1.0-alpha.1",
  "0.1.0-alpha.beta",
  "0.1.0-rc.2",
  "0.1.0-rc.10",
  "0.1.0-rc-1",
  "0.1.0-rc-2",
  "0.1.0",
  "0.1.1",
  "0.2.0",
  "0.10.0",
  "1.0.0",
  "10.0.0",
];

test("versions are sorted as semver does", () => {
  expect(IN_ORDER.toReversed().toSorted(compareVersions)).toEqual(IN_ORDER);
  for (const version of IN_ORDER) expect(compareVersions(version, `${version}+build.7`)).toBe(0);
});

test("of any two versions, the earlier one precedes the other", () => {
  for (const [index, earlier] of IN_ORDER.entries()) {
    expect(compareVersions(earlier, earlier)).toBe(0);
    for (const later of IN_ORDER.slice(index + 1)) {
      expect(compareVersions(earlier, later), `${earlier} and ${later}`).toBeLessThan(0);
      expect(compareVersions(later, earlier), `${later} and ${earlier}`).toBeGreaterThan(0);
    }
  }
});

test("a version of fewer numbers precedes one of more", () => {
  expect(compareVersions("1.0", "1.0.0")).toBeLessThan(0);
  expect(compareVersions("1.0.0", "1.0")).toBeGreaterThan(0);
});
