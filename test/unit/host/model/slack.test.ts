import { expect, test } from "vitest";
import { slackMessage, slackText } from "../../../../src/host/model/slack.ts";

const PAUSED = {
  event: "endpoint.paused",
  site: "jira",
  receiver: { kind: "addon", name: "Tide Inspector" },
  state: "paused",
  since: "2024-11-07T09:12:44.010Z",
  link: "https://callboard.example.com/admin/addons/jira/tide",
};

test("the line has the receiver, its state, since when, and a link", () => {
  expect(slackText(PAUSED)).toBe(
    "Tide Inspector on jira: paused (event endpoint.paused) since 2024-11-07T09:12:44.010Z <https://callboard.example.com/admin/addons/jira/tide>",
  );
  expect(JSON.parse(slackMessage(PAUSED))).toEqual({ text: slackText(PAUSED), mrkdwn: false });
});

test("the line has the other fields of the event", () => {
  const text = slackText({
    ...PAUSED,
    event: "delivery.failed",
    state: "failed",
    count: 3,
    reason: "exhausted",
  });
  expect(text).toContain("(event delivery.failed, count 3, reason exhausted)");
});

test.each([
  [
    "<!channel> & <https://evil.example|click>",
    "&lt;!channel&gt; &amp; &lt;https:\u2060//evil.example|click&gt;",
  ],
  ["two\nlines\r\u2028and\u202e more", "two lines and more"],
  ["\n Tide \t", "Tide"],
  ["https://evil.example", "https:\u2060//evil.example"],
])("the name %j becomes no mention, no link and no second line", (name, shown) => {
  const text = slackText({ ...PAUSED, receiver: { name } });
  expect(text.startsWith(`${shown} on jira: paused`)).toBe(true);
  expect(text).not.toMatch(/[\n\r]/);
});

test("formatting characters stay, because the message has no formatting", () => {
  expect(JSON.parse(slackMessage({ ...PAUSED, receiver: { name: "*bold* _i_ `code`" } }))).toMatchObject({
    text: expect.stringContaining("*bold* _i_ `code` on jira") as string,
    mrkdwn: false,
  });
});

test("a link that is not a web URL is left out, and a link can't end early", () => {
  for (const link of ["javascript:alert(1)", "https://", 7, "https://a.example/".padEnd(3_000, "x")]) {
    expect(slackText({ ...PAUSED, link })).not.toContain("<");
  }
  expect(slackText({ ...PAUSED, link: "javascript:https:alert(1)" })).not.toContain("<");
  expect(slackText({ ...PAUSED, link: "https://a.example/".padEnd(2_000, "x") })).toMatch(/x>$/);
  expect(slackText({ ...PAUSED, link: "http://a.example/" })).toMatch(/ <http:\/\/a\.example\/>$/);
  expect(slackText({ ...PAUSED, link: "https://a.example/?x=1>|y<!here>&z" })).toMatch(
    /<https:\/\/a\.example\/\?x=1%3E%7Cy%3C!here%3E&amp;z>$/,
  );
});

test.each([undefined, null, 7, "text", [], {}, { receiver: 7, state: {}, since: [] }])(
  "a body that is %j makes a line nevertheless",
  (body) => {
    expect(slackText(body)).toMatch(/^Callboard: test$/);
  },
);

test("the text stays below Slack's limit for any body", () => {
  const long = "&".repeat(100_000);
  const body = {
    ...PAUSED,
    receiver: { name: long },
    site: long,
    state: long,
    event: long,
    stage: long,
    reason: long,
    code: long,
    key: long,
    token: long,
    since: long,
  };
  const { text } = JSON.parse(slackMessage(body)) as { text: string };
  expect(text.length).toBeLessThan(40_000);
  expect(text).not.toContain("&&");
});
