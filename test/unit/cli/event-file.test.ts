/** Files of events, as the texts of their events. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CommandFailure } from "../../../src/cli/exit.ts";
import { splitEvents } from "../../../src/cli/event-file.ts";

const LONG = '{"event":"e","payload":{"n":12345678901234567890,  "x":"ü"}}';

test.each([
  ["JSON lines", `${LONG}\n{"event":"f"}\n`, [LONG, '{"event":"f"}']],
  ["lines of Windows, with empty ones", `\r\n${LONG}\r\n\r\n{"event":"f"}`, [LONG, '{"event":"f"}']],
  ["a list", `[${LONG},\n  {"event":"f"} ]\n`, [LONG, '{"event":"f"}']],
  ["one event", LONG, [LONG]],
])("%s is parted, and its events stay as they are", (_name, text, events) => {
  expect(splitEvents(text, "events.jsonl")).toEqual(events);
});

describe("what is wrong is named with its place", () => {
  test.each([
    ["a line that is no JSON", '{"event":"e"}\n{"event":', "EVENTS_NOT_JSON", /^events\.jsonl, line 2 /],
    ["a line that is no object", '{"event":"e"}\n7', "EVENTS_NOT_JSON", /line 2 .* no object$/],
    ["a list that doesn't end", '[{"event":"e"}', "EVENTS_NOT_JSON", /^events\.jsonl can't be read/],
    ["a list with something behind it", "[{}] {}", "EVENTS_NOT_JSON", /^events\.jsonl can't be read/],
    ["an event over several lines", '{\n"event":"e"\n}', "EVENTS_NOT_JSON", /line 1 /],
    ["an empty list", "[]", "EVENTS_EMPTY", /has no events$/],
  ])("%s", (_name, text, code, message) => {
    expect(() => splitEvents(text, "events.jsonl")).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error,
    );
  });
});

const events = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1, maxLength: 5 });

test("any events come back as they were written, from lines and from a list", () => {
  fc.assert(
    fc.property(events, (values) => {
      // A key that would change a prototype is refused, here as by the server.
      fc.pre(!JSON.stringify(values).includes("__proto__"));
      const texts = values.map((value) => JSON.stringify(value));
      expect(splitEvents(texts.join("\n"), "f")).toEqual(texts);
      expect(splitEvents(`[${texts.join(" , ")}]`, "f")).toEqual(texts);
    }),
  );
});

test("any other text is refused with a code, and never throws anything else", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        splitEvents(text, "f");
      } catch (error) {
        expect(error).toBeInstanceOf(CommandFailure);
      }
    }),
  );
});
