/** zod, and what of it has a name of its own. Both share their parts, as they do where they are installed. */
export * from "zod";
export { default } from "zod";
export * as zodMini from "zod/mini";
