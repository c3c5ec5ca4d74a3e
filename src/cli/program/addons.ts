/** `callboard addons …`, and its everyday verbs at the top: `install`, `uninstall`, `enable`, `disable`, `validate`. */
import type { Command } from "commander";
import { withExamples } from "./examples.ts";
import { SITE, YES_FLAG, listCommand, withHeaders, withListOptions, withTls } from "./tools.ts";
import type { Actions } from "./tools.ts";

const load = () => import("../commands/addons.ts");
const loadInstall = () => import("../commands/install.ts");

export function addAddonCommands(program: Command, actions: Actions): void {
  const { withClient } = actions;
  const addons = program.command("addons").description("installed add-ons");
  withExamples(
    withListOptions(listCommand(addons))
      .description("list them")
      .option(...SITE)
      .action(withClient(async () => (await load()).listAddons)),
    "addons list --site jira",
  );
  withExamples(
    addons
      .command("show <key>")
      .description("show one with its webhooks and lifecycle history")
      .option(...SITE)
      .action(withClient(async () => (await load()).showAddon)),
    "addons show com.example.bell",
  );
  addVerbs(addons, actions);
  withExamples(
    withInstallOptions(addons.command("upgrade <key>"))
      .description(
        "read the descriptor of one again, from the URL that it was installed from, and upgrade it",
      )
      .action(withClient(async () => (await loadInstall()).upgrade)),
    "addons upgrade com.example.bell --dry-run",
    "addons upgrade com.example.bell",
  );
  withExamples(
    addons
      .command("resume <key>")
      .description("resume the paused endpoints of one, and its subscriptions that a 410 made inactive")
      .option(...SITE)
      .action(withClient(async () => (await load()).resumeAddon)),
    "addons resume com.example.bell",
  );
  withExamples(
    addons
      .command("rotate-secret <key>")
      .description(
        "give one a new shared secret by an installed callback; the old one is accepted for 5 minutes",
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
      .description("install an add-on from the URL or the file of its descriptor, or upgrade it")
      .option("--from-directory <key>", "install this add-on of the directory")
      .action(withClient(async () => (await loadInstall()).install)),
    "install http://localhost:3000/atlassian-connect.json",
    "install --from-directory com.example.bell --site jira --yes",
    "install https://addon.example.com/atlassian-connect.json --headers @headers.json --tls-certificate client.pem --tls-key client.key",
  );
  withExamples(
    parent
      .command("uninstall <key>")
      .description("uninstall an add-on")
      .option(...SITE)
      .option(...YES_FLAG)
      .action(withClient(async () => (await import("../commands/uninstall.ts")).uninstall)),
    "uninstall com.example.bell",
  );
  withExamples(
    parent
      .command("enable <key>")
      .description("enable an add-on; what waited for it goes out")
      .option(...SITE)
      .action(withClient(async () => (await load()).enableAddon)),
    "enable com.example.bell",
  );
  withExamples(
    parent
      .command("disable <key>")
      .description("disable an add-on; what it is sent waits for up to 24 h")
      .option(...SITE)
      .action(withClient(async () => (await load()).disableAddon)),
    "disable com.example.bell",
  );
  withExamples(
    parent
      .command("validate <descriptor>")
      .description("check a descriptor, at a URL or in a file; nothing is installed")
      .option("--product <name>", "check event names for this product")
      .action(withClient(async () => (await import("../commands/validate.ts")).validate)),
    "validate atlassian-connect.json --product jira",
  );
}

const withInstallOptions = (command: Command): Command =>
  command
    .option(...SITE)
    .option("--accept-scopes <names>", "scopes that it may have, with commas between them")
    .option("--yes", "allow all scopes that it asks for, without asking")
    .option("--confirm-origin", "the add-on may move to another origin")
    .option("--dry-run", "only show what would change");
