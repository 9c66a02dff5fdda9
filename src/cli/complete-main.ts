/**
 * The entry of completion in a shell, which `bin/wf` takes for `wf complete-words`: a person waits for it between two keys.
 *
 *     wf complete-words bash -- run hel        the words after `wf`, up to the one that is being typed
 *
 * Whatever goes wrong, nothing is printed: a shell would put an error in the middle of the line.
 */
import { homedir } from "node:os";
import { openProjectNames } from "../open-names.ts";
import { arrive } from "./arrival.ts";
import { complete } from "./completion/complete.ts";
import { placeWord } from "./completion/words.ts";
import { fileSink } from "./out-sink.ts";

const answer = async (): Promise<string> => {
  const [, shell, , ...given] = arrive(process.argv.slice(2));
  // bash gives words as they were typed, fish only the one that is being typed, and zsh what they mean.
  const isTyped = (index: number): boolean => shell === "bash" || (shell === "fish" && index === given.length - 1);
  const words = given.map((word, index) => placeWord(word, { before: given[index - 1], isTyped: isTyped(index), home: homedir() }));
  const db = process.env["WF_DB"];
  return complete({
    words,
    names: (place) => openProjectNames({ cwd: process.cwd(), ...(db === undefined || db === "" ? {} : { db }), ...place }),
  });
};

answer().then(
  (text) => {
    fileSink({ fd: 1, isTerminal: false, columns: undefined, neverThrows: true }).write(text);
    process.exit(0);
  },
  () => process.exit(0),
);
