// Try it: wf run template-name
import { Database } from "bun:sqlite";
import { Workflow } from "wflite";
import { z } from "zod";

const db = new Database(`${import.meta.dir}/../template-name.db`);
db.run("CREATE TABLE IF NOT EXISTS account (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL)");

export default Workflow.define({
  name: "template-name",
  description: "Writes to a database of your own, exactly once",
  input: z.object({ amount: z.coerce.number().int().default(10) }),
  async run(ctx, { amount }) {
    // What it writes and the record that it has run are committed together: a crash leaves both or none.
    const balance = await ctx.transaction("deposit", db, (): number => {
      db.run("INSERT INTO account VALUES (1, 0) ON CONFLICT DO NOTHING");
      db.run("UPDATE account SET balance = balance + ? WHERE id = 1", [amount]);
      return Number(db.query("SELECT balance FROM account WHERE id = 1").get()?.balance);
    });
    return { balance };
  },
});
