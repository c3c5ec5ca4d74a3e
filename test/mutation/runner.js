/**
 * Stryker's runner for vitest, but for three things. The tests of all mutants run in one thread. A mutant is tried with the
 * tests of its own file. And one with which a test file can't even be loaded is noticed: Stryker's own runner finds no test
 * that failed then, and says that it survived.
 */
import { strykerPlugins as vitestPlugins } from "@stryker-mutator/vitest-runner";
import { listTests } from "./files.js";
import { endThread, keptThread } from "./kept-thread.js";

const [{ factory }] = vitestPlugins;

function createRunner(injector) {
  const runner = factory(injector);
  const init = runner.init.bind(runner);
  const run = runner.run.bind(runner);
  const mutantRun = runner.mutantRun.bind(runner);
  const dispose = runner.dispose.bind(runner);
  runner.init = async () => {
    await init();
    for (const { config } of runner.ctx.projects) {
      config.pool = keptThread.name;
      config.poolRunner = keptThread;
    }
  };
  /** Of the file that is changed; undefined while none is. */
  let ownTests;
  runner.run = (options) =>
    ownTests === undefined || options.testIds?.length > 0
      ? run(options)
      : run({ ...options, testFiles: ownTests });
  runner.mutantRun = async (options) => {
    const { sandboxFileName } = options;
    ownTests = listTests(sandboxFileName.slice(sandboxFileName.lastIndexOf("/src/") + 1));
    const testFilter = options.testFilter?.filter((id) => ownTests.some((test) => id.startsWith(`${test}#`)));
    if (testFilter?.length === 0) return { status: "survived", nrOfTests: 0 };
    const result = await mutantRun({ ...options, testFilter });
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
