/** The program that opens a browser. */
import { expect, test } from "vitest";
import { findBrowser } from "../../../src/cli/browser.ts";

const URL = "https://board.example/login?a=1&b=2";

test.each<[string, NodeJS.Platform, Readonly<Record<string, string>>, unknown]>([
  ["macOS", "darwin", {}, { program: "open", args: [URL] }],
  [
    "Windows, without a shell",
    "win32",
    {},
    { program: "rundll32", args: ["url.dll,FileProtocolHandler", URL] },
  ],
  ["a desktop of X", "linux", { DISPLAY: ":0" }, { program: "xdg-open", args: [URL] }],
  ["a desktop of Wayland", "linux", { WAYLAND_DISPLAY: "wayland-0" }, { program: "xdg-open", args: [URL] }],
  ["a machine without a screen", "linux", {}, undefined],
  ["a browser of one's choice", "linux", { BROWSER: "lynx:firefox" }, { program: "lynx", args: [URL] }],
  ["an empty choice", "linux", { BROWSER: " " }, undefined],
])("%s", (_name, platform, env, command) => {
  expect(findBrowser(platform, env, URL)).toEqual(command);
});
