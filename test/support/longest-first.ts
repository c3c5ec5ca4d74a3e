/** Files that take longest begin first: one that began last would hold up the end while the other processes have nothing to do. */
import { relative } from "node:path";
import { BaseSequencer } from "vitest/node";
import type { TestSpecification, Vitest } from "vitest/node";

/** @param files paths from the root of the project, longest first; others come after them */
export const longestFirst = (files: readonly string[]): new (ctx: Vitest) => BaseSequencer =>
  class extends BaseSequencer {
    override async sort(specs: TestSpecification[]): Promise<TestSpecification[]> {
      const rank = ({ moduleId }: TestSpecification): number => {
        const at = files.indexOf(relative(this.ctx.config.root, moduleId));
        return at < 0 ? files.length : at;
      };
      return (await super.sort(specs)).toSorted((a, b) => rank(a) - rank(b));
    }
  };
