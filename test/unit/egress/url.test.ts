import { afterAll, describe, expect, test } from "vitest";
import { createEgress } from "../../../src/egress/index.ts";
import { withAsciiHost } from "../../../src/egress/url.ts";
import { CallboardError } from "../../../src/errors.ts";
import { URL_CASES } from "../../fixtures/url-cases.ts";
import { egressWith, STRICT } from "../../support/own-egress.ts";

function codeOf(act: () => unknown): string {
  try {
    act();
    return "allow";
  } catch (error) {
    if (error instanceof CallboardError) return error.code;
    throw error;
  }
}

const egress = createEgress(STRICT);
afterAll(() => egress.close());

describe.each(Object.entries(URL_CASES))("%s", (_group, cases) => {
  test.each(cases)("%j is %s when it is saved", (url, verdict) => {
    expect(codeOf(() => egress.check(url))).toBe(verdict);
  });
});

describe("allow-list", () => {
  const url = (host: string): string => `http://${host}/in`;

  test.each([
    ["loopback", "127.0.0.1"],
    ["loopback", "127.3.2.1"],
    ["loopback", "[::1]"],
    ["loopback", "[::ffff:127.0.0.1]"],
    ["loopback", "localhost"],
    ["loopback", "addon.localhost"],
    ["10.0.0.0/8", "10.255.0.1"],
    ["10.1.2.3", "10.1.2.3"],
    ["fd00::/8", "[fd12::1]"],
    ["fd12::1", "[fd12::1]"],
    ["169.254.169.254", "169.254.169.254"],
    ["hooks.corp", "hooks.corp"],
    [" Hooks ", "hooks"],
  ])("%s allows %s, also over http", (entry, host) => {
    const egress = egressWith({ allowNetworks: [entry], allowHttp: false });
    expect(codeOf(() => egress.check(url(host), { httpsOnly: true }))).toBe("allow");
  });

  test.each([
    ["loopback", "10.0.0.1", "IP_DENIED"],
    ["10.0.0.0/8", "11.0.0.1", "URL_SCHEME"],
    ["10.1.2.3", "10.1.2.4", "IP_DENIED"],
    ["hooks.corp", "other.corp", "HOST_DENIED"],
    ["hooks.corp", "a.hooks.corp", "HOST_DENIED"],
    ["0.0.0.0/0", "0.0.0.0", "IP_DENIED"],
    ["0.0.0.0/0", "224.0.0.1", "IP_DENIED"],
    ["::/0", "[::7f00:1]", "IP_DENIED"],
    ["::/0", "[2002:7f00:1::]", "IP_DENIED"],
  ])("%s does not allow %s", (entry, host, code) => {
    const egress = egressWith({ allowNetworks: [entry], allowHttp: false });
    expect(codeOf(() => egress.check(url(host)))).toBe(code);
  });

  test("all invalid entries are reported at once", () => {
    const allowNetworks = [
      "10.0.0.0/33",
      "10.0.0",
      "a b",
      "10.0.0.0/8/8",
      "",
      "localhost:80",
      "fe80::1%eth0",
      "ok.test",
    ];
    try {
      createEgress({ ...STRICT, allowNetworks });
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: "CONFIG_INVALID" });
      const { errors } = error as CallboardError;
      expect(errors.map(({ pointer }) => pointer)).toEqual(["/0", "/1", "/2", "/3", "/4", "/5", "/6"]);
    }
  });

  test("a refusal names the setting only if it can lift the refusal", () => {
    const refusal = (text: string): string => {
      try {
        return egress.check(text).href;
      } catch (error) {
        return String(error);
      }
    };
    expect(refusal("https://10.0.0.1/")).toContain("CALLBOARD_ALLOW_NETWORKS");
    expect(refusal("https://intranet/")).toContain("CALLBOARD_ALLOW_NETWORKS");
    expect(refusal("https://0.0.0.0/")).not.toContain("CALLBOARD_ALLOW_NETWORKS");
    expect(refusal("https://user@hooks.vendor-one.com/")).not.toContain("CALLBOARD_ALLOW_NETWORKS");
  });
});

describe("https", () => {
  const target = "http://hooks.vendor-one.com/in";

  test("http is allowed if neither the policy nor the request requires https", () => {
    expect(codeOf(() => egress.check(target))).toBe("allow");
    expect(codeOf(() => egress.check(target, { httpsOnly: false }))).toBe("allow");
  });

  test("a request that requires https allows http to hosts of the allow-list only", () => {
    expect(codeOf(() => egress.check(target, { httpsOnly: true }))).toBe("URL_SCHEME");
    const listed = egressWith({ allowNetworks: ["hooks.vendor-one.com"] });
    expect(codeOf(() => listed.check(target, { httpsOnly: true }))).toBe("allow");
  });

  test('httpsOnly "always" refuses http even for the allow-list', () => {
    const listed = egressWith({ allowNetworks: ["hooks.vendor-one.com", "loopback"] });
    expect(codeOf(() => listed.check(target, { httpsOnly: "always" }))).toBe("URL_SCHEME");
    expect(codeOf(() => listed.check("http://localhost/", { httpsOnly: "always" }))).toBe("URL_SCHEME");
    expect(codeOf(() => listed.check("https://localhost/", { httpsOnly: "always" }))).toBe("allow");
  });

  test("without allowHttp, http is allowed for the allow-list only", () => {
    const secure = egressWith({ allowHttp: false });
    expect(codeOf(() => secure.check(target))).toBe("URL_SCHEME");
    expect(codeOf(() => secure.check("http://localhost/"))).toBe("allow");
  });
});

test("the URL to store has its host in punycode and no trailing dot", () => {
  expect(egress.check("https://B\u00fccher.COM./in?x=1").href).toBe("https://xn--bcher-kva.com/in?x=1");
});

test("the text to store has its host in punycode and its variables unchanged", () => {
  const text = "https://b\u00fccher.com:8443/{issue.key}?a={b}";
  expect(withAsciiHost(text, egress.check(text))).toBe("https://xn--bcher-kva.com:8443/{issue.key}?a={b}");
  const ascii = "https://Hooks.example.com/{issue.key}";
  expect(withAsciiHost(ascii, egress.check(ascii))).toBe(ascii);
});

test("another spelling of an allowed address is refused", () => {
  expect(() => egress.check("https://134744072/")).toThrow(/another spelling of 8\.8\.8\.8/);
  const dev = egressWith();
  for (const host of ["127.1", "0x7f.0.0.1", "2130706433", "127.0.0.1."]) {
    expect(codeOf(() => dev.check(`http://${host}:3000/`))).toBe("URL_INVALID");
  }
  expect(codeOf(() => dev.check("http://127.0.0.1:3000/"))).toBe("allow");
});
