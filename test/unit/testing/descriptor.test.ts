import { expect, test } from "vitest";
import { completeDescriptor } from "../../../src/testing/descriptor.ts";

test("an add-on that is played lives at a path of its own, with all lifecycle callbacks", () => {
  const webhooks = [{ event: "jira:issue_created", url: "/hook" }];
  expect(completeDescriptor({ modules: { webhooks } }, "http://127.0.0.1:4000")).toEqual({
    descriptor: {
      key: "test-addon",
      name: "test-addon",
      baseUrl: "http://127.0.0.1:4000/test-addon",
      authentication: { type: "jwt" },
      apiMigrations: { "signed-install": true },
      lifecycle: {
        installed: "/installed",
        enabled: "/enabled",
        disabled: "/disabled",
        uninstalled: "/uninstalled",
      },
      modules: { webhooks },
    },
    callbacks: [
      "/test-addon/installed",
      "/test-addon/enabled",
      "/test-addon/disabled",
      "/test-addon/uninstalled",
    ],
  });
});

test("what the descriptor says stays", () => {
  const { descriptor, callbacks } = completeDescriptor(
    { key: "mine", name: "Mine", authentication: { type: "none" }, lifecycle: { installed: "in" } },
    "http://127.0.0.1:4000",
  );
  expect(descriptor).toMatchObject({ key: "mine", name: "Mine", authentication: { type: "none" } });
  expect(callbacks).toEqual(["/mine/in"]);
});
