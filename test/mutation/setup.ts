/** Properties get the same inputs for every mutant, and end soon: a mutant that needs thousands of them needs an example. */
import fc from "fast-check";

fc.configureGlobal({ seed: 1, numRuns: 50, interruptAfterTimeLimit: 100 });
