import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { exportChoiceSchema } from '../../shared/export.ts';
import type { ExportChoice } from '../../shared/export.ts';
import type { Log } from '../log/rotating-log.ts';
import { withChanges } from './stored-object.ts';
import type { ValueStore } from './value-store.ts';

/** How many workspaces are remembered as recent. */
export const RECENT_LIMIT = 10;

const boundsSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  maximised: z.boolean(),
});
export type StoredBounds = z.infer<typeof boundsSchema>;

const stateSchema = z.object({
  workspacePath: z.string().min(1).nullable().catch(null),
  recent: z.array(z.string().min(1)).max(RECENT_LIMIT).catch([]),
  bounds: boundsSchema.nullable().catch(null),
  trayHintShown: z.boolean().catch(false),
  /** The version that an installation was started for; null when what came of it was told. */
  updateTried: z.string().min(1).nullable().catch(null),
  /** Whether the run goes on by itself at the next start, whatever the settings say: the user chose to interrupt it. */
  resumeOnce: z.boolean().catch(false),
  /** What was exported last. */
  exportChoice: exportChoiceSchema.nullable().catch(null),
});
type State = z.infer<typeof stateSchema>;

/** What the shell remembers for itself, apart from what the user sets. */
export class ShellState {
  readonly #store: ValueStore;
  readonly #log: Log;
  #state: State;

  constructor(store: ValueStore, log: Log) {
    this.#store = store;
    this.#log = log;
    const parsed = stateSchema.safeParse(store.read());
    this.#state = parsed.success ? parsed.data : stateSchema.parse({});
  }

  /** The workspace that was open last; null before the first start. */
  get workspacePath(): string | null {
    return this.#state.workspacePath;
  }

  get recent(): string[] {
    return [...this.#state.recent];
  }

  get bounds(): StoredBounds | null {
    return this.#state.bounds;
  }

  get trayHintShown(): boolean {
    return this.#state.trayHintShown;
  }

  get exportChoice(): ExportChoice | null {
    return this.#state.exportChoice;
  }

  saveExportChoice(exportChoice: ExportChoice): void {
    this.#write({ exportChoice });
  }

  /** An installation starts; `resume`: the run goes on by itself afterwards. */
  updateStarted(version: string, resume: boolean): void {
    this.#write({ updateTried: version, resumeOnce: resume });
  }

  /** The version that the last installation was for, once; then null. */
  takeUpdateTried(): string | null {
    const { updateTried } = this.#state;
    this.#write({ updateTried: null });
    return updateTried;
  }

  /** Whether the run goes on by itself at this start, once. */
  takeResumeOnce(): boolean {
    const { resumeOnce } = this.#state;
    this.#write({ resumeOnce: false });
    return resumeOnce;
  }

  /** Remembers a workspace that was opened: as the last one, and first among the recent ones. */
  workspaceOpened(path: string): void {
    this.#write({ workspacePath: path, recent: this.#recentWith(path) });
  }

  /** Remembers a workspace that was made beside the open one, so that the user can choose it. */
  workspaceMade(path: string): void {
    this.#write({ recent: this.#recentWith(path) });
  }

  saveBounds(bounds: StoredBounds): void {
    this.#write({ bounds });
  }

  markTrayHintShown(): void {
    this.#write({ trayHintShown: true });
  }

  #recentWith(path: string): string[] {
    return [path, ...this.#state.recent.filter((other) => other !== path)].slice(0, RECENT_LIMIT);
  }

  #write(change: Partial<State>): void {
    const next = { ...this.#state, ...change };
    if (isDeepStrictEqual(next, this.#state)) return;
    const before = this.#state;
    this.#state = next;
    try {
      this.#store.write(withChanges(this.#store.read(), before, next));
    } catch (error) {
      // No user asked for this write, so no window shows the error. The state is kept until the application quits.
      this.#log.error('the state of the shell cannot be written', error);
    }
  }
}
