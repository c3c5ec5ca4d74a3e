import express from "express";
import { Webhook } from "standardwebhooks";

const webhook = new Webhook(process.env.WEBHOOK_SECRET);

express()
  .post("/hook", express.raw({ type: "*/*", limit: "25mb" }), (request, response) => {
    try {
      webhook.verify(request.body, request.headers);
    } catch {
      response.sendStatus(401);
      return;
    }
    console.log(`verified: ${request.get("webhook-id")}`);
    response.sendStatus(204);
  })
  .listen(Number(process.env.PORT ?? 3101), "127.0.0.1", () => console.log("READY"));
