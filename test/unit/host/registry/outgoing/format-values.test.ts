import { describe, expect, test } from "vitest";
import { builtInCatalogue } from "../../../../../src/catalogue/index.ts";
import { CallboardError } from "../../../../../src/errors.ts";
import {
  chooseRoutingKey,
  formatValueProblems,
} from "../../../../../src/host/registry/outgoing/format-values.ts";
import type { FormatInput } from "../../../../../src/host/registry/outgoing/format-values.ts";

const JIRA = builtInCatalogue.get("jira");
const KEY = "0123456789abcdef0123456789ABCDEF";

function listProblems(format: string, values: FormatInput): readonly string[] {
  const found = JIRA.formats.find(({ key }) => key === format)!;
  return formatValueProblems(values, found, JIRA).map(({ pointer, code }) => `${pointer} ${code}`);
}

describe("values of a format", () => {
  test.each<[string, FormatInput, readonly string[]]>([
    ["jira", {}, []],
    ["jira", { template: "1", routingKey: KEY }, ["/template BODY_SCHEMA", "/routingKey BODY_SCHEMA"]],
    ["jira", { excludeBody: true }, []],
    ["slack", { excludeBody: true }, ["/excludeBody BODY_SCHEMA"]],
    ["cloudevents", { excludeBody: true }, []],
    ["template", {}, ["/template TEMPLATE"]],
    ["template", { template: '"{{issue.key}}"' }, []],
    ["template", { template: '"\ud800"' }, ["/template TEMPLATE"]],
    ["template", { template: "{{#a}}" }, ["/template TEMPLATE"]],
    ["template", { template: "nonsense" }, ["/template TEMPLATE_RESULT"]],
    ["template", { template: `"${"x".repeat(20_000)}"` }, ["/template TEMPLATE_TOO_COMPLEX"]],
    ["pagerduty", { routingKey: KEY }, []],
    ["pagerduty", { routingKey: `${KEY}0` }, ["/routingKey ROUTING_KEY"]],
    ["pagerduty", { routingKey: `${KEY.slice(1)}-` }, ["/routingKey ROUTING_KEY"]],
  ])("%s with %j: %j", (format, values, problems) => {
    expect(listProblems(format, values)).toEqual(problems);
  });

  test("a template is tried with the samples of the webhook's event types alone", () => {
    // Worklogs have no issue with a key; an issue has.
    const template = '{{#issue}}"{{key}}"{{/issue}}';
    expect(listProblems("template", { template, events: ["jira:issue_created"] })).toEqual([]);
    expect(listProblems("template", { template, events: ["jira:issue_*"] })).toEqual([]);
    expect(listProblems("template", { template, events: ["worklog_created"] })).toEqual([
      "/template TEMPLATE_RESULT",
    ]);
    expect(listProblems("template", { template, events: ["crane:moved"] })).toEqual([]);
  });
});

describe("the routing key after a change", () => {
  const before = { routingKey: KEY };
  test.each([
    ["is the given one", "pagerduty", "b".repeat(32), before, "b".repeat(32)],
    ["stays when it is left out", "pagerduty", undefined, before, KEY],
    ["is dropped with the format", "slack", undefined, before, undefined],
  ] as const)("%s", (_what, shape, given, saved, key) => {
    expect(chooseRoutingKey(given, shape, saved)).toBe(key);
  });

  test.each([
    [undefined, undefined],
    [undefined, { routingKey: undefined }],
    [null, before],
  ])("is missing: given %j, saved %j", (given, saved) => {
    expect(() => chooseRoutingKey(given, "pagerduty", saved)).toThrow(CallboardError);
  });
});
