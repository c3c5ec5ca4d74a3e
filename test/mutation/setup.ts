import fc from "fast-check";
import { inject } from "vitest";

// Properties get the same inputs for every mutant, and end soon: a mutant that needs thousands of them needs an example.
// eslint-disable-next-line @typescript-eslint/no-deprecated -- the plugin that replaces it is not global
fc.configureGlobal({ seed: 1, numRuns: 50, interruptAfterTimeLimit: 500 });

// The thread still has the mutant before: files are loaded without one, unless it is in what they do when they are loaded.
const stryker = globalThis as { __stryker__?: { activeMutant?: string } };
if (inject("mutantActivation" as never) !== "static" && stryker.__stryker__ !== undefined) {
  delete stryker.__stryker__.activeMutant;
}
