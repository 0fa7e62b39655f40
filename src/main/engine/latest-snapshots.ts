import { NOTHING_ASKED } from '../../shared/asking.ts';
import type { AskingSnapshot } from '../../shared/asking.ts';
import { NO_EXPORT } from '../../shared/export.ts';
import type { ExportSnapshot } from '../../shared/export.ts';
import { NO_IMPORT } from '../../shared/import.ts';
import type { ImportSnapshot } from '../../shared/import.ts';
import { NO_INDUCTION } from '../../shared/induction.ts';
import type { InductionSnapshot } from '../../shared/induction.ts';
import type { InsightProgress } from '../../shared/insight.ts';
import { NO_RUN } from '../../shared/run.ts';
import type { RunSnapshot } from '../../shared/run.ts';

export interface SnapshotListener {
  run(snapshot: RunSnapshot, previous: RunSnapshot): void;
  import(snapshot: ImportSnapshot, previous: ImportSnapshot): void;
  export(snapshot: ExportSnapshot, previous: ExportSnapshot): void;
  induction(snapshot: InductionSnapshot, previous: InductionSnapshot): void;
  asking(snapshot: AskingSnapshot, previous: AskingSnapshot): void;
}

/**
 * The newest snapshots, kept by the main process so that a window that attaches is answered from memory.
 * Snapshots reach it twice (as the answer of a command and as an event): what is older than known is dropped.
 */
export class LatestSnapshots {
  #run: RunSnapshot = NO_RUN;
  #import: ImportSnapshot = NO_IMPORT;
  #export: ExportSnapshot = NO_EXPORT;
  #asking: AskingSnapshot = NOTHING_ASKED;
  /** How far the question is that takes long; null for none. */
  progress: InsightProgress | null = null;
  /** Added to the revisions of imports, exports and what the model is asked, which a new engine counts from zero. */
  #revisionBase = 0;
  #induction: InductionSnapshot = NO_INDUCTION;
  readonly #listeners = new Set<Partial<SnapshotListener>>();

  get run(): RunSnapshot {
    return this.#run;
  }

  get import(): ImportSnapshot {
    return this.#import;
  }

  get export(): ExportSnapshot {
    return this.#export;
  }

  get induction(): InductionSnapshot {
    return this.#induction;
  }

  get asking(): AskingSnapshot {
    return this.#asking;
  }

  listen(listener: Partial<SnapshotListener>): void {
    this.#listeners.add(listener);
  }

  /** Takes a run's snapshot of the engine; gives the newest known. */
  acceptRun(snapshot: RunSnapshot): RunSnapshot {
    const known = this.#run;
    if (snapshot.workspaceId === known.workspaceId && snapshot.revision <= known.revision) return known;
    this.#run = snapshot;
    for (const listener of this.#listeners) listener.run?.(snapshot, known);
    return snapshot;
  }

  /** Takes an import's snapshot of the engine; gives the newest known. */
  acceptImport(raw: ImportSnapshot): ImportSnapshot {
    const snapshot = { ...raw, revision: raw.revision + this.#revisionBase };
    const known = this.#import;
    if (snapshot.revision <= known.revision) return known;
    this.#import = snapshot;
    for (const listener of this.#listeners) listener.import?.(snapshot, known);
    return snapshot;
  }

  /** Takes an export's snapshot of the engine; gives the newest known. */
  acceptExport(raw: ExportSnapshot): ExportSnapshot {
    const snapshot = { ...raw, revision: raw.revision + this.#revisionBase };
    const known = this.#export;
    if (snapshot.revision <= known.revision) return known;
    this.#export = snapshot;
    for (const listener of this.#listeners) listener.export?.(snapshot, known);
    return snapshot;
  }

  /** Takes the snapshot of what the model is asked; gives the newest known. */
  acceptAsking(raw: AskingSnapshot): AskingSnapshot {
    const snapshot = { ...raw, revision: raw.revision + this.#revisionBase };
    const known = this.#asking;
    if (snapshot.revision <= known.revision) return known;
    this.#asking = snapshot;
    for (const listener of this.#listeners) listener.asking?.(snapshot, known);
    return snapshot;
  }

  /** Takes an induction's snapshot of the engine; gives the newest known. */
  acceptInduction(snapshot: InductionSnapshot): InductionSnapshot {
    const known = this.#induction;
    if (snapshot.workspaceId === known.workspaceId && snapshot.revision <= known.revision) return known;
    this.#induction = snapshot;
    for (const listener of this.#listeners) listener.induction?.(snapshot, known);
    return snapshot;
  }

  /** No workspace is open any more: there is neither a run nor an induction. */
  clearRun(): void {
    if (this.#induction.workspaceId !== '') {
      const before = this.#induction;
      this.#induction = NO_INDUCTION;
      for (const listener of this.#listeners) listener.induction?.(NO_INDUCTION, before);
    }
    if (this.#run.workspaceId === '') return;
    const known = this.#run;
    this.#run = NO_RUN;
    for (const listener of this.#listeners) listener.run?.(NO_RUN, known);
  }

  /**
   * The engine was started anew: it counts the revisions of imports and exports from zero again, windows must not see them
   * fall. An import or export that died with the engine is gone (nothing of it was committed), so it is idle now, and the model is asked
   * nothing.
   */
  engineRestarted(): void {
    const shown = [this.#import, this.#export, this.#asking].map(({ revision }) => revision);
    this.#revisionBase = Math.max(...shown) + 1;
    this.acceptImport(NO_IMPORT);
    this.acceptExport(NO_EXPORT);
    this.acceptAsking(NOTHING_ASKED);
    this.progress = null;
  }
}
