/** The page that sets what senders are answered. */
import express from "express";
import type { Router } from "express";
import type { Answers } from "../answers.ts";
import { MAX_DELAY_MS, readRule } from "../answers.ts";
import { getFormFields, getQueryFields } from "./fields.ts";
import type { Pages } from "./page.ts";

export function createAnsweringPages(pages: Pages, answers: Answers): Router {
  const router = express.Router();
  const readForm = express.urlencoded({ extended: false, limit: "10kb" });

  router.get("/answers", (request, response) => {
    const refused = getQueryFields(request)("refused") !== "";
    pages.send(response, "answers", {
      title: "Answers",
      rule: answers.rule(),
      refused,
      maxDelayMs: MAX_DELAY_MS,
    });
  });

  router.post("/answers", readForm, (request, response) => {
    const form = getFormFields(request);
    const rule = readRule(form("answer"), form("delay"), form("times"));
    if (rule !== undefined) answers.change(rule);
    response.redirect(303, rule === undefined ? "/answers?refused=yes" : "/answers");
  });

  return router;
}
