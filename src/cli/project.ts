/**
 * What the command line needs of the composition root, as types: `main.ts` gives `src/open.ts`, tests give their own.
 */
import type { Client } from "../model/client.ts";
import type { ExaminationView } from "../model/examination.ts";
import type { Maintenance } from "../model/maintenance.ts";
import type { WorkerRole } from "../model/records.ts";
import type { Configuration } from "../model/settings.ts";

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
  /** What is wrong with the settings is given, not thrown. @throws errors of the catalogue, where there is no such place */
  configureProject(place: Place, env: Readonly<Record<string, string | undefined>>): Promise<Configuration>;
  /** @param options `configured` is what `configureProject` gave; without it the defaults hold */
  openProject(
    options: Place & { readonly role: WorkerRole; readonly create: boolean; readonly configured?: Configuration },
  ): Promise<OpenedProject>;
  examineProject(options: Place & { readonly isThorough: boolean }): Promise<ExaminationView>;
  openMaintenance(place: Place): Promise<Maintenance>;
  /** @throws errors of the catalogue */
  locateProject(place: Place): LocatedProject;
  readonly systemClock: { now(): number };
  readonly systemTimers: { after(ms: number, fn: () => void): () => void };
}
