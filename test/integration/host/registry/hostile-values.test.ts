/** Any values of an outgoing webhook are kept by the rules of their product, or refused with every problem and its place. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { builtInCatalogue } from "../../../../src/catalogue/index.ts";
import { CallboardError } from "../../../../src/errors.ts";
import type { SecretWish } from "../../../../src/host/registry/outgoing/secret.ts";
import { checkValues } from "../../../../src/host/registry/outgoing/values.ts";
import type { WebhookValues } from "../../../../src/host/registry/outgoing/values.ts";
import { loopbackEgress } from "../../../support/registry.ts";
import { SITE_PRODUCTS } from "../../../support/products.ts";
import { anyCharacter } from "../../../support/properties.ts";

const egress = loopbackEgress();
const rules = {
  catalogue: builtInCatalogue,
  checkUrl: egress.check,
  now: () => Date.UTC(2026, 0, 1),
  profile: "prod",
} as const;

/** Texts that are nearly right, and any others. */
const text = (...nearly: readonly string[]) =>
  fc.oneof(
    fc.constantFrom(...nearly),
    fc.string({ unit: anyCharacter, maxLength: 40 }),
    fc.integer({ min: 199, max: 2_100 }).map((length) => "x".repeat(length)),
  );
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
const secret: fc.Arbitrary<SecretWish> = fc.oneof(
  fc.constantFrom<SecretWish>({ kind: "keep" }, { kind: "none" }, { kind: "new" }),
  text("", "hub secret", `whsec_${"A".repeat(32)}`, `whsec_${"A".repeat(31)}=`).map((given): SecretWish => ({
    kind: "given",
    secret: given,
  })),
);
const values = fc.record({
  name: text("Board", "", " ", "a\nb"),
  url: text(
    "https://hooks.vendor-one.com/h",
    "http://hooks.vendor-one.com/{issue.key}?a={x}",
    "https://bücher.com",
    "https://10.0.0.1",
    "https://{issue.key}.com/",
    "https://a@hooks.vendor-one.com",
  ),
  events: maybe(
    fc.array(text("jira:issue_created", "*", "1", "issue_created", "updated", ""), { maxLength: 5 }),
  ),
  project: maybe(text("DEMO", "")),
  filter: maybe(text("project = DEMO", "(a+)+$", "status CHANGED", "")),
  excludeBody: fc.boolean(),
  description: text("", "one\n\ttwo"),
  secret,
  signature: maybe(fc.constantFrom("hub" as const, "standard" as const)),
  retryProfile: maybe(text("standard", "jira")),
  active: fc.boolean(),
}) as fc.Arbitrary<WebhookValues>;
/** Mostly good, with a few of the others: else nothing would ever be kept. */
const nearlyGood = fc
  .tuple(values, fc.subarray<keyof WebhookValues>(["name", "url", "events", "filter", "secret", "active"]))
  .map(([odd, names]): WebhookValues => ({
    name: "Board",
    url: "https://hooks.vendor-one.com/h",
    secret: { kind: "keep" },
    ...Object.fromEntries(names.map((name) => [name, odd[name]])),
  }));
const format = fc.option(fc.constantFrom(...SITE_PRODUCTS), { nil: undefined });

const CONTROL = /[^\P{Cc}]/u;

const TWICE: WebhookValues = {
  name: "Board",
  url: "https://hooks.vendor-one.com/h",
  secret: { kind: "keep" },
  events: ["jira:issue_created", "jira:issue_created", "unknown"],
};

/** Warnings name places of what was given; what is kept is shorter where something was given twice. */
const withoutPlaces = (checked: ReturnType<typeof checkValues>) => ({
  ...checked,
  warnings: checked.warnings.map(({ code, detail }) => ({ code, detail })),
});

test("are checked whole", () => {
  let kept = 0;
  fc.assert(
    fc.property(
      fc.oneof(values, nearlyGood),
      format,
      fc.constantFrom(...SITE_PRODUCTS),
      (odd, asked, product) => {
        const given: WebhookValues = asked === undefined ? odd : { ...odd, format: asked };
        const checked = tried(given, product);
        if (checked instanceof CallboardError) {
          expect(checked.status).toBe(422);
          const { errors } = checked;
          expect(errors.length).toBeGreaterThan(0);
          for (const { pointer, detail } of errors) {
            expect(pointer).toMatch(
              /^\/(?:name|url|format|events|project|filter|excludeBody|description|secret|signature|retryProfile)(?:\/\d+)?$/,
            );
            expect(detail).not.toBe("");
          }
          // A secret is in no message.
          if (given.secret.kind === "given" && given.secret.secret.length > 8) {
            expect(JSON.stringify([checked.message, errors])).not.toContain(given.secret.secret);
          }
          return;
        }
        kept += 1;
        expect(checked.format).toBe(product);
        expect(checked.name).toBe(given.name);
        expect(checked.name.trim().length).toBeGreaterThan(0);
        expect(`${checked.name}${checked.project ?? ""}${checked.events?.join("") ?? ""}`).not.toMatch(
          CONTROL,
        );
        const { origin, protocol, username, hash } = new URL(checked.url);
        expect([origin, username, hash]).toEqual([checked.origin, "", ""]);
        expect(protocol).toMatch(product === "projectrak" ? /^https:$/ : /^https?:$/);
        if (checked.events !== undefined) {
          expect(checked.events).toHaveLength(new Set(checked.events).size);
          expect(checked.events.length).toBeGreaterThan(0);
        }
        if (checked.filter !== undefined) expect(product).toBe("jira");
        if (checked.signature === "hub") expect(product).toBe("jira");
        expect([undefined, "standard", "jira"]).toContain(checked.retryProfile);
        // What was kept is kept again, as it is.
        const again = tried({ ...given, ...checked }, product);
        if (again instanceof CallboardError) throw again;
        expect(withoutPlaces(again)).toEqual(withoutPlaces(checked));
      },
    ),
    { numRuns: 1_000, examples: [[TWICE, undefined, "jira"]] },
  );
  expect(kept).toBeGreaterThan(10);
});

function tried(given: WebhookValues, product: (typeof SITE_PRODUCTS)[number]) {
  try {
    return checkValues(given, { product }, rules);
  } catch (error) {
    if (error instanceof CallboardError) return error;
    throw error;
  }
}
