import { expect, test } from "vitest";
import {
  LOGIN_LINK_MS,
  SESSION_IDLE_MS,
  MAX_SESSION_MS,
  isOver,
} from "../../../../src/host/admin/sessions.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

test("a login link lives for ten minutes, an idle session for twelve hours, any session for a week", () => {
  expect([LOGIN_LINK_MS, SESSION_IDLE_MS, MAX_SESSION_MS]).toEqual([600_000, 12 * HOUR, 7 * DAY]);
});

test.each([
  ["used just now", 0, 0, false],
  ["unused for twelve hours", 0, 12 * HOUR, false],
  ["unused for longer", 0, 12 * HOUR + 1, true],
  ["used all the time, for a week", 0, 7 * DAY, false, 7 * DAY],
  ["used all the time, for longer", 0, 7 * DAY + 1, true, 7 * DAY + 1],
])("a session is over when it was %s", (_what, createdAt, at, over, lastSeenAt = 0) => {
  expect(isOver({ createdAt, lastSeenAt }, at)).toBe(over);
});
