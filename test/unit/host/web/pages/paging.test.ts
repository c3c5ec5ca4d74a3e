import { describe, expect, test } from "vitest";
import { createPaging } from "../../../../../src/host/web/pages/paging.ts";

describe("paging", () => {
  test("leads to older pages and back, with the filter", () => {
    const first = createPaging("/list", new URLSearchParams("state=failed"));
    expect(first.newer).toBeUndefined();
    expect(first.older("c1")).toBe("/list?state=failed&cursor=c1");
    const second = createPaging("/list", new URLSearchParams("state=failed&cursor=c1"));
    expect(second.newer).toBe("/list?state=failed");
    expect(second.older("c2")).toBe("/list?state=failed&cursor=c2&trail=c1");
    const third = createPaging("/list", new URLSearchParams("state=failed&cursor=c2&trail=c1"));
    expect(third.newer).toBe("/list?state=failed&cursor=c1");
    expect(third.newest).toBe("/list?state=failed");
  });
});
