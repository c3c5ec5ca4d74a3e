import { afterAll, describe, expect, test } from "vitest";
import { readAllowList } from "../../../src/egress/allow-list.ts";
import { createEgress } from "../../../src/egress/index.ts";
import { describeKind, judgeUrl, getPort, requireUrl, withAsciiHost } from "../../../src/egress/url.ts";
import { CallboardError } from "../../../src/errors.ts";
import { getHost } from "../../../src/url-host.ts";
import { URL_CASES } from "../../fixtures/url-cases.ts";
import { egressWith, STRICT } from "../../support/own-egress.ts";

function catchCode(act: () => unknown): string {
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
    expect(catchCode(() => egress.check(url))).toBe(verdict);
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
    expect(catchCode(() => egress.check(url(host), { httpsOnly: true }))).toBe("allow");
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
    expect(catchCode(() => egress.check(url(host)))).toBe(code);
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
    expect(catchCode(() => egress.check(target))).toBe("allow");
    expect(catchCode(() => egress.check(target, { httpsOnly: false }))).toBe("allow");
  });

  test("a request that requires https allows http to hosts of the allow-list only", () => {
    expect(catchCode(() => egress.check(target, { httpsOnly: true }))).toBe("URL_SCHEME");
    const listed = egressWith({ allowNetworks: ["hooks.vendor-one.com"] });
    expect(catchCode(() => listed.check(target, { httpsOnly: true }))).toBe("allow");
  });

  test('httpsOnly "always" refuses http even for the allow-list', () => {
    const listed = egressWith({ allowNetworks: ["hooks.vendor-one.com", "loopback"] });
    expect(catchCode(() => listed.check(target, { httpsOnly: "always" }))).toBe("URL_SCHEME");
    expect(catchCode(() => listed.check("http://localhost/", { httpsOnly: "always" }))).toBe("URL_SCHEME");
    expect(catchCode(() => listed.check("https://localhost/", { httpsOnly: "always" }))).toBe("allow");
  });

  test("without allowHttp, http is allowed for the allow-list only", () => {
    const secure = egressWith({ allowHttp: false });
    expect(catchCode(() => secure.check(target))).toBe("URL_SCHEME");
    expect(catchCode(() => secure.check("http://localhost/"))).toBe("allow");
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
    expect(catchCode(() => dev.check(`http://${host}:3000/`))).toBe("URL_INVALID");
  }
  expect(catchCode(() => dev.check("http://127.0.0.1:3000/"))).toBe("allow");
});

describe("a refusal says what is wrong and what to do", () => {
  const policy = (entries: readonly string[] = []) => ({
    allowList: readAllowList(entries),
    allowHttp: false,
    isOwn: (host: string, port: number) => host === "10.9.9.9" || (host === "own.example" && port === 2990),
  });

  test.each<[string, string, string, string?]>([
    [
      "https://10.0.0.1/",
      "IP_DENIED",
      "10.0.0.1 is a private address. The administrator of this server can allow it: CALLBOARD_ALLOW_NETWORKS=10.0.0.1.",
      "10.0.0.1",
    ],
    ["https://0.0.0.0/", "IP_DENIED", "0.0.0.0 is an address that no host has.", "0.0.0.0"],
    ["https://10.9.9.9/", "IP_DENIED", "The URL points to Callboard itself"],
    ["https://own.example:2990/", "HOST_DENIED", "The URL points to Callboard itself"],
    [
      "https://intranet/",
      "HOST_DENIED",
      '"intranet" is a private host name. The administrator of this server can allow it: CALLBOARD_ALLOW_NETWORKS=intranet.',
    ],
    [
      "https://{x}.example/",
      "URL_INVALID",
      "Variables are allowed in the path and the query of a URL, not in its host",
    ],
    [
      "x+y.z-1://a{b/",
      "URL_INVALID",
      "Variables are allowed in the path and the query of a URL, not in its host",
    ],
    ["/path", "URL_INVALID", "The URL must be absolute, for example https://…"],
    ["path:x", "URL_SCHEME", "The URL must begin with https:// or http://"],
    ["FTP://a.example/", "URL_SCHEME", "The URL must begin with https:// or http://"],
    ["https:", "URL_INVALID", "The URL is invalid"],
    ["https://a.example:99999/", "URL_INVALID", "The URL is invalid"],
    ["https://me@a.example/", "URL_CREDENTIALS", "The URL must not contain a user name or password"],
    ["https://a.example/#x", "URL_FRAGMENT", "The URL must not contain a fragment (#…)"],
    ["https://a.example:22/", "URL_PORT", "Port 22 belongs to another kind of service"],
    [`https://${"a".repeat(64)}.example/`, "URL_INVALID", "The URL's host is not a valid name"],
    ["https://a..example/", "URL_INVALID", "The URL's host is not a valid name"],
    ["https://a%2eexample.com/", "URL_INVALID", "The URL's host contains percent signs; use a.example.com"],
    ["https://0x8.8.8.8/", "URL_INVALID", "The URL's host is another spelling of 8.8.8.8; use that address"],
    [
      "http://a.example/",
      "URL_SCHEME",
      "The URL must begin with https://. The administrator of this server can allow http for its host: CALLBOARD_ALLOW_NETWORKS=a.example",
    ],
    [`https://a.example/${"x".repeat(2_031)}`, "URL_TOO_LONG", "The URL is longer than 2,048 characters"],
  ])("%s", (text, code, detail, address) => {
    const refusal = { kind: "forbidden", code, detail, ...(address === undefined ? {} : { address }) };
    expect(judgeUrl(text, policy(), false)).toEqual(refusal);
    expect(() => requireUrl(text, policy(), false)).toThrow(
      expect.objectContaining({ code, message: detail }),
    );
  });

  test("a private name of this machine is led to localhost, where that is allowed", () => {
    expect(judgeUrl("https://laptop:8443/", policy(["loopback"]), false)).toMatchObject({
      code: "HOST_DENIED",
      detail:
        '"laptop" is a private host name. The administrator of this server can allow it: CALLBOARD_ALLOW_NETWORKS=laptop. If it is this machine, use http://localhost:8443 instead; atlassian-connect-express does so with AC_LOCAL_BASE_URL=http://localhost:8443.',
    });
  });

  test("a private name without a port is not led to localhost", () => {
    expect(judgeUrl("https://intranet/", policy(["loopback"]), false)).toMatchObject({
      detail: expect.stringMatching(/CALLBOARD_ALLOW_NETWORKS=intranet\.$/) as string,
    });
  });

  test.each([
    [`https://a.example/${"x".repeat(2_030)}`],
    ["https://a.example/{issue.key}?p={project.key}"],
    ["https://a.example/?next=x+y.z://{b}"],
    ["https://own.example/"],
    [`https://${"a".repeat(63)}.example/`],
    ["https://[2606:4700::1111]/"],
  ])("nothing is wrong with %s", (text) => {
    expect(requireUrl(text, policy(), false)).toBeInstanceOf(URL);
  });
});

test.each([
  ["https://a.example/", 443, "a.example"],
  ["http://a.example/", 80, "a.example"],
  ["http://a.example:8080/", 8080, "a.example"],
  ["https://[::1]:1/", 1, "::1"],
])("%s has the port %i and the host %s", (text, port, host) => {
  expect([getPort(new URL(text)), getHost(new URL(text))]).toEqual([port, host]);
});

test.each([
  ["unusable", "an address that no host has"],
  ["private", "a private address"],
  ["loopback", "a loopback address"],
] as const)("an address of the kind %s is %s", (kind, words) => {
  expect(describeKind(kind)).toBe(words);
});
