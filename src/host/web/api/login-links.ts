/** One-time links into the web app: whoever holds a token can have a browser logged in with its rights. */
import { route } from "./route.ts";
import { toAuthor, isoTime } from "../present/values.ts";
import { LOGIN_LINK } from "../schema/host.ts";

export const loginLinkRoutes = [
  route({
    id: "createLoginLink",
    method: "POST",
    path: "/login-links",
    scope: "read",
    reach: "handler",
    group: "Tokens",
    summary: "Make a link that logs a browser in once, with the rights of this token",
    success: { status: 201, description: "The link and when it expires", schema: LOGIN_LINK },
    handle: async (call, { sessions, baseUrl }) => {
      const { secret, expiresAt } = await sessions.createLink(call.caller.tokenId, toAuthor(call));
      return { url: `${baseUrl()}/admin/login/${secret}`, expiresAt: isoTime(expiresAt) };
    },
  }),
];
