/** `migrations`: the changes of the schema that this file has been through. */
import type { MigrationRecord } from "../../model/records.ts";
import type { Queries } from "../query.ts";

const LIST = `SELECT number, name, applied_at AS appliedAt FROM migrations ORDER BY number`;

export const listMigrations = (db: Queries): readonly MigrationRecord[] => db.query<MigrationRecord>(LIST).all();
