import { createAddon } from "callboard/addon";
import express from "express";
import descriptor from "./atlassian-connect.json" with { type: "json" };
const options = { baseUrl: "http://127.0.0.1:3100", keyServer: "http://127.0.0.1:2990/keys" };
const addon = createAddon({ descriptor, ...options });
addon.on("crane.stopped", ({ body }) => console.log(`verified: crane ${body.crane.id} has stopped`));
express().use(addon.router).listen(3100);
