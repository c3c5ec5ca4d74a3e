/**
 * Loaded before the server: tells which functions of its own files ran since it was last asked, counted by V8. A function
 * is known by where it begins, so that two arrow functions are two. What initializes a class is none of its own.
 */
import { Session } from "node:inspector/promises";
import { isMainThread } from "node:worker_threads";

export interface RanFunction {
  /** Below the folder of the build, such as `host/delivery/engine.js`. */
  readonly file: string;
  /** Empty for a function without a name. */
  readonly name: string;
  /** Where it begins in its file. */
  readonly offset: number;
}

const BUILD = /^file:\/\/.*\/dist\/(.+\.js)$/;

if (isMainThread) {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });

  /** Counts begin again at 0 each time they are taken. */
  const takeRan = async (): Promise<readonly RanFunction[]> => {
    const { result } = await session.post("Profiler.takePreciseCoverage");
    return result.flatMap(({ url, functions }) => {
      const file = BUILD.exec(url)?.[1];
      if (file === undefined || url.includes("/node_modules/")) return [];
      return functions.flatMap(({ functionName: name, ranges: [whole] }) =>
        whole === undefined || whole.count === 0 || name.startsWith("<")
          ? []
          : [{ file, name, offset: whole.startOffset }],
      );
    });
  };
  process.on("message", (message) => {
    if (message === "ran") void takeRan().then((ran) => process.send?.(ran));
  });
  process.channel?.unref();
}
