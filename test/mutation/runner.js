/**
 * Stryker's runner for vitest, but for two things. The tests of all mutants run in one thread. And a mutant with which a test
 * file can't even be loaded is noticed: Stryker's own runner finds no test that failed then, and says that it survived.
 */
import { strykerPlugins as vitestPlugins } from "@stryker-mutator/vitest-runner";
import { endThread, keptThread } from "./kept-thread.js";

const [{ factory }] = vitestPlugins;

function createRunner(injector) {
  const runner = factory(injector);
  const init = runner.init.bind(runner);
  const mutantRun = runner.mutantRun.bind(runner);
  const dispose = runner.dispose.bind(runner);
  runner.init = async () => {
    await init();
    for (const { config } of runner.ctx.projects) {
      config.pool = keptThread.name;
      config.poolRunner = keptThread;
    }
  };
  runner.mutantRun = async (options) => {
    const result = await mutantRun(options);
    const isBroken = runner.ctx.state.getFiles().some((file) => file.result?.state === "fail");
    return result.status === "survived" && isBroken
      ? { status: "killed", killedBy: [], failureMessage: "a test file could not be loaded", nrOfTests: 0 }
      : result;
  };
  runner.dispose = async () => {
    await endThread();
    await dispose();
  };
  return runner;
}
createRunner.inject = factory.inject;

export const strykerPlugins = [{ kind: "TestRunner", name: "unit", factory: createRunner }];
