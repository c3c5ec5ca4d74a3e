import { expect, test } from "vitest";
import { describeOperational } from "../../../../../src/host/model/formats/operational-line.ts";

const PAUSED = {
  event: "endpoint.paused",
  site: "jira",
  receiver: { kind: "addon", name: "Tide Inspector" },
  state: "paused",
  since: "2024-11-07T09:12:44.010Z",
  link: "https://callboard.example.com/admin/addons/jira/tide",
};
const getTitle = (body: unknown) => describeOperational(body).title;

test("the line has the receiver, its state, since when, and a link", () => {
  expect(describeOperational(PAUSED)).toEqual({
    title: "Tide Inspector on jira: paused (event endpoint.paused) since 2024-11-07T09:12:44.010Z",
    link: "https://callboard.example.com/admin/addons/jira/tide",
  });
});

test("the line has the other fields of the event", () => {
  const body = { ...PAUSED, event: "delivery.failed", state: "failed", count: 3, reason: "exhausted" };
  expect(getTitle(body)).toContain("(event delivery.failed, count 3, reason exhausted)");
});

test.each([
  ["two\nlines\r\u2028and\u202e more", "two lines and more"],
  ["\n Tide \t", "Tide"],
  ["x".repeat(300), "x".repeat(200)],
  ["🌊".repeat(300), "🌊".repeat(200)],
])("the name %j is %j on the line", (name, shown) => {
  expect(getTitle({ ...PAUSED, receiver: { name } }).startsWith(`${shown} on jira: paused`)).toBe(true);
});

test.each([undefined, null, 7, "text", [], {}, { receiver: 7, state: {}, since: [] }])(
  "a body that is %j makes a line nevertheless",
  (body) => {
    expect(describeOperational(body)).toEqual({ title: "Callboard: test", link: undefined });
  },
);
