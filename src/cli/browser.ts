/** How a browser is opened on each system. Pure. */

export interface BrowserCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/** The program that opens a URL; undefined where there is no screen that is known to have a browser. */
export function findBrowser(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
  url: string,
): BrowserCommand | undefined {
  const { BROWSER: chosen = "" } = env;
  // A convention of Linux desktops: one program, or several with colons between them.
  const [first = ""] = chosen.split(":");
  if (first.trim() !== "") return { program: first.trim(), args: [url] };
  switch (platform) {
    case "darwin":
      return { program: "open", args: [url] };
    case "win32":
      // `start` is a word of the shell, which would read the URL.
      return { program: "rundll32", args: ["url.dll,FileProtocolHandler", url] };
    default:
      return hasScreen(env) ? { program: "xdg-open", args: [url] } : undefined;
  }
}

const hasScreen = ({
  DISPLAY = "",
  WAYLAND_DISPLAY = "",
}: Readonly<Record<string, string | undefined>>): boolean => DISPLAY !== "" || WAYLAND_DISPLAY !== "";
