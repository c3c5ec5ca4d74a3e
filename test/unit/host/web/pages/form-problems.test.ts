import { describe, expect, test } from "vitest";
import { toFormProblem } from "../../../../../src/host/web/pages/form-problems.ts";

describe("a problem of a form", () => {
  test.each([
    ["/url", "must begin with https", "url", "URL must begin with https."],
    ["/pace/rate/count", "must be a whole number", "rateCount", "Attempts at most must be a whole number."],
    ["/pace/other", "is unknown", "pace", "Pace is unknown."],
    [
      "/events",
      "must name 1 to 300 events; leave it out for every event",
      "events",
      "Events must name 1 to 300 events, unless All events is ticked.",
    ],
    ["/events/3", "There is no event type page_made", "events", "There is no event type page_made."],
    [
      "/name",
      "Give it a name of at most 100 characters",
      "name",
      "Give it a name of at most 100 characters.",
    ],
    [
      "/secret",
      "is lost: give a new one, have one generated, or send null for no signature",
      "secret",
      "Secret is lost: give a new one, have one generated, or choose none.",
    ],
    ["/elsewhere", "must be a number", undefined, "elsewhere must be a number."],
    ["", "the site is gone", undefined, "The site is gone."],
  ])("%s: %s", (pointer, detail, id, text) => {
    expect(toFormProblem({ pointer, detail })).toEqual({ id, text });
  });
});
