/**
 * Secrets: each is stored encrypted, as the text of its value would be stored by itself.
 *
 * Nothing inside is the same object as anything outside once it comes back: the two are texts of their own.
 */
import { learn } from "../../known-secrets.ts";
import type { Secret } from "../../secret.ts";
import { Tagged } from "../tagged.ts";
import type { Copier } from "../walk.ts";

export type SecretPayload = { readonly sealed: string };

export const copySecret: Copier = (original, walk) => {
  const value = (original as Secret<unknown>).reveal();
  learn(value); // another copy of this package may have made it
  const sealed = walk.seal(value);
  return walk.bind(original, new Tagged("Secret", { sealed } satisfies SecretPayload));
};
