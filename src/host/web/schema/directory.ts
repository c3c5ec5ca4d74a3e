/** The directory, as responses have it. */
import { ENTRY_TEXTS } from "../../model/directory.ts";
import { array, integer, named, nullable, object, choice, page, string, time } from "./schema.ts";

export const DIRECTORY_ENTRY = named(
  "DirectoryEntry",
  object("An add-on of the directory", {
    key: string("Key of the add-on"),
    name: string("Display name"),
    vendor: nullable(string("Vendor")),
    description: nullable(string("Description")),
    version: nullable(string("Version of the descriptor")),
    descriptorUrl: string("URL of the descriptor"),
    edited: array("Texts that an administrator wrote", choice("Name of a text", ENTRY_TEXTS)),
    addedAt: time("Time of the addition"),
    addedBy: string("Actor, as the audit log names it"),
    readAt: time("Time at which the descriptor was last read"),
    failure: nullable(
      object("Why the descriptor can't be read", {
        since: time("Time of the first failure"),
        code: nullable(string("Error code")),
        detail: nullable(string("One sentence")),
      }),
    ),
    installations: array(
      "Its installations on the sites that the token reaches",
      object("An installation", {
        site: string("Key of the site"),
        version: nullable(string("Installed version")),
        state: choice("State", ["enabled", "disabled"]),
        availableVersion: nullable(string("A later version that the directory has")),
      }),
    ),
  }),
);

export const DIRECTORY_PAGE = page("DirectoryPage", DIRECTORY_ENTRY, "Add-ons, by key");

export const DIRECTORY_REFRESH = named(
  "DirectoryRefresh",
  object("The refresh that was begun", { due: integer("Add-ons whose descriptors are read again") }),
);
