/** The pages before the login to a portal. They have the portal's look, and can be in a frame. */
import type { Request, Response } from "express";
import type { Sender } from "./sender.ts";

type SendPage = (sender: Pick<Sender, "sendView">, request: Request, response: Response) => Promise<void>;

/** Asks before a link logs in. */
export const sendPortalEntry: SendPage = (sender, request, response) =>
  sender.sendView(request, response, undefined, {
    ...OF_PORTAL,
    view: "portal-enter",
    title: "Log in",
    data: { action: request.originalUrl },
  });

/** A frame can't have the login page: whoever shows the frame has to load it with a new link. */
export const sendPortalEnd: SendPage = (sender, request, response) =>
  sender.sendView(request, response, undefined, {
    ...OF_PORTAL,
    view: "portal-ended",
    title: "Session ended",
    status: 401,
    data: {},
  });

const OF_PORTAL = { kind: "view", isOfPortal: true } as const;
