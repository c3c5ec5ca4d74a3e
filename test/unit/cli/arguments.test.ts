import { expect, test } from "vitest";
import { warnOfPassword } from "../../../src/cli/arguments.ts";
import { run } from "../../../src/cli/index.ts";

const collectNotes = (url: string | undefined): string => {
  let notes = "";
  warnOfPassword({ note: (text) => void (notes += text) }, url);
  return notes;
};

test.each(["postgres://me:secret@db/callboard", "postgres://me@db/callboard?password=secret"])(
  "%s as an argument is warned of, without the password",
  (url) => {
    expect(collectNotes(url)).toContain("CALLBOARD_DATABASE_URL");
    expect(collectNotes(url)).not.toContain("secret");
  },
);

test.each([undefined, "sqlite:callboard.sqlite", "postgres://me@db/callboard", "postgres://"])(
  "%s is not",
  (url) => expect(collectNotes(url)).toBe(""),
);

test.each(["serve", "migrate", "keys reset"])("the help of %s names the environment", async (command) => {
  let out = "";
  const io = { note: () => undefined, env: {}, readInput: () => Promise.resolve("") };
  await run([...command.split(" "), "--help"], { ...io, out: (text) => void (out += text) });
  expect(out.replaceAll(/\s+/g, " ")).toContain(
    "give a URL with a password in the environment (CALLBOARD_DATABASE_URL)",
  );
});
