/** Statements that take their parameters by name. */
import { Database } from "bun:sqlite";
import { afterAll, describe, expect, test } from "bun:test";
import { Query } from "../../src/sqlite/query.ts";

const database = new Database(":memory:");
afterAll(() => database.close());
const query = <Row>(sql: string): Query<Row> => new Query<Row>(sql, database.prepare(sql));

describe("a statement", () => {
  test("binds by name whatever the order, and one name in two places", () => {
    expect(query("SELECT $b AS first, $a AS second, $b AS again").get({ a: 1, b: "x" })).toEqual({ first: "x", second: 1, again: "x" });
  });

  test("binds null, and more parameters than it has are no matter", () => {
    expect(query("SELECT $a AS a").all({ a: null, other: 5 })).toEqual([{ a: null }]);
  });

  test("throws when a parameter is missing, rather than taking it for null", () => {
    const select = query("SELECT $a AS a, $b AS b");
    expect(() => select.get({ a: 1 })).toThrow("parameter $b");
    expect(() => select.all()).toThrow("parameter $a");
    expect(() => select.run({ a: 1, b: undefined })).toThrow("parameter $b");
  });

  test("with parameters that are no $names is refused at once", () => {
    expect(() => query("SELECT ?")).toThrow("other parameters than $names");
    expect(() => query("SELECT :a, $b")).toThrow("other parameters than $names");
  });

  test("by place, throws when values are missing or too many", () => {
    const select = query("SELECT $a, $b");
    expect(() => select.runValues([1])).toThrow("1 values for 2 parameters");
    expect(() => select.runValues([1, 2, 3])).toThrow("3 values for 2 parameters");
  });

  test("says how many rows it has changed, and gives undefined for none", () => {
    database.run("CREATE TABLE t (a INTEGER) STRICT");
    expect(query("INSERT INTO t VALUES ($a), ($a)").run({ a: 1 })).toBe(2);
    expect(query("UPDATE t SET a = 2 WHERE a = 9").run()).toBe(0);
    expect(query("SELECT a FROM t WHERE a = 9").get()).toBeUndefined();
    expect(query("INSERT INTO t VALUES ($a), ($b)").runValues([7, 8])).toBe(2);
    expect(query("SELECT sum(a) AS sum FROM t").get()).toEqual({ sum: 17 });
  });
});
