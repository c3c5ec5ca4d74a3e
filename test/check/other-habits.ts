/**
 * Add-ons with habits of other authors, on the libraries that people use (jsonwebtoken, atlassian-jwt): each does one thing in a way
 * that looks harmless. Written without regard to the checks.
 */
import { createQueryStringHash, fromExpressRequest } from "atlassian-jwt";
import type { Request as HashedRequest } from "atlassian-jwt";
import express from "express";
import type { Request, Response } from "express";
import jsonwebtoken from "jsonwebtoken";
import type { JwtPayload } from "jsonwebtoken";
import { listen } from "../support/listen.ts";
import type { Started } from "./run-check.ts";

interface Install {
  readonly clientKey: string;
  readonly sharedSecret: string;
}

/** What each habit replaces. */
interface Habits {
  readonly readToken?: (token: string, secret: string) => JwtPayload;
  readonly isForUs?: (aud: unknown, baseUrl: string) => boolean;
  readonly mustVerifyInstall?: (known: Install | undefined) => boolean;
  readonly acceptedHashes?: (request: Request, baseUrl: string) => readonly string[];
}

const verifyWith = (token: string, secret: string): JwtPayload =>
  jsonwebtoken.verify(token, secret, { algorithms: ["HS256"], clockTolerance: 30 }) as JwtPayload;

const hashRequest = (request: Request, baseUrl: string): string =>
  createQueryStringHash(fromExpressRequest(request as never), false, baseUrl);

async function start(keysUrl: () => string, habits: Habits): Promise<Started> {
  const app = express();
  const { url, close } = await listen(app);
  const baseUrl = `${url}/addons/tracker`;
  const installs = new Map<string, Install>();
  const {
    readToken = verifyWith,
    isForUs = (aud) => Array.isArray(aud) && aud[0] === baseUrl,
    mustVerifyInstall = () => true,
    acceptedHashes = (request) => [hashRequest(request, baseUrl)],
  } = habits;

  const getToken = (request: Request) => (request.get("authorization") ?? "").replace(/^JWT /, "");

  function authenticate(request: Request): Install {
    const token = getToken(request);
    const { iss } = (jsonwebtoken.decode(token) ?? {}) as JwtPayload;
    const install = installs.get(String(iss));
    if (install === undefined) throw new Error("no such site");
    const { qsh } = readToken(token, install.sharedSecret);
    if (!acceptedHashes(request, baseUrl).includes(String(qsh))) throw new Error("wrong qsh");
    return install;
  }

  async function authenticateInstall(request: Request): Promise<void> {
    const token = getToken(request);
    const kid = jsonwebtoken.decode(token, { complete: true })?.header.kid ?? "";
    const key = await (await fetch(`${keysUrl()}/${encodeURIComponent(kid)}`)).text();
    const claims = jsonwebtoken.verify(token, key, { algorithms: ["RS256"] }) as JwtPayload;
    if (!isForUs(claims.aud, baseUrl)) throw new Error("wrong audience");
    if (claims["qsh"] !== hashRequest(request, baseUrl)) throw new Error("wrong qsh");
    if (claims.iss !== (request.body as Install).clientKey) throw new Error("wrong site");
  }

  const guarded =
    (work: (request: Request) => Promise<unknown>) =>
    (request: Request, response: Response): void => {
      work(request).then(
        () => response.sendStatus(204),
        () => response.sendStatus(401),
      );
    };

  const router = express.Router();
  router.get("/atlassian-connect.json", (_request, response) => {
    response.json({
      key: "tracker",
      name: "Tracker",
      baseUrl,
      authentication: { type: "jwt" },
      scopes: ["READ"],
      lifecycle: { installed: "/installed", uninstalled: "/uninstalled" },
      modules: { webhooks: [{ event: "jira:issue_updated", url: "/changes?project={project.key}" }] },
    });
  });
  router.use(express.json({ limit: "25mb" }));
  router.post(
    "/installed",
    guarded(async (request) => {
      const install = request.body as Install;
      if (mustVerifyInstall(installs.get(install.clientKey))) await authenticateInstall(request);
      if (typeof install.sharedSecret !== "string") throw new Error("no secret");
      installs.set(install.clientKey, install);
    }),
  );
  router.post(
    "/uninstalled",
    guarded(async (request) => {
      await authenticateInstall(request);
      installs.delete((request.body as Install).clientKey);
    }),
  );
  router.post(
    "/changes",
    guarded((request) => Promise.resolve().then(() => authenticate(request))),
  );
  app.use("/addons/tracker", router);
  return { url: `${baseUrl}/atlassian-connect.json`, stop: close };
}

const withoutQuery = (request: Request): HashedRequest => ({
  method: "POST",
  pathname: request.originalUrl.replace(/\?.*/, ""),
  query: {},
  body: {},
});

/** Verifications that were made before are remembered by site and time of the token. */
function createRemembering(): NonNullable<Habits["readToken"]> {
  const known = new Set<string>();
  return (token, secret) => {
    const claims = jsonwebtoken.decode(token) as JwtPayload;
    const name = `${String(claims.iss)} ${String(claims.iat)}`;
    if (!known.has(name)) verifyWith(token, secret);
    known.add(name);
    return claims;
  };
}

export const OTHER_HABITS: Readonly<Record<string, (keysUrl: () => string) => Promise<Started>>> = {
  "decodes tokens without verifying them outside of production": (keysUrl) =>
    start(keysUrl, {
      readToken: (token, secret) =>
        process.env["NODE_ENV"] === "production"
          ? verifyWith(token, secret)
          : (jsonwebtoken.decode(token) as JwtPayload),
    }),
  "compares the audience with includes": (keysUrl) =>
    start(keysUrl, { isForUs: (aud, baseUrl) => String(aud).includes(baseUrl) }),
  "trusts the first install of a site that it sees": (keysUrl) =>
    start(keysUrl, { mustVerifyInstall: (known) => known !== undefined }),
  "tries several hashes, because a proxy once changed the URL": (keysUrl) =>
    start(keysUrl, {
      acceptedHashes: (request, baseUrl) => [
        hashRequest(request, baseUrl),
        hashRequest(request, ""),
        createQueryStringHash(withoutQuery(request), false, baseUrl),
      ],
    }),
  "remembers verified tokens by site and time": (keysUrl) =>
    start(keysUrl, { readToken: createRemembering() }),
};

/** The same add-on without such a habit. */
export const startWithoutHabit = (keysUrl: () => string): Promise<Started> => start(keysUrl, {});
