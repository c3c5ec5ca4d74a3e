// An add-on as the README of atlassian-connect-express has it, with one webhook.
const express = require("express");
const ace = require("atlassian-connect-express");

const app = express();
const addon = ace(app);
const port = addon.config.port();
app.set("port", port);
app.use(express.json({ limit: "25mb" }));
app.use(addon.middleware());

addon.on("jira:issue_created", (event, body) => {
  console.log(`received ${event} of ${body.issue.key}`);
});

app.listen(port, () => {
  console.log(`App server running at http://localhost:${port}`);
  addon.register();
});
