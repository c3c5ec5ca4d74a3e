import { expect, test } from "vitest";
import { OF_INSTALLS } from "../../../../../src/host/web/api/error-codes.ts";
import { ROUTES } from "../../../../../src/host/web/api/routes.ts";
import { remedyFor } from "../../../../../src/host/web/pages/remedies.ts";

/** Operations that a form of the web app makes as well. */
const OF_FORMS = [
  "addToDirectory",
  "changePortalLook",
  "changeSettings",
  "createReplay",
  "createSite",
  "createToken",
  "createWebhook",
  "executeWebhook",
  "installAddon",
  "previewReplay",
  "publishEvent",
  "putProduct",
  "tryBodyFilter",
  "updateEndpoint",
  "updateSettings",
  "updateSite",
  "updateWebhook",
];

test("every code that a form can be refused with has a text that says what to try", () => {
  const routes = ROUTES.filter(({ id }) => OF_FORMS.includes(id));
  expect(routes.length).toBeGreaterThan(10);
  const codes = new Set([
    ...routes.flatMap(({ errors = [] }) => errors),
    ...OF_INSTALLS,
    "BODY_SCHEMA",
  ] as const);
  expect([...codes].filter((code) => remedyFor(code) === undefined)).toEqual([]);
});
