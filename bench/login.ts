/** Logs in to the web app with a one-time link, as a browser does. */

/** Creates a one-time link to the web app of the server at this URL. */
export async function newLoginLink(url: string, token: string): Promise<string> {
  const made = await fetch(`${url}/api/v1/login-links`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
  });
  return ((await made.json()) as { url: string }).url;
}

/** Resolves to the session cookie, as a request sends it. @throws Error when the login sets none */
export async function logIn(url: string, token: string): Promise<string> {
  const entered = await fetch(await newLoginLink(url, token), { redirect: "manual" });
  const cookie = entered.headers.get("set-cookie")?.split(";")[0];
  if (cookie === undefined) throw new Error(`the login was answered ${entered.status}`);
  return cookie;
}
