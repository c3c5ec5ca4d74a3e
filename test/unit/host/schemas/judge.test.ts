import { describe, expect, test } from "vitest";
import { createSchemaJudge } from "../../../../src/host/schemas/judge.ts";

const CRANE = {
  type: "object",
  required: ["crane"],
  properties: { crane: { $ref: "#/schemas/Crane" }, reason: { type: "string", format: "port-reason" } },
  schemas: { Crane: { type: "object", required: ["id"], properties: { id: { type: "integer" } } } },
};

function judged(schema: object, body: string | Buffer) {
  const judge = createSchemaJudge();
  judge.add(1, JSON.stringify(schema));
  return judge.judge(1, Buffer.from(body));
}

describe("a body", () => {
  test("that is as its schema says fits", () => {
    expect(judged(CRANE, '{"crane":{"id":4},"more":true}')).toEqual({ kind: "fits" });
  });

  test("that is off has every problem with its pointer", () => {
    expect(judged(CRANE, '{"crane":{"id":"four"},"reason":7}')).toEqual({
      kind: "off",
      problems: [
        { pointer: "/crane/id", detail: "must be integer" },
        { pointer: "/reason", detail: "must be string" },
      ],
    });
  });

  test("has at most 50 problems, each once", () => {
    const properties = Object.fromEntries(
      Array.from({ length: 80 }, (_, at) => [`p${at}`, { type: "null" }]),
    );
    const body = Object.fromEntries(Object.keys(properties).map((name) => [name, 1]));
    const result = judged({ properties, allOf: [{ properties }] }, JSON.stringify(body));
    const pointers = result.kind === "off" ? result.problems.map(({ pointer }) => pointer) : [];
    expect(new Set(pointers).size).toBe(50);
    expect(pointers).toHaveLength(50);
  });

  test("that is empty is an empty object", () => {
    expect(judged(CRANE, "")).toMatchObject({ kind: "off", problems: [{ pointer: "" }] });
    expect(judged({ type: "object" }, "")).toEqual({ kind: "fits" });
  });

  test("with integers beyond 2^53 has numbers", () => {
    expect(judged(CRANE, '{"crane":{"id":12345678901234567890}}')).toEqual({ kind: "fits" });
  });

  test("with hostile keys has short problems", () => {
    const name = `a b/${"x".repeat(5_000)}\n`;
    const result = judged({ additionalProperties: false }, JSON.stringify({ [name]: 1 }));
    expect(result).toMatchObject({ kind: "off", problems: [{ pointer: "" }] });
    expect(JSON.stringify(result).length).toBeLessThan(400);
    const below = judged({ additionalProperties: { type: "string" } }, JSON.stringify({ [name]: 1 }));
    expect(below).toMatchObject({ kind: "off", problems: [{ detail: "must be string" }] });
    expect(JSON.stringify(below).length).toBeLessThan(1_200);
    expect(judged({ additionalProperties: { type: "string" } }, '{"a b":1}')).toMatchObject({
      problems: [{ pointer: "/a b" }],
    });
  });
});

test("a schema is compiled once, also one that does not compile", () => {
  const judge = createSchemaJudge();
  judge.add(1, "{}");
  judge.add(2, JSON.stringify({ $ref: "#/schemas/None" }));
  expect([1, 1, 2, 2].map(judge.prepare)).toEqual(["compiled", "ready", "compiled", "ready"]);
});

test("a schema that does not compile is unusable", () => {
  expect(judged({ $ref: "#/schemas/None" }, "{}")).toEqual({ kind: "unusable" });
});

test("a removed schema is no longer used, and its number can be used again", () => {
  const judge = createSchemaJudge();
  judge.add(1, '{"type":"object"}');
  expect(judge.judge(1, Buffer.from("{}")).kind).toBe("fits");
  judge.remove(1);
  judge.add(1, '{"required":["a"]}');
  expect(judge.judge(1, Buffer.from("{}")).kind).toBe("off");
});
