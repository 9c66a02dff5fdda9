/** Results: what is put in comes out, and a failure reaches the caller as the error it was. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { err, ok, type Result, unwrap } from "../../src/model/result.ts";

test("unwrap gives the value of a success, whatever it is", () => {
  fc.assert(fc.property(fc.anything(), (value) => expect(unwrap(ok(value))).toBe(value)));
});

test("unwrap throws the very error of a failure, also one that is falsy or no Error", () => {
  const cause = new Error("disk full");
  for (const error of [cause, "text", undefined, null, 0]) {
    let thrown: unknown = "nothing";
    try {
      unwrap(err(error));
    } catch (caught) {
      thrown = caught;
    }
    expect(thrown).toBe(error);
  }
});

test("the discriminant narrows to value or error", () => {
  const half = (n: number): Result<number, string> => (n % 2 === 0 ? ok(n / 2) : err(`${n} is odd`));
  const describe = (result: Result<number, string>): string => (result.ok ? `half is ${result.value}` : result.error);
  expect(describe(half(4))).toBe("half is 2");
  expect(describe(half(5))).toBe("5 is odd");
});
