/** Fails a test file that leaves the environment changed: the files that come after it in its process would meet that. */
import { afterAll, expect } from "vitest";

const environment = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^VITEST/.test(name)));
const before = environment();

afterAll(() => expect(environment()).toEqual(before));
