/** The package atlassian-jwt, loaded with the first token that it signs or decodes. */
import { createRequire } from "node:module";
import type * as atlassianJwt from "atlassian-jwt";

const require = createRequire(import.meta.url);

export const requireAtlassianJwt = (): typeof atlassianJwt => require("atlassian-jwt") as typeof atlassianJwt;
