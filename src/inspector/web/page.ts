/** Sends a template in the frame that all pages share. */
import type { Response } from "express";
import type { Answers } from "../answers.ts";
import { describeAnswer } from "../answers.ts";
import type { Views } from "./views.ts";

export interface PageData {
  readonly title: string;
  /** The address of the stream that keeps the page up to date. */
  readonly live?: string;
  /** Data of the frame. */
  readonly [member: string]: unknown;
}

export interface Pages {
  readonly send: (response: Response, template: string, data: PageData) => void;
  readonly sendMissing: (response: Response) => void;
  /** A page without navigation, before somebody is logged in. */
  /** The form that asks for the token, with why the last try was refused. */
  readonly sendLogin: (response: Response, status: number, refusal?: string) => void;
}

const NAV = [
  { text: "Received", href: "/", templates: ["received", "compare"] },
  { text: "Generate", href: "/generate", templates: ["generate", "run", "installed"] },
  { text: "Answers", href: "/answers", templates: ["answers"] },
];

export function createPages(views: Views, answers: Answers): Pages {
  const assets = { app: "Webhook Inspector", home: "/", assets: "/assets", version: views.version };

  function send(response: Response, template: string, data: PageData): void {
    const nav = NAV.map(({ text, href, templates }) => ({
      text,
      href,
      current: templates.includes(template),
    }));
    const rule = answers.rule();
    const banner = rule.kind === "accept" ? undefined : `Senders are answered: ${describeAnswer(rule)}.`;
    response.type("html").send(views.render(template, { ...assets, nav, banner, ...data }));
  }

  return {
    send,
    sendMissing: (response) => {
      response.status(404);
      send(response, "missing", { title: "Not found" });
    },
    sendLogin: (response, status, refusal) => {
      response.status(status).type("html");
      response.send(views.render("login", { ...assets, title: "Log in", refusal }));
    },
  };
}
