import { describe, expect, test } from "vitest";
import { createRetryScheduleFinder } from "../../../../src/host/model/find-retry-schedule.ts";
import type { Pace } from "../../../../src/host/model/pace.ts";
import { RETRY_SCHEDULES } from "../../../../src/host/model/retry-schedules.ts";
import { createSite } from "../../../support/delivery.ts";
import type { SiteParts } from "../../../support/delivery.ts";

describe("the profile of a receiver", () => {
  const IN_PROD = { profile: "prod", retryScheduleMs: undefined } as const;
  const IN_DEV = { profile: "dev", retryScheduleMs: undefined } as const;
  const { jira, standard, dev } = RETRY_SCHEDULES;
  const toWebhook = (retryProfile: string | undefined): SiteParts => ({
    subscriptions: [{ receiver: { kind: "webhook", webhookNo: 1 } }],
    webhooks: [{ retryProfile }],
  });
  const ofPace = (pace: Pace): SiteParts => ({
    subscriptions: [{ receiver: { kind: "webhook", webhookNo: 1 } }],
    webhooks: [{ retryProfile: "jira", pace }],
  });

  test.each([
    ["the product's, for Jira", IN_PROD, {}, jira],
    ["the product's, for Confluence", IN_PROD, { site: { product: "confluence" } }, standard],
    ["the product's, for Backlog", IN_PROD, { site: { product: "backlog" } }, standard],
    ["that of the dev profile", IN_DEV, {}, dev],
    ["the site's", IN_PROD, { site: { retryProfile: "standard" } }, standard],
    ["the site's, in the dev profile as well", IN_DEV, { site: { retryProfile: "standard" } }, standard],
    ["the webhook's", IN_PROD, toWebhook("standard"), standard],
    [
      "the webhook's before the site's",
      IN_PROD,
      { ...toWebhook("standard"), site: { retryProfile: "dev" } },
      standard,
    ],
    [
      "the site's for a webhook without one",
      IN_PROD,
      { ...toWebhook(undefined), site: { retryProfile: "standard" } },
      standard,
    ],
    ["that of the webhook's pace", IN_PROD, ofPace({ retryProfile: "standard" }), standard],
    [
      "that of the endpoint of an add-on",
      IN_PROD,
      { site: { retryProfile: "dev" }, endpoints: [{ pace: { retryProfile: "standard" } }] },
      standard,
    ],
    [
      "the site's for a pace without one",
      IN_PROD,
      { site: { retryProfile: "dev" }, endpoints: [{ pace: { slots: 1 } }] },
      dev,
    ],
    ["the product's for a name that is none", IN_PROD, { site: { retryProfile: "sometimes" } }, jira],
    [
      "the site's for a subscription that is gone",
      IN_PROD,
      { subscriptions: [], site: { retryProfile: "dev" } },
      dev,
    ],
  ] as const)("is %s", (_fact, config, parts, profile) => {
    expect(createRetryScheduleFinder(config)(createSite(parts), { subscriptionNo: 1 })).toBe(profile);
  });

  test("is the list of a pace, without jitter, before every named one", () => {
    const parts = { ...ofPace({ retryDelaysMs: [1, 2] }), site: { retryProfile: "dev" } };

    expect(createRetryScheduleFinder(IN_DEV)(createSite(parts), { subscriptionNo: 1 })).toEqual({
      steps: [1, 2],
      jitter: 0,
    });
  });

  test("is the configured schedule over all, without jitter", () => {
    const findRetrySchedule = createRetryScheduleFinder({ profile: "prod", retryScheduleMs: [1, 2, 3] });

    expect(findRetrySchedule(createSite(toWebhook("standard")), { subscriptionNo: 1 })).toEqual({
      steps: [1, 2, 3],
      jitter: 0,
    });
  });
});
