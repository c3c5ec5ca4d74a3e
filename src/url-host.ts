/** The host of a URL, where an IPv6 address stands in brackets, as everything else names it: without them. Pure. */

/** Returns the host for a resolver, a certificate or a comparison: an IPv6 address without brackets. */
export function getHost(url: URL): string {
  return url.hostname.startsWith("[") ? url.hostname.slice(1, -1) : url.hostname;
}

/** Returns the host as it stands in a URL: an IPv6 address in brackets. */
export function inBrackets(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
