/**
 * Stryker's runner for vitest, but for one thing: a mutant with which a test file can't even be loaded is noticed. The runner
 * finds no test that failed then, and says that the mutant survived.
 */
import { strykerPlugins as vitestPlugins } from "@stryker-mutator/vitest-runner";

const [{ factory }] = vitestPlugins;

function createRunner(injector) {
  const runner = factory(injector);
  const mutantRun = runner.mutantRun.bind(runner);
  runner.mutantRun = async (options) => {
    const result = await mutantRun(options);
    const isBroken = runner.ctx.state.getFiles().some((file) => file.result?.state === "fail");
    return result.status === "survived" && isBroken
      ? { status: "killed", killedBy: [], failureMessage: "a test file could not be loaded", nrOfTests: 0 }
      : result;
  };
  return runner;
}
createRunner.inject = factory.inject;

export const strykerPlugins = [{ kind: "TestRunner", name: "unit", factory: createRunner }];
