/**
 * Real descriptors from public repositories, when a collection of them lies beside the clone; the rules they taught are
 * in the fixtures, so that nothing is unproven without it.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { readAllowList } from "../../../src/egress/allow-list.ts";
import { requireUrl } from "../../../src/egress/url.ts";
import type { UrlPolicy } from "../../../src/egress/url.ts";
import { CallboardError } from "../../../src/errors.ts";
import { isProduct } from "../../../src/catalogue/index.ts";
import { validateDescriptor } from "../../../src/host/descriptor/validate.ts";
import { parseFilter } from "../../../src/host/events/filter.ts";
import { REAL_REFUSALS } from "../../fixtures/descriptors/real-refusals.ts";

interface RealDescriptor {
  readonly n: number;
  readonly product: string;
  readonly official: { readonly verdict: "valid" | "invalid"; readonly onlyApiMigrations: boolean };
}

const collection = join(import.meta.dirname, "../../../../shared/corpus");

/** The rules of the `dev` profile: loopback and http are allowed. */
const policy: UrlPolicy = {
  allowList: readAllowList(["loopback"]),
  allowHttp: "always",
  isOwn: () => false,
};

function codeOf({ n, product }: RealDescriptor): string {
  const text = readFileSync(join(collection, `descriptors/${String(n).padStart(3, "0")}.json`), "utf8");
  try {
    validateDescriptor(JSON.parse(text), {
      ...(isProduct(product) ? { product } : {}),
      // As an install asks.
      checkUrl: (url) => requireUrl(url, policy, true),
      checkFilter: (filter) => parseFilter(filter).undecided,
    });
    return "accepted";
  } catch (error) {
    if (error instanceof CallboardError) return error.code;
    throw error;
  }
}

if (existsSync(join(collection, "index.json"))) {
  test("of the real descriptors only those are refused that a rule of ours refuses", () => {
    const index = JSON.parse(readFileSync(join(collection, "index.json"), "utf8")) as RealDescriptor[];
    const refused = index
      .map((entry) => [entry.n, codeOf(entry)] as const)
      .filter(([, code]) => code !== "accepted");

    expect(index.length).toBeGreaterThan(100);
    expect(Object.fromEntries(refused)).toEqual(REAL_REFUSALS);
  });
} else {
  test("no collection of real descriptors lies beside the clone", () => {
    expect(existsSync(collection)).toBe(false);
  });
}
