import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createSeal, getKeyId, masterKeyId, sealHeader } from "../../../../src/host/store/seal.ts";

const OLD = randomBytes(32);
const NEW = randomBytes(32);
const PLACE = "webhook|1/2|secret";

describe("a sealed value", () => {
  test("opens with the key that sealed it, at its place only", () => {
    const seal = createSeal(OLD);
    const sealed = seal.seal(PLACE, "whsec_ü");
    expect(seal.open(PLACE, sealed)).toBe("whsec_ü");
    expect(() => seal.open("webhook|1/3|secret", sealed)).toThrow(/can't be decrypted/);
    expect(() => createSeal(NEW).open(PLACE, sealed)).toThrow(masterKeyId(OLD));
  });

  test("names its key without giving anything of it away", () => {
    const sealed = createSeal(OLD).seal(PLACE, "secret");
    expect(getKeyId(sealed)).toBe(masterKeyId(OLD));
    expect(sealed.subarray(0, 5)).toEqual(sealHeader(masterKeyId(OLD)));
    expect(OLD.includes(Buffer.from(masterKeyId(OLD), "hex"))).toBe(false);
  });

  test("of the format without a key ID is opened by either key", () => {
    const sealed = createSeal(OLD).seal(PLACE, "secret");
    const first = Buffer.concat([Buffer.of(1), sealed.subarray(5)]);
    expect(getKeyId(first)).toBeUndefined();
    expect(createSeal(NEW, OLD).open(PLACE, first)).toBe("secret");
    expect(createSeal(OLD, NEW).open(PLACE, first)).toBe("secret");
    expect(() => createSeal(NEW).open(PLACE, first)).toThrow(/can't be decrypted/);
  });

  test.each([
    [
      "a tag cut to 4 bytes",
      (sealed: Buffer) => Buffer.concat([sealed.subarray(0, 21), sealed.subarray(33)]),
    ],
    ["a tag cut off", (sealed: Buffer) => sealed.subarray(0, 21)],
    [
      "one bit changed",
      (sealed: Buffer) => Buffer.from(sealed.map((byte, at) => (at === 40 ? byte ^ 1 : byte))),
    ],
    ["another version", (sealed: Buffer) => Buffer.concat([Buffer.of(9), sealed.subarray(1)])],
    ["nothing", () => Buffer.alloc(0)],
  ])("with %s is refused", (_name, change) => {
    const seal = createSeal(OLD);
    expect(() => seal.open(PLACE, change(seal.seal(PLACE, "a secret of some length")))).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(CONFIG_INVALID|STORE_TOO_NEW)$/) as string }),
    );
  });
});

describe("two keys", () => {
  test("the current one seals until the next one is told to", () => {
    const seal = createSeal(OLD, NEW);
    const before = seal.seal(PLACE, "secret");
    expect(getKeyId(before)).toBe(masterKeyId(OLD));
    seal.sealWith(masterKeyId(NEW));
    const after = seal.seal(PLACE, "secret");
    expect([getKeyId(after), seal.open(PLACE, before), seal.open(PLACE, after)]).toEqual([
      masterKeyId(NEW),
      "secret",
      "secret",
    ]);
  });

  test("a third one can't seal", () => {
    expect(() => createSeal(OLD, NEW).sealWith(masterKeyId(randomBytes(32)))).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID" }),
    );
  });
});
