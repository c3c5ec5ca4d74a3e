/**
 * An add-on on unmodified atlassian-connect-express. It prints what it receives, one JSON line per record, and answers a
 * webhook with the statuses it was told to before it lets the library answer.
 */
"use strict";

const crypto = require("node:crypto");
const ace = require("atlassian-connect-express");
const express = require("express");
const { createMemoryStore } = require("./memory-store");

const basePath = new URL(process.env.AC_LOCAL_BASE_URL).pathname.replace(/\/$/, "");
const scripted = [];

function record(kind, facts) {
  process.stdout.write(`RECORD ${JSON.stringify({ kind, ...facts })}\n`);
}
const toDigest = (text) => crypto.createHash("sha256").update(text).digest("hex");

ace.store.register("memory", createMemoryStore);

const app = express();
app.set("port", process.env.PORT);
app.use(express.json({ limit: "1mb" }));

/** Tells the statuses with which the next webhooks are answered. */
app.post("/script", (request, response) => {
  scripted.push(...request.body.statuses);
  response.status(204).end();
});

app.use(`${basePath}/hooks`, (request, response, next) => {
  const status = scripted.shift() ?? 0;
  response.on("finish", () =>
    record("webhook", {
      path: request.originalUrl,
      status: response.statusCode,
      headers: request.headers,
      body: request.body,
    }),
  );
  if (status === 0) next();
  else response.status(status).end("as told");
});

const quiet = Object.fromEntries(["debug", "info", "warn", "error"].map((level) => [level, log(level)]));
function log(level) {
  return (...parts) => process.stderr.write(`${level} ${parts.join(" ")}\n`);
}
const addon = ace(app, {}, quiet, () => {
  const settings = addon.settings;
  // The library mounts /installed and the webhooks itself; the other callbacks are the add-on's own business.
  app.post(`${basePath}/enabled`, addon.authenticate(), (_request, response) => {
    record("enabled", {});
    response.status(204).end();
  });
  app.post(`${basePath}/disabled`, addon.authenticate(), (_request, response) => {
    record("disabled", {});
    response.status(204).end();
  });
  app.post(`${basePath}/uninstalled`, addon.authenticateInstall(), async (request, response) => {
    await settings.del(request.body.clientKey);
    record("uninstalled", {});
    response.status(204).end();
  });
  // A webhook url with a query is mounted by hand: the library would escape its question mark.
  app.post(`${basePath}/hooks/variable`, addon.authenticate(), (_request, response) =>
    response.status(204).end(),
  );
});

addon.on("host_settings_saved", (clientKey, saved) => {
  record("installed", {
    clientKey,
    productType: saved.productType,
    secretDigest: toDigest(saved.sharedSecret),
  });
});
addon.on("addon_registered", () => record("registered", {}));
addon.on("addon_deregistered", () => record("deregistered", {}));
for (const { event } of addon.descriptor.modules.webhooks) {
  addon.on(event, (name, body) => record("event", { name, body }));
}

app.use(addon.middleware());
app.listen(Number(process.env.PORT), "127.0.0.1", () => {
  record("listening", { key: addon.key });
  if (addon.config.hosts().length > 0) void addon.register();
});
