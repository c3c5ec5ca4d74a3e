/** A session of the pages without a browser: what a browser would send, header by header. */
import type { TestHost } from "./host.ts";

export interface PageSession {
  readonly cookie: string;
  /** What every form of this session carries. */
  readonly csrf: string;
  readonly get: (path: string) => Promise<Response>;
  /** Sends a form of our own page; `headers` replace what a browser would send, an empty value leaves one out. */
  readonly post: (
    path: string,
    fields: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Response>;
}

export async function logIn({ url, token }: Pick<TestHost, "url" | "token">): Promise<PageSession> {
  let cookie = "";
  const get = (path: string) => fetch(url + path, { headers: { cookie }, redirect: "manual" });
  const post: PageSession["post"] = (path, fields, headers = {}) => {
    const sent = {
      cookie,
      origin: new URL(url).origin,
      "content-type": "application/x-www-form-urlencoded",
      ...headers,
    };
    return fetch(url + path, {
      method: "POST",
      headers: Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== "")),
      body: new URLSearchParams(fields).toString(),
      redirect: "manual",
    });
  };
  const begun = await post("/admin/login", { token });
  cookie = begun.headers.get("set-cookie")?.split(";")[0] ?? "";
  const csrf = /name="csrf" value="([^"]+)"/.exec(await (await get("/admin")).text())?.[1];
  if (csrf === undefined) throw new Error(`not logged in: ${begun.status}`);
  return { cookie, csrf, get, post };
}
