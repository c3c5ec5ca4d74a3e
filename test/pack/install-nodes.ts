/** Installs the other versions of Node before the tests: two of their files need the same ones, and run at the same time. */
import { OTHER_MAJORS, installNode } from "../support/node-versions.ts";

export default function installNodes(): void {
  for (const major of OTHER_MAJORS) installNode(major);
}
