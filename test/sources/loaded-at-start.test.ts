/** What is loaded before anything happens: modules take most of the time of a command and of a first test host. */
import { describe, expect, test } from "vitest";
import { loadedWith, readSources } from "../support/source-imports.ts";

const sources = readSources();
const isLeaf = (file: string): boolean => !file.includes("/");

describe("the command line, before it knows which command it runs", () => {
  const { files, packages } = loadedWith("main.ts", sources);

  test("loads no package but that of its options, and that of their suggestions", () => {
    expect(packages).toEqual(["commander", "fastest-levenshtein"]);
  });

  test("loads names and help of the commands, and of other rooms what explains too few open files and what the choices of options are", () => {
    const others = files.filter((file) => !isLeaf(file) && !/^cli\/(?:program\/)?[^/]+$/.test(file));
    expect(others).toEqual([
      "catalogue/default-product.ts",
      "egress/open-files.ts",
      "egress/outcome.ts",
      "egress/proxy-failure.ts",
      "egress/retry-after.ts",
      "egress/tls-failure.ts",
      "host/model/delivery.ts",
      "host/model/replay.ts",
      "host/model/retry-schedules.ts",
    ]);
  });
});

test("the import of callboard/testing loads no host and no package: the first test host does", () => {
  const { files, packages } = loadedWith("testing/index.ts", sources);
  expect(packages).toEqual([]);
  expect(files.filter((file) => !isLeaf(file) && !file.startsWith("testing/"))).toEqual([
    "protocol/signing-key.ts",
  ]);
});

describe("a host within a program or a test", () => {
  const { files, packages } = loadedWith("host/index.ts", sources);

  test("loads what it needs to send and to be asked for when it needs it: HTTP, views, validators, drivers", () => {
    expect(packages).toEqual([
      // The toolkit has it, too, and bundlers of add-ons must find it.
      "atlassian-jwt",
      "fastest-levenshtein",
      "mustache",
      "prom-client",
      "tinyqueue",
      "uuid",
      "yocto-queue",
    ]);
  });

  test("loads pages, API and the other database when they are needed", () => {
    const late = /^host\/(?:web\/(?:api|pages|products|schema)\/|store\/db\/(?:sqlite|postgres)\.ts$)/;
    expect(files.filter((file) => late.test(file))).toEqual([]);
  });
});

test("a server loads Express, its API and its pages with the first request for them", () => {
  const { files, packages } = loadedWith("host/web/index.ts", sources);
  expect(packages).not.toContain("express");
  expect(files.filter((file) => /^host\/web\/(?:api|pages|products|schema)\//.test(file))).toEqual([]);
});
