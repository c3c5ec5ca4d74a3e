/** `callboard addons …`, and its everyday verbs at the top: `install`, `uninstall`, `enable`, `disable`, `validate`. */
import type { Command } from "commander";
import { withExamples } from "./examples.ts";
import { DRY_RUN_FLAG, SITE, YES_FLAG, listCommand, withHeaders, withListOptions, withTls } from "./tools.ts";
import type { Actions } from "./tools.ts";

const load = () => import("../commands/addons.ts");
const loadInstall = () => import("../commands/install.ts");

export function addAddonCommands(program: Command, actions: Actions): void {
  const { withClient } = actions;
  const addons = program.command("addons").description("Installed add-ons");
  withExamples(
    withListOptions(listCommand(addons))
      .description("List the add-ons of a site")
      .option(...SITE)
      .action(withClient(async () => (await load()).listAddons)),
    "addons list --site jira",
  );
  withExamples(
    addons
      .command("show <key>")
      .description("Show an add-on with its webhooks and its lifecycle history")
      .option(...SITE)
      .action(withClient(async () => (await load()).showAddon)),
    "addons show com.example.bell",
  );
  addVerbs(addons, actions);
  withExamples(
    withInstallOptions(addons.command("upgrade <key>"))
      .description("Upgrade an add-on from the descriptor URL that it was installed from")
      .action(withClient(async () => (await loadInstall()).upgrade)),
    "addons upgrade com.example.bell --dry-run",
    "addons upgrade com.example.bell",
  );
  withExamples(
    addons
      .command("resume <key>")
      .description(
        "Resume an add-on's paused endpoints, and subscriptions made inactive by 410 or webhook-delivery: disable",
      )
      .option(...SITE)
      .action(withClient(async () => (await load()).resumeAddon)),
    "addons resume com.example.bell",
  );
  withExamples(
    addons
      .command("rotate-secret <key>")
      .description(
        "Send an add-on a new shared secret in an installed callback; the old one is accepted for 5 minutes",
      )
      .option(...SITE)
      .action(withClient(async () => (await load()).rotateAddonSecret)),
    "addons rotate-secret com.example.bell",
  );
  addVerbs(program, actions);
}

function addVerbs(parent: Command, { withClient }: Actions): void {
  withExamples(
    withTls(withHeaders(withInstallOptions(parent.command("install [descriptor]"))))
      .description("Install an add-on from the URL or the file of its descriptor, or upgrade it")
      .option("--from-directory <key>", "Key of an add-on of the directory, in place of a descriptor")
      .action(withClient(async () => (await loadInstall()).install)),
    "install http://localhost:3000/atlassian-connect.json",
    "install --from-directory com.example.bell --site jira --yes",
    "install https://addon.example.com/atlassian-connect.json --headers @headers.json",
  );
  withExamples(
    parent
      .command("uninstall <key>")
      .description("Uninstall an add-on")
      .option(...SITE)
      .option(...YES_FLAG)
      .action(withClient(async () => (await import("../commands/uninstall.ts")).uninstall)),
    "uninstall com.example.bell",
  );
  withExamples(
    parent
      .command("enable <key>")
      .description("Enable an add-on; its held deliveries become due")
      .option(...SITE)
      .action(withClient(async () => (await load()).enableAddon)),
    "enable com.example.bell",
  );
  withExamples(
    parent
      .command("disable <key>")
      .description("Disable an add-on; its deliveries are held for up to 24 hours")
      .option(...SITE)
      .action(withClient(async () => (await load()).disableAddon)),
    "disable com.example.bell",
  );
  withExamples(
    parent
      .command("validate <descriptor>")
      .description("Check a descriptor, at a URL or in a file; installs nothing")
      .option("--product <name>", "Product whose event types are checked (default: all)")
      .action(withClient(async () => (await import("../commands/validate.ts")).validate)),
    "validate atlassian-connect.json --product jira",
  );
}

const withInstallOptions = (command: Command): Command =>
  command
    .option(...SITE)
    .option("--accept-scopes <names>", "Scopes to grant, with commas between them")
    .option("--yes", "Grant all requested scopes without asking")
    .option("--confirm-origin", "Allow the add-on to move to another origin")
    .option(...DRY_RUN_FLAG);
