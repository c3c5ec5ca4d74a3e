/** The entry of `hosts` by which an atlassian-connect-express app installs itself. Pure. */

/** As the tools of the old local SDK write it: product path, user name and password, the token being the password. */
export function hostsEntry(url: string, password: string, path = "/jira"): string {
  const { protocol, host, pathname } = new URL(url);
  const place = `${host.replace(/^127\.0\.0\.1(?=:|$)/, "localhost")}${pathname.replace(/\/$/, "")}`;
  return `${protocol}//admin:${password}@${place}${path}`;
}
