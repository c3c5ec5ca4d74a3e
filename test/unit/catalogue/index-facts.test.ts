/** The facts of the built-in products: each is a promise to add-ons and receivers, so that a change of one is a decision. */
import { describe, expect, test } from "vitest";
import { builtInCatalogue } from "../../../src/catalogue/index.ts";

const FACTS = [
  // key, name, host name for add-ons, add-ons, dynamic webhooks, issues, numbered events, two envelopes, retry schedule, event types
  ["jira", "Jira", "JIRA", true, true, true, false, false, "jira", 73],
  ["confluence", "Confluence", "Confluence", true, false, false, false, true, "standard", 79],
  ["projectrak", "Projectrak", "JIRA", true, false, false, false, false, "standard", 1],
  ["backlog", "Backlog", "Backlog", false, false, false, true, false, "standard", 40],
  ["tracker", "Pivotal Tracker", "Pivotal Tracker", false, false, false, false, false, "standard", 40],
  ["callboard", "Callboard", "Callboard", false, false, false, false, false, "standard", 17],
];

test("what each product has and how it is named", () => {
  const facts = builtInCatalogue.products.map((product) => [
    product.key,
    product.name,
    product.addonHostName,
    product.hasAddons,
    product.hasDynamicWebhooks,
    product.hasIssues,
    product.numbersEvents,
    product.hasEnvelopes,
    product.retryProfile,
    product.eventTypes.length,
  ]);
  expect(facts).toEqual(FACTS);
});

describe("the places in a body of each product", () => {
  test.each([
    ["jira", "webhookEvent", ["issue.fields.project", "project", "configuration.location"], "issue.key"],
    ["confluence", "event", [], undefined],
    ["projectrak", "data.event", ["data.project", "project"], undefined],
    ["backlog", "type", ["project"], undefined],
    ["tracker", "kind", ["project"], undefined],
    ["callboard", "event", [], undefined],
  ])("%s: event type at %s, project at %j, issue at %s", (key, event, projects, issue) => {
    const { eventPath, projectPaths, issueKeyPath } = builtInCatalogue.get(key);
    expect(eventPath?.join(".")).toBe(event);
    expect(projectPaths.map((path) => path.join("."))).toEqual(projects);
    expect(issueKeyPath?.join(".")).toBe(issue);
  });

  test.each([
    [
      "jira",
      [
        "project.id /version/projectId",
        "project /issue/fields/project",
        "project /configuration/location",
        "issue.id /worklog/issueId",
        "board /configuration",
        "board.id /sprint/originBoardId",
        "modifiedUser /user",
        "mergedVersion /mergedTo",
      ],
    ],
    ["confluence", []],
    ["projectrak", ["project /data/project"]],
    ["backlog", ["project.key /project/projectKey"]],
    ["tracker", []],
    ["callboard", []],
  ])("%s: URL variables", (key, places) => {
    expect(builtInCatalogue.get(key).variablePlaces.map((place) => place.join(" "))).toEqual(places);
  });
});

test.each([
  ["jira", "hub", true, "jira"],
  ["confluence", "standard", true, "confluence"],
  ["projectrak", "standard", "always", "projectrak"],
  ["backlog", "standard", false, "backlog"],
  ["tracker", "standard", false, "tracker"],
  ["callboard", "standard", true, ""],
])(
  "outgoing webhooks of %s: signature %s, https only %s, own format %j beside those of all products",
  (key, signature, httpsOnly, own) => {
    const product = builtInCatalogue.get(key);
    expect(product.formats[0]).toMatchObject({ signature, httpsOnly });
    expect(product.formats.map((format) => format.key).join(" ")).toBe(
      `${own} standard slack teams discord google-chat pagerduty cloudevents cloudevents-binary template`.trim(),
    );
  },
);
