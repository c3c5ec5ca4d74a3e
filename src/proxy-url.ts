/** Parses the URL of the proxy that requests leave through. Pure. */
import { getHost, inBrackets } from "./url-host.ts";
import { parseUrl } from "./parse-url.ts";

export interface Proxy {
  readonly protocol: "http" | "https" | "socks5";
  /** Lowercase name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly credentials: ProxyCredentials | undefined;
  /** The URL without credentials, for messages. */
  readonly shown: string;
}

export interface ProxyCredentials {
  readonly user: string;
  readonly password: string;
}

export type ParsedProxyUrl =
  | { readonly ok: true; readonly proxy: Proxy }
  /** One sentence that never contains a part of the URL. */
  | { readonly ok: false; readonly problem: string };

const DEFAULT_PORTS = { http: 80, https: 443, socks5: 1080 } as const;
/** RFC 1929 has one byte for the length of each. */
const MAX_SOCKS_BYTES = 255;

export function parseProxyUrl(text: string): ParsedProxyUrl {
  const url = parseUrl(text);
  if (url === undefined) return unusable("it is not a URL such as http://proxy.example.com:3128");
  const protocol = readProtocol(url.protocol);
  if (protocol === undefined) {
    return unusable(
      url.protocol === "socks5h:"
        ? "names are resolved here, so that their addresses can be checked: use socks5://"
        : "it must begin with http://, https:// or socks5://",
    );
  }
  if (url.hostname === "") return unusable("it has no host");
  if (!/^\/?$/.test(url.pathname) || url.search !== "" || url.hash !== "") {
    return unusable("it must have no path, query or fragment");
  }
  const credentials = readCredentials(url);
  if (credentials === "unreadable") return unusable("its user name or password is not percent-encoded UTF-8");
  const problem = credentials === undefined ? undefined : credentialsProblem(credentials, protocol);
  if (problem !== undefined) return unusable(problem);
  const port = url.port === "" ? DEFAULT_PORTS[protocol] : Number(url.port);
  if (port === 0) return unusable("its port must be from 1 to 65535");
  const host = getHost(url).toLowerCase();
  const shown = `${protocol}://${inBrackets(host)}:${port}`;
  return { ok: true, proxy: { protocol, host, port, credentials, shown } };
}

const unusable = (problem: string): ParsedProxyUrl => ({ ok: false, problem });

function readProtocol(text: string): Proxy["protocol"] | undefined {
  const name = text.slice(0, -1);
  return name === "http" || name === "https" || name === "socks5" ? name : undefined;
}

function readCredentials({ username, password }: URL): ProxyCredentials | undefined | "unreadable" {
  if (username === "" && password === "") return undefined;
  try {
    return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    return "unreadable";
  }
}

function credentialsProblem(
  { user, password }: ProxyCredentials,
  protocol: Proxy["protocol"],
): string | undefined {
  if (protocol !== "socks5") {
    return user.includes(":") ? "its user name must not contain a colon (RFC 7617)" : undefined;
  }
  const fits = [user, password].every((part) => {
    const bytes = Buffer.byteLength(part);
    return bytes > 0 && bytes <= MAX_SOCKS_BYTES;
  });
  return fits ? undefined : "a user name and a password of 1 to 255 bytes each are required (RFC 1929)";
}
