import { describe, expect, test } from "vitest";
import { SHARED_FORMATS } from "../../../../../src/catalogue/formats.ts";
import { CHAT_TOOLS, renderWithin } from "../../../../../src/host/model/formats/chat.ts";
import type { Message, Rendered } from "../../../../../src/host/model/formats/message.ts";

const MESSAGE: Message = {
  title: "Issue created on Demo",
  facts: [{ name: "issue key", value: "DEMO-7" }],
  link: "https://callboard.example/?a=1&b=2",
};

const tools = Object.entries(CHAT_TOOLS).map(([key, render]) => {
  const limit = SHARED_FORMATS.find((format) => format.key === key)?.limit;
  if (limit === undefined) throw new Error(`${key} has no limit`);
  return { key, render, limit };
});

describe("what fits is measured in the unit of the target", () => {
  /** A tool that takes the title as it is, with nothing around it. */
  const plain = ({ title }: Message): Rendered => ({ json: `"${title}"`, counted: title });
  const cut = (title: string, max: number, unit: "bytes" | "characters") => {
    const message = { title, facts: [], link: undefined };
    const { body, ...sizes } = renderWithin(message, plain, { max, unit, isCut: true });
    return { title: body.toString().slice(1, -1), ...sizes };
  };
  const body = { kind: "body" };

  test.each<[string, number, "bytes" | "characters", object]>([
    // é has two bytes.
    ["éééé", 4, "characters", { ...body, title: "éééé", size: 4 }],
    ["éééé", 8, "bytes", { ...body, title: "éééé", size: 8 }],
    ["éééé", 3, "characters", { ...body, title: "éé…", size: 3, cut: { from: 4, to: 3 } }],
    ["éééé", 7, "bytes", { ...body, title: "éé…", size: 7, cut: { from: 8, to: 7 } }],
    ["éééé", 6, "bytes", { ...body, title: "é…", size: 5, cut: { from: 8, to: 5 } }],
  ])("%j within %i %s", (title, max, unit, expected) => {
    expect(cut(title, max, unit)).toEqual(expected);
  });
});

describe("the limit of a target", () => {
  const long = (size: number): Message => ({
    ...MESSAGE,
    facts: [{ name: "text", value: `${"<&🌊".repeat(size / 4)}end` }],
  });

  test.each(tools)("a short message for $key is not cut", ({ render, limit }) => {
    expect(renderWithin(MESSAGE, render, limit)).not.toHaveProperty("cut");
  });

  test.each(tools)("a long message for $key is cut to what fits, and says so", ({ render, limit }) => {
    const { body, size, cut } = renderWithin(long(48_000), render, limit);
    expect(cut?.from).toBeGreaterThan(limit.max);
    expect(cut?.to).toBe(size);
    expect(size).toBeLessThanOrEqual(limit.max);
    // Nothing is given away: an escape has at most five characters.
    expect(size).toBeGreaterThan(limit.max - 40);
    const text = body.toString();
    expect(text).toContain("…");
    expect(text).not.toContain("end");
    expect(text.isWellFormed()).toBe(true);
    expect(() => void JSON.parse(text)).not.toThrow();
  });

  test.each(tools)("a message of megabytes for $key is rendered as a whole once", ({ render, limit }) => {
    const facts = Array.from({ length: 12 }, (_, at) => ({
      name: `text ${at}`,
      value: "<&🌊".repeat(12_000),
    }));
    const sizes: number[] = [];
    const { cut } = renderWithin({ ...MESSAGE, facts }, noting, limit);
    function noting(message: Message): Rendered {
      const rendered = render(message);
      sizes.push(rendered.json.length);
      return rendered;
    }

    expect(cut?.from).toBeGreaterThan(12 * 48_000);
    // An escape has at most five characters.
    expect(sizes.filter((size) => size > 5 * limit.max + 2_000)).toHaveLength(1);
  });

  test.each(tools)("a title alone that is too long for $key is cut", ({ render, limit }) => {
    const { size } = renderWithin({ title: "&".repeat(50_000), facts: [], link: undefined }, render, limit);
    expect(size).toBeLessThanOrEqual(limit.max);
  });
});
