/** Entries of the directory as API and pages show them. */
import type { DirectoryEntry } from "../../store/tables/directory.ts";

/** The texts of an administrator, and of the descriptor where there are none. */
export function entryTexts({ name, vendor, description, edited }: DirectoryEntry) {
  return {
    name: edited.name ?? name,
    vendor: edited.vendor ?? vendor ?? null,
    description: edited.description ?? description ?? null,
  };
}
