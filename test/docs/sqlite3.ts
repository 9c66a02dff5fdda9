/**
 * `sqlite3 FILE SQL` for the commands of the pages, so that the program of that name need not be installed: prints rows as it does, with
 * "|" between.
 */
import { Database } from "bun:sqlite";

const [file = "", sql = ""] = process.argv.slice(2).filter((argument) => argument !== "-readonly");
const db = new Database(file, { readwrite: true });
for (const statement of sql.split(";").filter((text) => text.trim() !== "")) {
  for (const row of db.query(statement).values()) process.stdout.write(`${row.map((value) => value ?? "").join("|")}\n`);
}
db.close();
