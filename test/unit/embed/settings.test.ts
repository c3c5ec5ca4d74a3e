import { describe, expect, test } from "vitest";
import { CONFIG_KEYS } from "../../../src/config.ts";
import { SETTING_NAMES, inSettingNames, toEnvironment } from "../../../src/embed/settings.ts";
import type { HostSettings } from "../../../src/embed/settings.ts";

test("every setting of a server has a name, those of the command line and the Inspector don't", () => {
  expect(SETTING_NAMES).toHaveLength(Object.keys(CONFIG_KEYS).length - 3);
  expect(SETTING_NAMES).toEqual(expect.arrayContaining(["databaseUrl", "masterKeyNext", "products", "host"]));
  for (const absent of ["url", "token", "inspectorToken"]) expect(SETTING_NAMES).not.toContain(absent);
});

test.each<[HostSettings, Record<string, string>]>([
  [{}, {}],
  [{ databaseUrl: "sqlite::memory:" }, { CALLBOARD_DATABASE_URL: "sqlite::memory:" }],
  [
    { port: 0, bodyValues: 5 },
    { CALLBOARD_PORT: "0", CALLBOARD_BODY_VALUES: "5" },
  ],
  [{ allowNetworks: ["10.0.0.0/8", "::1"] }, { CALLBOARD_ALLOW_NETWORKS: "10.0.0.0/8,::1" }],
  [{ baseUrl: undefined }, { CALLBOARD_BASE_URL: "" }],
])("%j is %j", (settings, env) => {
  expect(toEnvironment(settings)).toEqual(env);
});

describe("what is wrong", () => {
  const refusal = (settings: Record<string, unknown>) => {
    try {
      return toEnvironment(settings);
    } catch (error) {
      return error;
    }
  };

  test("is told all at once, with the setting that may be meant", () => {
    expect(refusal({ databaseURL: "x", masterKey: {}, trustedProxies: [1] })).toMatchObject({
      code: "CONFIG_INVALID",
      errors: [
        { pointer: "databaseURL", detail: "There is no setting databaseURL. Did you mean databaseUrl?" },
        { pointer: "masterKey", detail: "masterKey must be a string, a number or a list of strings" },
        {
          pointer: "trustedProxies",
          detail: "trustedProxies must be a string, a number or a list of strings",
        },
      ],
    });
  });

  test("names settings as the program does", () => {
    expect(inSettingNames("CALLBOARD_BASE_URL must be a URL; CALLBOARD_PROFILE=prod, CALLBOARD_OTHER")).toBe(
      "baseUrl must be a URL; profile=prod, CALLBOARD_OTHER",
    );
  });
});
