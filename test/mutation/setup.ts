/** Properties get the same inputs for every mutant, and end soon: a mutant that needs thousands of them needs an example. */
import fc from "fast-check";

// eslint-disable-next-line @typescript-eslint/no-deprecated -- the plugin that replaces it is not global
fc.configureGlobal({ seed: 1, numRuns: 50, interruptAfterTimeLimit: 100 });
