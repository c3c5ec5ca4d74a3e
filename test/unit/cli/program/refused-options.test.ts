import { Command, Option } from "commander";
import { expect, test } from "vitest";
import { CommandFailure } from "../../../../src/cli/exit.ts";
import { withOptionNames } from "../../../../src/cli/program/refused-options.ts";

const command = new Command("create")
  .argument("<url>")
  .option("--order-by <pointer>")
  .addOption(new Option("--token <token>").helpGroup("Global options:"));

const refusal = (pointers: readonly string[], hint?: string) =>
  new CommandFailure("failed", "BODY_SCHEMA", "It does not fit", {
    hint,
    problem: {
      type: "about:blank",
      title: "",
      status: 422,
      code: "BODY_SCHEMA",
      detail: "",
      errors: pointers.map((pointer) => ({ pointer, detail: "" })),
      requestId: "",
    },
  });

test("a refusal of the server gets the names of the command's options and arguments", () => {
  expect(withOptionNames(refusal(["/orderBy", "/url"]), command)).toMatchObject({
    code: "BODY_SCHEMA",
    message: "It does not fit",
    hint: "Correct --order-by, <url>",
    problem: { status: 422 },
  });
});

test.each([
  ["a failure with a hint of its own", refusal(["/url"], "Do this")],
  ["a member that no option gives", refusal(["/nothing"])],
  ["a member with the name of a global option", refusal(["/token"])],
  ["a failure without a response of the server", new CommandFailure("usage", "USAGE", "No")],
  ["another error", new Error("no")],
])("%s stays as it is", (_what, thrown) => {
  expect(withOptionNames(thrown, command)).toBe(thrown);
});
