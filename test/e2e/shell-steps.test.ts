/**
 * Goal: nobody of a command survives the process that has run it, and what was finished is not run again.
 *
 * Method: the real command, killed without a word while a command runs that is deaf to TERM and has a child of its own.
 */
import { afterAll, expect, test } from "bun:test";
import { hasMembers } from "../../src/host/process-group-members.ts";
import { numberIn } from "../support/number-in.ts";
import { eventually, type Execution, playground } from "../support/wf.ts";

const BUILD = `
import { defineWorkflow } from "wflite";

export default defineWorkflow({
  name: "build",
  async run(ctx) {
    const { stdout: version } = await ctx.sh\`echo compile >> ran; echo \${"1.2.3"}\`;
    await ctx.sh("deaf", {
      script: \`
        trap "" TERM HUP
        echo deaf >> ran
        if [ -e calm ]; then exit 0; fi
        sleep 600 & echo $! > child
        echo $$ > leader
        echo "under way"
        wait\`,
    });
    return version;
  },
});
`;

const box = playground({ "build.ts": BUILD }, { WF_TEST_SECRET: "not for children" });
afterAll(() => box.remove());

const told = (file: string) => numberIn(box.path(file));

test("a command dies with its owner, and is run again by the next one; a finished one is not", async () => {
  const running = box.start("run", "build", "--id", "b");
  await told("child");
  const group = await told("leader");
  await eventually("its lines are in the log", async () => (await box.wf("logs", "b")).stdout.includes("under way"));
  expect(hasMembers(group)).toBe(true);
  running.kill("SIGKILL");
  await running.done;
  await eventually("the group is gone", () => !hasMembers(group));

  box.write("calm", "");
  expect(await box.json<Execution>("wait", "b")).toMatchObject({ status: "completed", output: "1.2.3" });
  expect(box.lines("ran")).toEqual(["compile", "deaf", "deaf"]);
  const history = await box.json<{ steps: readonly { kind: string; name: string; output: object }[] }>("history", "b");
  expect(history.steps).toMatchObject([
    { kind: "shell", name: "echo compile >> ran; echo $1", output: { stdout: "1.2.3", exitCode: 0 } },
    { kind: "shell", name: "deaf", output: { exitCode: 0, signal: null, truncated: false } },
  ]);
});
