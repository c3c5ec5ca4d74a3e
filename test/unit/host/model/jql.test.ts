import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileJql } from "../../../../src/host/model/jql.ts";
import type {
  FilterSubject,
  Jql,
  JqlClause,
  JqlOperand,
  JqlOperator,
} from "../../../../src/host/model/jql.ts";

const AT = Date.UTC(2024, 10, 12, 9, 30);
const CREATED = "2024-11-05T09:30:00.000+0000";

const OPERATORS: readonly JqlOperator[] = [
  ...(["=", "!=", "in", "not in", "is", "is not", "~", "!~", "<", "<=", ">", ">="] as const),
  ...(["was", "was not", "was in", "was not in", "changed"] as const),
];
const HISTORY = {
  was: "UUUUU",
  "was not": "UUUUU",
  "was in": "UUUUU",
  "was not in": "UUUUU",
  changed: "UUUUU",
};
const NO_SEARCH = { "~": "UUUUU", "!~": "UUUUU" };
const NO_ORDER = { "<": "UUUUU", "<=": "UUUUU", ">": "UUUUU", ">=": "UUUUU" };
const EMPTINESS = { is: "FFTUF", "is not": "TTFUT" };
const EQUALITY = { "=": "TFFUU", "!=": "FTFUU", in: "TFFUU", "not in": "FTFUU" };
const NO_EQUALITY = { "=": "UUUUU", "!=": "UUUUU", in: "UUUUU", "not in": "UUUUU" };
const SEARCH = { "~": "TFFUU", "!~": "FTFUU" };
const ORDER = { "<": "TFFUU", "<=": "TFFUU", ">": "TFFUU", ">=": "TFFUU" };
const PLAIN = { ...EQUALITY, ...EMPTINESS, ...NO_SEARCH, ...NO_ORDER, ...HISTORY };
const DATE = { ...EQUALITY, ...EMPTINESS, ...NO_SEARCH, ...ORDER, ...HISTORY };
const ANYTHING = { ...EQUALITY, ...EMPTINESS, ...SEARCH, ...ORDER, ...HISTORY };

interface Kind {
  readonly field: string;
  readonly property?: JqlClause["property"];
  /** The operand that is true of `carried`, and the one that is not. */
  readonly operands: readonly [string, string];
  /** For the operators that need another pair. */
  readonly special?: Partial<Record<JqlOperator, readonly [string, string]>>;
  readonly carried: FilterSubject;
  readonly empty?: FilterSubject;
  readonly missing: FilterSubject;
  readonly wrong: FilterSubject;
  /** The truth of each operator: of the true operand, the other, an empty field, a missing one and a wrong type. */
  readonly truths: Readonly<Record<JqlOperator, string>>;
}

const subject = (issue: FilterSubject["issue"], property?: FilterSubject["property"]): FilterSubject => ({
  issue,
  property,
  at: AT,
});
const fields = (value: object) => subject({ key: "PIER-17", fields: value });
const inField = (name: string, carried: unknown, wrong: unknown = true, empty: unknown = null) => ({
  carried: fields({ [name]: carried }),
  empty: fields({ [name]: empty }),
  missing: fields({}),
  wrong: fields({ [name]: wrong }),
});
const DATES = {
  "<": ["-6d", "-8d"],
  "<=": ["-7d", "-8d"],
  ">": ["-8d", "-6d"],
  ">=": ["-7d", "-6d"],
} as const;
const NUMBERS = { "<": ["6", "5"], "<=": ["5", "4"], ">": ["4", "5"], ">=": ["5", "6"] } as const;

const KINDS: Readonly<Record<string, Kind>> = {
  key: {
    field: "issueKey",
    operands: ["pier-17", "PIER-1"],
    carried: subject({ key: "PIER-17" }),
    missing: subject({}),
    wrong: subject({ key: true }),
    truths: {
      ...PLAIN,
      ...{ "=": "TFUUU", "!=": "FTUUU", in: "TFUUU", "not in": "FTUUU" },
      ...{ is: "FFFFF", "is not": "TTTTT" },
    },
  },
  parent: {
    field: "parent",
    operands: ["PIER-1", "PIER-2"],
    ...inField("parent", { id: "1", key: "PIER-1" }),
    truths: PLAIN,
  },
  project: {
    field: "project",
    operands: ["PIER", "DOCK"],
    ...inField("project", { id: "1", key: "PIER", name: "Pier works" }),
    empty: subject({ fields: { project: "" } }),
    missing: subject({ fields: {} }),
    truths: PLAIN,
  },
  named: {
    field: "status",
    operands: ["done", "Open"],
    ...inField("status", { id: "3", name: "Done" }),
    truths: PLAIN,
  },
  "named, a list": {
    field: "component",
    operands: ["Rail", "Quay"],
    ...inField("components", [{ id: "1", name: "Crane" }, { name: "Rail" }], [{ id: "1" }], []),
    truths: PLAIN,
  },
  label: {
    field: "labels",
    operands: ["urgent", "later"],
    ...inField("labels", ["safety", "urgent"], [{}], []),
    truths: PLAIN,
  },
  person: {
    field: "assignee",
    operands: ["Maja Lindqvist", "Bo"],
    ...inField("assignee", { accountId: "712020:b", displayName: "Maja Lindqvist" }),
    truths: PLAIN,
  },
  text: {
    field: "summary",
    operands: ["crane", "ferry"],
    ...inField("summary", "The crane is late", { type: "doc" }),
    truths: { ...NO_EQUALITY, ...EMPTINESS, ...SEARCH, ...NO_ORDER, ...HISTORY },
  },
  date: {
    field: "created",
    operands: ["-7d", "-6d"],
    special: DATES,
    ...inField("created", CREATED, "yesterday"),
    truths: DATE,
  },
  day: {
    field: "duedate",
    operands: ["2024-11-12", "2024-11-13"],
    special: {
      "<": ["2024-11-13", "2024-11-12"],
      "<=": ["2024-11-12", "2024-11-11"],
      ">": ["2024-11-11", "2024-11-12"],
      ">=": ["2024-11-12", "2024-11-13"],
    },
    ...inField("duedate", "2024-11-12", {}),
    truths: DATE,
  },
  "custom number": {
    field: "cf[10013]",
    operands: ["5.0", "6"],
    special: NUMBERS,
    ...inField("customfield_10013", 5, {}),
    truths: { ...ANYTHING, ...NO_SEARCH, "~": "UUFUU", "!~": "UUFUU" },
  },
  "custom text": {
    field: "customfield_10014",
    operands: ["crane", "ferry"],
    ...inField("customfield_10014", "Crane", [[]], ""),
    truths: { ...ANYTHING, ...NO_ORDER },
  },
  "custom choice": {
    field: "cf[10011]",
    operands: ["Harbour", "Quay"],
    ...inField("customfield_10011", { id: "1", value: "Harbour" }, { self: {} }),
    truths: { ...PLAIN, "~": "UUFUU", "!~": "UUFUU" },
  },
  property: {
    field: "issue.property",
    property: { key: "crane", path: ["limits", "wind"] },
    operands: ["5", "6"],
    special: NUMBERS,
    carried: subject({}, { key: "crane", value: { limits: { wind: 5 } } }),
    empty: subject({ properties: { crane: { limits: 1 } } }),
    missing: subject({ properties: { other: {} } }),
    wrong: subject({ properties: { crane: { limits: { wind: {} } } } }),
    truths: { ...ANYTHING, "~": "UUFUU", "!~": "UUFUU" },
  },
  unknown: {
    field: "sprint",
    operands: ["1", "2"],
    ...inField("sprint", 1),
    truths: {
      ...NO_EQUALITY,
      ...NO_SEARCH,
      ...NO_ORDER,
      ...HISTORY,
      is: "UUUUU",
      "is not": "UUUUU",
    },
  },
};

const LETTERS = { true: "T", false: "F", undecided: "U" } as const;

function clause(
  field: string,
  operator: JqlOperator,
  operands: readonly JqlOperand[],
  property?: JqlClause["property"],
): JqlClause {
  return {
    kind: "clause",
    text: `${field} ${operator}`,
    field,
    operator,
    operands,
    ...(property && { property }),
  };
}

const value = (text: string): JqlOperand => ({ kind: "value", value: text });

describe.each(Object.entries(KINDS))("a field of the kind %s", (_name, kind) => {
  const { field, property, operands, special, carried, missing, wrong, empty = missing, truths } = kind;
  test.each(OPERATORS)(
    "with %s is judged when it is carried, empty, missing and of a wrong type",
    (operator) => {
      const given = special?.[operator] ?? operands;
      const [hit, miss] = given.map((text): JqlOperand[] => {
        if (operator === "is" || operator === "is not") return [{ kind: "empty" }];
        if (operator === "changed") return [];
        return operator.endsWith("in") ? [value(operands[1]), value(text)] : [value(text)];
      });
      const judged = (list: readonly JqlOperand[] | undefined, held: FilterSubject) =>
        LETTERS[compileJql(clause(field, operator, list ?? [], property)).judge(held).truth];

      expect([
        judged(hit, carried),
        judged(miss, carried),
        judged(hit, empty),
        judged(hit, missing),
        judged(hit, wrong),
      ]).toEqual(Array.from(truths[operator]));
    },
  );
});

describe("an operand", () => {
  const judged = (field: string, operator: JqlOperator, list: readonly JqlOperand[], held: object) =>
    compileJql(clause(field, operator, list)).judge(fields(held)).truth;
  const call: JqlOperand = { kind: "function", name: "currentUser" };
  const empty: JqlOperand = { kind: "empty" };
  const maja = { assignee: { accountId: "712020:b", displayName: "Maja" } };

  test.each([
    ["=", [call], maja, "undecided"],
    ["in", [call, value("Maja")], maja, "true"],
    ["in", [call, value("Bo")], maja, "undecided"],
    ["not in", [call, value("Maja")], maja, "false"],
    ["not in", [call, value("Bo")], maja, "undecided"],
    ["not in", [call], { assignee: null }, "undecided"],
    ["not in", [call, value("Bo")], { assignee: null }, "false"],
    ["in", [value("Bo"), empty], { assignee: null }, "true"],
    ["not in", [value("Bo"), empty], { assignee: null }, "false"],
    ["=", [empty], { assignee: null }, "true"],
    ["!=", [empty], { assignee: null }, "false"],
    ["=", [value("maja@harbour.example")], maja, "undecided"],
    ["=", [value("712020:c")], maja, "false"],
    ["=", [value("712020:c")], { assignee: { displayName: "Maja" } }, "undecided"],
    ["=", [value("Maja")], { assignee: { accountId: "712020:b" } }, "undecided"],
    ["=", [value("maja")], { assignee: "maja" }, "true"],
  ] as const)("of a person: %s %j, held against %j, is %s", (operator, list, held, truth) => {
    expect(judged("assignee", operator, list, held)).toBe(truth);
  });

  test.each([
    ["Unresolved", null, "true"],
    ["unresolved", { id: "1", name: "Done" }, "false"],
    ["Done", null, "false"],
  ])("of a resolution: %s, held against %j, is %s", (operand, held, truth) => {
    expect(judged("resolution", "=", [value(operand)], { resolution: held })).toBe(truth);
  });

  test.each([
    ["10040", { key: "PIER" }, "undecided"],
    ["Pier works", { key: "PIER" }, "undecided"],
    ["DOCK", { key: "PIER" }, "false"],
    ["Dock", { key: "PIER" }, "undecided"],
    ["Dock", { key: "PIER", name: "Pier works" }, "false"],
    ["10041", { id: 10040 }, "false"],
    ["10040", { id: 10040 }, "true"],
  ])("of a project: %s, held against %j, is %s", (operand, held, truth) => {
    expect(judged("project", "=", [value(operand)], { project: held })).toBe(truth);
  });

  test.each([
    ["3", { name: "Done" }, "undecided"],
    ["4", { id: "3" }, "undecided"],
    ["4", { id: "3", name: "Done" }, "false"],
    ["Done", { id: "3" }, "undecided"],
  ])("of a status: %s, held against %j, is %s", (operand, held, truth) => {
    expect(judged("status", "=", [value(operand)], { status: held })).toBe(truth);
  });

  test("that is a day is compared with a moment as far as the zones allow", () => {
    const created = (operator: JqlOperator, day: string) =>
      judged("created", operator, [value(day)], { created: CREATED });

    expect(created(">", "2024-11-04")).toBe("true");
    expect(created("<", "2024-11-04")).toBe("false");
    expect(created(">", "2024-11-05")).toBe("undecided");
    expect(created(">", "2024-11-07")).toBe("false");
    expect(created(">", "in spring")).toBe("undecided");
  });

  test("that is now() is the time of the event", () => {
    const now: JqlOperand = { kind: "function", name: "now" };

    expect(judged("created", "<", [now], { created: CREATED })).toBe("true");
    expect(
      compileJql(clause("created", "<", [now])).judge({
        issue: { fields: { created: CREATED } },
        property: undefined,
      }).truth,
    ).toBe("undecided");
  });
});

test("without an issue everything is undecided, but for the property that the event is about", () => {
  const property = { key: "crane", value: 5 };
  const of = (one: JqlClause) => compileJql(one).judge({ issue: undefined, property }).truth;

  for (const { field, ...kind } of Object.values(KINDS)) {
    expect(of(clause(field, "=", [value("1")], kind.property && { key: "other", path: [] }))).toBe(
      "undecided",
    );
  }
  expect(of(clause("issue.property", "=", [value("5")], { key: "crane", path: [] }))).toBe("true");
});

/** Filters over four clauses whose truth is known: `t`, `f` and two that no event decides. */
const CLAUSES = {
  t: clause("labels", "=", [value("a")]),
  f: clause("labels", "=", [value("b")]),
  u: { ...clause("status", "changed", []), text: "u" },
  v: { ...clause("sprint", "=", [value("1")]), text: "v" },
} as const;
type Name = keyof typeof CLAUSES;

const { tree } = fc.letrec<{ tree: Jql }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom<Name>("t", "f", "u", "v").map((name): Jql => CLAUSES[name]),
    fc
      .record({
        kind: fc.constantFrom("and" as const, "or" as const),
        parts: fc.array(tie("tree"), { minLength: 1, maxLength: 4 }),
      })
      .map((node): Jql => ({ ...node, text: node.kind })),
    tie("tree").map((part): Jql => ({ kind: "not", text: "not", part })),
  ),
}));

const HELD = fields({ labels: ["a"] });
const truth = (jql: Jql) => compileJql(jql).judge(HELD).truth;
const negated = (part: Jql): Jql => ({ kind: "not", text: "not", part });

function replaced(jql: Jql, by: Readonly<Partial<Record<string, Jql>>>): Jql {
  switch (jql.kind) {
    case "and":
    case "or":
      return { ...jql, parts: jql.parts.map((part) => replaced(part, by)) };
    case "not":
      return { ...jql, part: replaced(jql.part, by) };
    case "clause":
      return by[jql.text] ?? jql;
  }
}

describe("of any filter", () => {
  test("De Morgan's laws hold, and two negations are none", () => {
    fc.assert(
      fc.property(fc.array(tree, { minLength: 1, maxLength: 4 }), (parts) => {
        const and: Jql = { kind: "and", text: "and", parts };
        const or: Jql = { kind: "or", text: "or", parts };
        const nots = parts.map(negated);

        expect(truth(negated(and))).toBe(truth({ ...or, parts: nots }));
        expect(truth(negated(or))).toBe(truth({ ...and, parts: nots }));
        expect(truth(negated(negated(and)))).toBe(truth(and));
      }),
    );
  });

  test("what is decided stays as it is, however its undecided clauses would turn out", () => {
    fc.assert(
      fc.property(tree, fc.boolean(), fc.boolean(), (jql, u, v) => {
        const before = truth(jql);
        const after = truth(replaced(jql, { u: CLAUSES[u ? "t" : "f"], v: CLAUSES[v ? "t" : "f"] }));

        expect(after).not.toBe("undecided");
        if (before !== "undecided") expect(after).toBe(before);
      }),
    );
  });

  test("what is undecided names a clause that is, and true stays without a name", () => {
    fc.assert(
      fc.property(tree, (jql) => {
        const found = compileJql(jql).judge(HELD);
        if (found.truth === "undecided") expect(["u", "v"]).toContain(found.clause);
        if (found.truth === "true") expect(found).toEqual({ truth: "true" });
      }),
    );
  });
});
