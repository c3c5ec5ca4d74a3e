import { describe, expect, test } from "vitest";

import { readAllowList } from "../../../src/egress/allow-list.ts";
import { requireUrl } from "../../../src/egress/url.ts";
import type { UrlPolicy } from "../../../src/egress/url.ts";
import { CallboardError } from "../../../src/errors.ts";
import { validateDescriptor } from "../../../src/host/descriptor/validate.ts";
import type { ValidateOptions } from "../../../src/host/descriptor/validate.ts";
import { goodDescriptor, withUrl, withWebhooks } from "../../fixtures/descriptors/good.ts";
import {
  FOREIGN_DESCRIPTORS,
  REFUSED_BASE_URLS,
  REFUSED_SHAPES,
  REFUSED_WEBHOOK_URLS,
} from "../../fixtures/descriptors/refused.ts";

const policy: UrlPolicy = { allowList: readAllowList([]), allowHttp: false, isOwn: () => false };
const options: ValidateOptions = {
  product: "jira",
  checkUrl: (url) => requireUrl(url, policy, true),
  checkFilter: (filter) => {
    if (filter.includes("(a+)+")) throw new CallboardError("DESCRIPTOR_FILTER", "The filter does not parse");
  },
};
const validate = (value: unknown) => validateDescriptor(value, options);

function refusalOf(value: unknown): CallboardError {
  try {
    validate(value);
  } catch (error) {
    if (error instanceof CallboardError) return error;
    throw error;
  }
  throw new Error("the descriptor was accepted");
}

test("a good descriptor is accepted without a warning", () => {
  expect(validate(goodDescriptor())).toEqual({
    descriptor: {
      key: "org.example.bell",
      name: "Bell",
      baseUrl: "https://bell.example.org/app",
      authentication: { type: "jwt" },
      lifecycle: { installed: "/installed", uninstalled: "/uninstalled" },
      scopes: ["READ"],
      webhooks: [{ event: "jira:issue_created", url: "/hooks/created" }],
      otherModules: [],
    },
    warnings: [],
  });
});

test("the least descriptor is enough: its key is its name, jwt its authentication", () => {
  const { descriptor } = validate({ key: "bell", baseUrl: "https://bell.example.org/", authentication: {} });

  expect(descriptor).toEqual({
    key: "bell",
    name: "bell",
    baseUrl: "https://bell.example.org",
    authentication: { type: "jwt" },
    lifecycle: {},
    scopes: [],
    webhooks: [],
    otherModules: [],
  });
});

test("authentication types are compared without case", () => {
  const typeOf = (type: string) =>
    validate(goodDescriptor({ authentication: { type } })).descriptor.authentication.type;

  expect(["JWT", "jwt", "NONE", "none"].map(typeOf)).toEqual(["jwt", "jwt", "none", "none"]);
});

test("a lifecycle url is brought into the form that is appended to baseUrl", () => {
  const lifecycle = { installed: "api/installed?a=é", enabled: "/enabled", clientKey: 1 };

  expect(validate(goodDescriptor({ lifecycle })).descriptor.lifecycle).toEqual({
    installed: "/api/installed?a=%C3%A9",
    enabled: "/enabled",
  });
});

test("what has a meaning for a host is kept, other modules are listed", () => {
  const { descriptor } = validate(
    goodDescriptor({
      version: "1.2",
      description: "Rings",
      vendor: { name: "Example", url: "" },
      apiMigrations: { "signed-install": true, gdpr: "yes" },
      modules: {
        generalPages: [],
        webhooks: [
          {
            event: "jira:issue_updated",
            url: "/x",
            filter: "",
            excludeBody: true,
            propertyKeys: ["k"],
            params: { a: "b" },
          },
        ],
      },
    }),
  );

  expect(descriptor).toMatchObject({
    version: "1.2",
    description: "Rings",
    vendor: { name: "Example", url: "" },
    otherModules: ["generalPages"],
    webhooks: [
      {
        event: "jira:issue_updated",
        url: "/x",
        filter: "",
        excludeBody: true,
        propertyKeys: ["k"],
        params: { a: "b" },
      },
    ],
  });
});

describe("refused", () => {
  test.each([...REFUSED_SHAPES, ...REFUSED_BASE_URLS, ...FOREIGN_DESCRIPTORS])(
    "$title: $code",
    ({ descriptor, code, pointer }) => {
      const refusal = refusalOf(descriptor);

      expect(refusal.code).toBe(code);
      expect(refusal.errors).toEqual([{ pointer, code, detail: expect.stringMatching(/^\S.*[^.]$/s) }]);
    },
  );

  test.each(REFUSED_WEBHOOK_URLS)("the webhook url $title", ({ descriptor, code, pointer }) => {
    const refusal = refusalOf(descriptor);

    expect(refusal.code).toBe(code);
    expect(refusal.errors).toEqual([{ pointer, code, detail: expect.stringMatching(/^\S.*[^.]$/s) }]);
  });
});

test("all problems are told at once, each with its pointer and code", () => {
  const refusal = refusalOf(
    goodDescriptor({
      key: "",
      baseUrl: "x",
      lifecycle: { installed: "//other.example.org" },
      modules: { webhooks: [{ url: 1 }, { event: "a", url: "/../x", params: { "": "" } }] },
    }),
  );

  expect(refusal.code).toBe("DESCRIPTOR_SCHEMA");
  expect(refusal.message).toContain("problems in all");
  expect(Object.fromEntries(refusal.errors.map(({ pointer, code }) => [pointer, code]))).toEqual({
    "/key": "DESCRIPTOR_SCHEMA",
    "/baseUrl": "URL_INVALID",
    "/lifecycle/installed": "DESCRIPTOR_SCHEMA",
    "/modules/webhooks/0/event": "DESCRIPTOR_SCHEMA",
    "/modules/webhooks/0/url": "DESCRIPTOR_WEBHOOK_URL",
    "/modules/webhooks/1/url": "DESCRIPTOR_WEBHOOK_URL",
    "/modules/webhooks/1/params/": "DESCRIPTOR_PARAMS",
  });
});

test("of very many problems 50 are listed and all are counted", () => {
  const refusal = refusalOf(withWebhooks(...Array.from({ length: 300 }, () => ({ event: "a", url: "//x" }))));

  expect(refusal.errors).toHaveLength(50);
  expect(refusal.message).toContain("300 problems");
});

test("without a product the near names are those of every product", () => {
  const { warnings } = validateDescriptor(withWebhooks({ event: "page_create", url: "/x" }), {
    checkUrl: (url) => requireUrl(url, policy, true),
    checkFilter: () => undefined,
  });
  expect(warnings.find(({ code }) => code === "EVENT_UNKNOWN")?.detail).toContain("page_created");
});

describe("accepted with a warning", () => {
  test.each([
    [
      "an unknown event",
      withWebhooks({ event: "connect_addon_enable", url: "/x" }),
      "EVENT_UNKNOWN",
      "/modules/webhooks/0/event",
      "connect_addon_enabled",
    ],
    [
      "a wildcard",
      withWebhooks({ event: "*", url: "/x" }),
      "EVENT_UNKNOWN",
      "/modules/webhooks/0/event",
      "name each event",
    ],
    [
      "an event in capitals",
      withWebhooks({ event: "JIRA:ISSUE_CREATED", url: "/x" }),
      "EVENT_UNKNOWN",
      "/modules/webhooks/0/event",
      "JIRA:ISSUE_CREATED",
    ],
    [
      "an exact duplicate",
      withWebhooks({ event: "jira:issue_created", url: "/x" }, { event: "jira:issue_created", url: "/x" }),
      "DESCRIPTOR_DUPLICATE_WEBHOOK",
      "/modules/webhooks/1",
      "delivered once",
    ],
    [
      "no leading slash",
      withUrl("hooks"),
      "URL_NO_LEADING_SLASH",
      "/modules/webhooks/0/url",
      "https://bell.example.org/app/hooks",
    ],
    ["a fragment", withUrl("/x#y"), "URL_FRAGMENT_DROPPED", "/modules/webhooks/0/url", "never sent"],
    [
      "a variable in the path",
      withUrl("/x/{issue.key}"),
      "URL_VARIABLE_IN_PATH",
      "/modules/webhooks/0/url",
      "query",
    ],
    [
      "a variable that the event does not have",
      withUrl("/x?a=${sprint.id}"),
      "URL_VARIABLE_UNKNOWN",
      "/modules/webhooks/0/url",
      "sprint.id",
    ],
    ["a nested parameter", withUrl("/x?a[b]=1"), "URL_PARAMETER_NAME", "/modules/webhooks/0/url", "a[b]"],
    ["no READ scope", goodDescriptor({ scopes: ["act_as_user"] }), "SCOPE_READ_MISSING", "/scopes", "READ"],
    [
      "jwt without installed",
      goodDescriptor({ lifecycle: {} }),
      "INSTALLED_MISSING",
      "/lifecycle",
      "shared secret",
    ],
    [
      "other modules",
      goodDescriptor({ modules: { webhooks: [], webPanels: [] } }),
      "MODULES_NOT_SERVED",
      "/modules",
      "webPanels",
    ],
    ["an unknown property", goodDescriptor({ hasOwnProperty: 1 }), "PROPERTY_UNKNOWN", "", "hasOwnProperty"],
    [
      "an unknown property of a webhook",
      withWebhooks({ event: "jira:issue_created", url: "/x", name: "n" }),
      "PROPERTY_UNKNOWN",
      "/modules/webhooks/0",
      "name",
    ],
  ])("%s", (_title, descriptor, code, pointer, word) => {
    expect(validate(descriptor).warnings).toEqual([{ code, pointer, detail: expect.stringContaining(word) }]);
  });
});

describe("on a site of Confluence", () => {
  const warningsOf = (webhook: object) =>
    validateDescriptor(withWebhooks(webhook), { ...options, product: "confluence" }).warnings;

  test("a filter is warned of, since no event decides it", () => {
    expect(warningsOf({ event: "page_created", url: "/x", filter: "project = A" })).toEqual([
      {
        code: "FILTER_WITHOUT_ISSUES",
        pointer: "/modules/webhooks/0/filter",
        detail: expect.stringContaining("every event is delivered"),
      },
    ]);
    expect(warningsOf({ event: "jira:issue_created", url: "/x", filter: "project = A" })).toEqual([]);
  });

  test("the path of a value in a body is a variable, in either envelope", () => {
    expect(warningsOf({ event: "page_created", url: "/x?i={page.id}&c={page.creatorAccountId}" })).toEqual(
      [],
    );
    expect(warningsOf({ event: "page_created", url: "/x?i={page.nothing}" })).toMatchObject([
      { code: "URL_VARIABLE_UNKNOWN" },
    ]);
  });
});

describe("accepted without a warning", () => {
  test.each([
    ["an event of another product", withWebhooks({ event: "page_created", url: "/x" })],
    [
      "the same event with two urls",
      withWebhooks({ event: "jira:issue_created", url: "/x" }, { event: "jira:issue_created", url: "/y" }),
    ],
    ["a query and both kinds of variable", withUrl("/x?i={issue.key}&p=${project.id}")],
    ["a scope in lower case that includes reading", goodDescriptor({ scopes: ["write"] })],
    [
      "authentication none without installed",
      goodDescriptor({ authentication: { type: "none" }, lifecycle: {} }),
    ],
  ])("%s", (_title, descriptor) => {
    expect(validate(descriptor).warnings).toEqual([]);
  });
});
