/**
 * What the command line needs of the composition root, as types: `main.ts` gives `src/open.ts`, tests give their own.
 */
import type { Client } from "../model/client.ts";
import type { ExaminationView } from "../model/examination.ts";
import type { Maintenance } from "../model/maintenance.ts";
import type { WorkerRole } from "../model/records.ts";

export interface Place {
  readonly cwd: string;
  readonly dir?: string;
  readonly db?: string;
}

export interface OpenedProject {
  readonly client: Client;
  close(): Promise<void>;
}

export interface LocatedProject {
  readonly root: string;
  readonly databaseFile: string;
  /** For people: which folders were passed over, and why. */
  readonly notes?: readonly string[];
}

export interface ProjectOpener {
  openProject(options: Place & { readonly role: WorkerRole; readonly create: boolean }): Promise<OpenedProject>;
  examineProject(options: Place & { readonly isThorough: boolean }): Promise<ExaminationView>;
  openMaintenance(place: Place): Promise<Maintenance>;
  /** @throws errors of the catalogue */
  locateProject(place: Place): LocatedProject;
  readonly systemClock: { now(): number };
  readonly systemTimers: { after(ms: number, fn: () => void): () => void };
}
