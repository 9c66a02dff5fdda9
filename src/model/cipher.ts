/**
 * How sensitive values are made unreadable, as the codec sees it. The keys and the algorithm are the host's business.
 */

/** What `seal` gives is plain ASCII of letters, digits, `:`, `-` and `_`, different each time. */
export interface Cipher {
  /** Makes sure that something can be sealed. @throws WfliteError KEY_UNUSABLE */
  ready(): void;
  /** @throws WfliteError KEY_UNUSABLE, when there is no key and none can be made */
  seal(text: string): string;
  /**
   * @throws WfliteError KEY_MISSING, KEY_UNUSABLE, when the key it was sealed with is not at hand
   * @throws Error when what was sealed has been changed
   */
  open(sealed: string): string;
}

/** Encrypts nothing: for comparing and checking values. What it gives is written nowhere. */
export const IN_CLEAR: Cipher = { ready: () => {}, seal: (text) => text, open: (text) => text };

/** What stands where a sensitive value would be shown. */
export const SENSITIVE = "[sensitive]";

/** The key is what is wrong, not the value: it comes back, and what needs it waits until then. */
export const isKeyProblem = (thrown: unknown): boolean => {
  try {
    const code = (thrown as { readonly code?: unknown } | null | undefined)?.code;
    return code === "KEY_MISSING" || code === "KEY_UNUSABLE";
  } catch {
    return false; // a hostile getter
  }
};
