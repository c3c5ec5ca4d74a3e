import { Command } from "commander";
import { expect, test } from "vitest";
import { addEndpointCommands } from "../../../../src/cli/program/endpoints.ts";
import type { Actions } from "../../../../src/cli/program/tools.ts";
import { LISTED_STATES } from "../../../../src/host/delivery-log/endpoints.ts";

test("endpoints list --state has the states of the API", () => {
  const program = new Command();
  addEndpointCommands(program, { withClient: () => () => undefined } as unknown as Actions);
  const list = program.commands
    .find((command) => command.name() === "endpoints")
    ?.commands.find((command) => command.name() === "list");
  const state = list?.options.find(({ long }) => long === "--state");
  expect(state?.argChoices?.toSorted()).toEqual([...LISTED_STATES].sort());
});
