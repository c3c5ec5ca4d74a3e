import { describe, expect, test } from "vitest";

import { readAllowList } from "../../../../src/egress/allow-list.ts";
import { requireUrl } from "../../../../src/egress/url.ts";
import type { UrlPolicy } from "../../../../src/egress/url.ts";
import { CallboardError } from "../../../../src/errors.ts";
import { validateDescriptor } from "../../../../src/host/descriptor/validate.ts";
import type { ValidateOptions } from "../../../../src/host/descriptor/validate.ts";
import { goodDescriptor, withUrl, withWebhooks } from "../../../fixtures/descriptors/good.ts";
import {
  FOREIGN_DESCRIPTORS,
  REFUSED_BASE_URLS,
  REFUSED_SHAPES,
  REFUSED_WEBHOOK_URLS,
} from "../../../fixtures/descriptors/refused.ts";
import { builtInCatalogue, defineProduct } from "../../../../src/catalogue/index.ts";
import type { Product } from "../../../../src/catalogue/index.ts";
import { getProduct } from "../../../support/products.ts";

const policy: UrlPolicy = { allowList: readAllowList([]), allowHttp: false, isOwn: () => false };
const options: ValidateOptions = {
  catalogue: builtInCatalogue,
  product: getProduct("jira"),
  checkUrl: (url) => requireUrl(url, policy, true),
  checkFilter: (filter) => {
    if (filter.includes("(a+)+")) throw new CallboardError("DESCRIPTOR_FILTER", "The filter does not parse");
  },
};
const validate = (value: unknown) => validateDescriptor(value, options);

function catchRefusal(value: unknown): CallboardError {
  try {
    validate(value);
  } catch (error) {
    if (error instanceof CallboardError) return error;
    throw error;
  }
  throw new Error("the descriptor was accepted");
}

test("a valid descriptor is accepted without a warning", () => {
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

test("a minimal descriptor gets its key as name and jwt as authentication", () => {
  const { descriptor } = validate({
    key: "bell",
    baseUrl: "https://bell.example.org/",
    authentication: {},
    lifecycle: { installed: "/installed" },
  });

  expect(descriptor).toEqual({
    key: "bell",
    name: "bell",
    baseUrl: "https://bell.example.org",
    writtenBaseUrl: "https://bell.example.org/",
    authentication: { type: "jwt" },
    lifecycle: { installed: "/installed" },
    scopes: [],
    webhooks: [],
    otherModules: [],
  });
});

test("authentication types are case-insensitive", () => {
  const getType = (type: string) =>
    validate(goodDescriptor({ authentication: { type } })).descriptor.authentication.type;

  expect(["JWT", "jwt", "NONE", "none"].map(getType)).toEqual(["jwt", "jwt", "none", "none"]);
});

test("a lifecycle url is normalized to the part after baseUrl", () => {
  const lifecycle = { installed: "api/installed?a=é", enabled: "/enabled", clientKey: 1 };

  expect(validate(goodDescriptor({ lifecycle })).descriptor.lifecycle).toEqual({
    installed: "/api/installed?a=%C3%A9",
    enabled: "/enabled",
  });
});

test("relevant properties are kept, other modules are listed", () => {
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

describe("refused descriptors", () => {
  test.each([...REFUSED_SHAPES, ...REFUSED_BASE_URLS, ...FOREIGN_DESCRIPTORS])(
    "$title: $code",
    ({ descriptor, code, pointer }) => {
      const refusal = catchRefusal(descriptor);

      expect(refusal.code).toBe(code);
      expect(refusal.errors).toEqual([{ pointer, code, detail: expect.stringMatching(/^\S.*\S$/s) }]);
    },
  );

  test.each(REFUSED_WEBHOOK_URLS)("the webhook url $title is refused", ({ descriptor, code, pointer }) => {
    const refusal = catchRefusal(descriptor);

    expect(refusal.code).toBe(code);
    expect(refusal.errors).toEqual([{ pointer, code, detail: expect.stringMatching(/^\S.*\S$/s) }]);
  });
});

test("all problems are reported with pointer and code", () => {
  const refusal = catchRefusal(
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

test("an absolute webhook url is not checked against an invalid baseUrl", () => {
  const refusal = catchRefusal({ ...withUrl("ftp://bell.example.org/x"), baseUrl: "ftp://bell.example.org" });
  const absolute = catchRefusal({
    ...withUrl("http://bell.example.org/x"),
    baseUrl: "http://bell.example.org",
  });

  expect(refusal.errors.map(({ pointer }) => pointer)).toEqual(["/baseUrl", "/modules/webhooks/0/url"]);
  expect(absolute.errors.map(({ pointer }) => pointer)).toEqual(["/baseUrl"]);
});

test("of very many problems, 50 are listed and all are counted", () => {
  const refusal = catchRefusal(
    withWebhooks(...Array.from({ length: 300 }, () => ({ event: "a", url: "//x" }))),
  );

  expect(refusal.errors).toHaveLength(50);
  expect(refusal.message).toContain("300 problems");
});

describe("unknown event types", () => {
  const findDetail = (event: string, product?: string) =>
    validateDescriptor(withWebhooks({ event, url: "/x" }), {
      catalogue: builtInCatalogue,
      ...(product === undefined ? {} : { product: getProduct(product) }),
      checkUrl: options.checkUrl,
      checkFilter: () => undefined,
    }).warnings.find(({ code }) => code === "EVENT_UNKNOWN")?.detail;

  test.each<[event: string, product: string | undefined, words: string]>([
    ["issue_created", "jira", "did you mean jira:issue_created"],
    ["version_released", "jira", "did you mean jira:version_released?"],
    ["issue_created", undefined, "did you mean jira:issue_created"],
    ["jira:isue_created", "jira", "did you mean jira:issue_created"],
    ["JIRA:ISSUE_CREATED", "jira", "did you mean jira:issue_created"],
    ["jira:project_deleted", "jira", "did you mean project_deleted?"],
    ["connect-addon-enabled", "jira", "did you mean connect_addon_enabled?"],
    ["page_created", "jira", "is an event type of confluence, not of jira"],
    ["jira:issue_created", "confluence", "is an event type of jira, not of confluence"],
    ["story_update_activity", "jira", "is an event type of tracker, not of jira"],
    ["story_update_activity", undefined, "is an event type of tracker, not of jira or confluence"],
    ["page_create", undefined, "did you mean page_created?"],
    ["something.of.our.own", "jira", 'jira has no event type "something.of.our.own"'],
    ["page_*", "jira", '"page_*" matches no event type of jira'],
    ["repo*", undefined, "matches no event type of jira or confluence"],
  ])("%s on %s has a warning", (event, product, words) => {
    expect(findDetail(event, product)).toContain(words);
  });

  test.each<[event: string, product: string | undefined]>([
    ["page_created", undefined],
    ["jira:issue_created", undefined],
    ["page_created", "confluence"],
    ["comment_created", "jira"],
    ["comment_created", "confluence"],
    ["jira:issue_*", "jira"],
    ["*", "jira"],
    ["*_created", "confluence"],
    ["enabled", "jira"],
    ["enabled", undefined],
  ])("%s on %s is known", (event, product) => {
    expect(findDetail(event, product)).toBeUndefined();
  });
});

describe("add-on for another product", () => {
  const listCodes = (product: string, ...events: string[]) =>
    validateDescriptor(withWebhooks(...events.map((event) => ({ event, url: `/${event}` }))), {
      ...options,
      product: getProduct(product),
    }).warnings.filter(({ code }) => code === "PRODUCT_WITHOUT_EVENTS");

  test("a warning is given if no webhook has an event type of the site's product", () => {
    expect(listCodes("confluence", "jira:issue_created", "jira:issue_updated")).toEqual([
      {
        code: "PRODUCT_WITHOUT_EVENTS",
        pointer: "/modules/webhooks",
        detail: expect.stringMatching(/no.*confluence.*for jira/is),
      },
    ]);
  });

  test("no warning is given with one such webhook, or without webhooks", () => {
    expect(listCodes("confluence", "jira:issue_created", "page_created")).toEqual([]);
    expect(listCodes("confluence", "page_*")).toEqual([]);
    expect(listCodes("confluence")).toEqual([]);
  });
});

describe("accepted with a warning", () => {
  test.each<[title: string, descriptor: unknown, code: string, pointer: string, word: string]>([
    [
      "an absolute url below baseUrl",
      withUrl("https://bell.example.org/app/hooks?a=1"),
      "URL_ABSOLUTE",
      "/modules/webhooks/0/url",
      "relative to baseUrl: /hooks?a=1",
    ],
    [
      "a param that the url has already",
      withWebhooks({ event: "jira:issue_created", url: "/x?a=1", params: { a: "2" } }),
      "PARAM_IN_URL",
      "/modules/webhooks/0/params/a",
      "the url's value is sent",
    ],
    [
      "a param with a name that clients sort differently",
      withWebhooks({ event: "jira:issue_created", url: "/x", params: { "a/b": "2" } }),
      "PARAM_NOT_SENT",
      "/modules/webhooks/0/params/a~1b",
      "not sent",
    ],
    ...["filter", "propertyKeys", "excludeBody"].map((name): [string, unknown, string, string, string] => [
      `a param named ${name}`,
      withWebhooks({ event: "jira:issue_created", url: "/x", params: { [name]: "v" } }),
      "PARAM_IS_PROPERTY",
      `/modules/webhooks/0/params/${name}`,
      "beside event",
    ]),
    [
      "a variable in a param that the event does not have",
      withWebhooks({ event: "jira:issue_created", url: "/x", params: { a: "s-${sprint.id}" } }),
      "URL_VARIABLE_UNKNOWN",
      "/modules/webhooks/0/params/a",
      "sprint.id",
    ],
    ["an unknown scope", goodDescriptor({ scopes: ["READ", "GOD"] }), "SCOPE_UNKNOWN", "/scopes", '"GOD"'],
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

describe("site of Confluence", () => {
  const listWarnings = (webhook: object) =>
    validateDescriptor(withWebhooks(webhook), { ...options, product: getProduct("confluence") }).warnings;

  test("a filter has a warning, because no event decides it", () => {
    expect(listWarnings({ event: "page_created", url: "/x", filter: "project = A" })).toEqual([
      {
        code: "FILTER_WITHOUT_ISSUES",
        pointer: "/modules/webhooks/0/filter",
        detail: expect.stringContaining("every event is delivered"),
      },
    ]);
    expect(
      listWarnings({ event: "jira:issue_created", url: "/x", filter: "project = A" }).map(({ code }) => code),
    ).not.toContain("FILTER_WITHOUT_ISSUES");
  });

  test("the path of a value in the body is a variable, in either envelope", () => {
    expect(listWarnings({ event: "page_created", url: "/x?i={page.id}&c={page.creatorAccountId}" })).toEqual(
      [],
    );
    expect(listWarnings({ event: "page_created", url: "/x?i={page.nothing}" })).toMatchObject([
      { code: "URL_VARIABLE_UNKNOWN" },
    ]);
  });
});

describe("accepted without a warning", () => {
  test.each([
    [
      "params with and without variables",
      withWebhooks({ event: "jira:issue_created", url: "/x?b=1", params: { a: "7", i: "{issue.key}" } }),
    ],
    [
      "every scope of Connect, in any case",
      goodDescriptor({
        scopes: [
          "none",
          "Read",
          "WRITE",
          "delete",
          "project_admin",
          "SPACE_ADMIN",
          "admin",
          "act_as_user",
          "access_email_addresses",
        ],
      }),
    ],
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

describe("scopes on a site of an own product", () => {
  const data = { product: "harbor", name: "Harbor", description: "d", events: {} };
  const scopes = { "cranes.read": { description: "Read" }, "cranes.write": { description: "Move" } };
  const on = (product: Product, asked: readonly string[]) =>
    validateDescriptor({ ...goodDescriptor(), scopes: asked }, { ...options, product });
  const listCodes = (warnings: readonly { readonly code: string }[]) => warnings.map(({ code }) => code);

  test("are those that the product lists, without a word about Connect's", () => {
    const { descriptor, warnings } = on(defineProduct({ ...data, scopes }), ["cranes.read"]);
    expect(descriptor.scopes).toEqual(["cranes.read"]);
    expect(listCodes(warnings)).not.toContain("SCOPE_UNKNOWN");
    expect(listCodes(warnings)).not.toContain("SCOPE_READ_MISSING");
  });

  test("that it doesn't list are problems, with the name that may have been meant", () => {
    expect(() => on(defineProduct({ ...data, scopes }), ["cranes.read", "cranes.wrte", "READ"])).toThrow(
      expect.objectContaining({
        code: "DESCRIPTOR_SCOPE",
        errors: [
          {
            pointer: "/scopes/1",
            detail: 'harbor has no scope "cranes.wrte". Did you mean "cranes.write"?',
            code: "DESCRIPTOR_SCOPE",
          },
          { pointer: "/scopes/2", detail: 'harbor has no scope "READ"', code: "DESCRIPTOR_SCOPE" },
        ],
      }),
    );
  });

  test("are accepted as they are where the product has none of its own", () => {
    const { descriptor, warnings } = on(defineProduct(data), ["cranes.read"]);
    expect(descriptor.scopes).toEqual(["cranes.read"]);
    expect(listCodes(warnings)).toContain("SCOPE_UNKNOWN");
  });

  test("are none where the list is empty", () => {
    expect(() => on(defineProduct({ ...data, scopes: {} }), ["READ"])).toThrow(
      expect.objectContaining({ code: "DESCRIPTOR_SCOPE" }),
    );
  });
});
