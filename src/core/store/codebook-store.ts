import type { DatabaseSync } from 'node:sqlite';
import { codebookChangeKindSchema, codebookSchema } from '../../shared/codebook.ts';
import type { Codebook, CodebookChangeKind, CodebookView } from '../../shared/codebook.ts';
import { VersionTable } from './version-table.ts';

/** The event types of a workspace, version by version. */
export class CodebookStore {
  readonly #versions: VersionTable<Codebook, CodebookChangeKind>;

  constructor(db: DatabaseSync) {
    this.#versions = new VersionTable(db, {
      table: 'codebooks',
      key: 'codebook',
      content: codebookSchema,
      change: codebookChangeKindSchema.catch('file'),
      beginsEmpty: false,
    });
  }

  /** What changes whenever another version is in use; 0 where there is none yet. */
  head(): number {
    return this.#versions.head();
  }

  /** The version in use, as it is stored; null where there is none yet. */
  current(): Omit<CodebookView, 'builtIn'> | null {
    const stored = this.#versions.current();
    if (!stored) return null;
    const { version, content: codebook, change, hasParent, redo } = stored;
    // What the rules need would be added again at once.
    return { version, codebook, undo: hasParent && change !== 'rules' ? change : null, redo };
  }

  /** Makes a codebook the one in use, as the next version after that. `now` in milliseconds since the epoch. */
  add(codebook: Codebook, change: CodebookChangeKind, now: number): void {
    this.#versions.add(codebook, change, now);
  }

  /** Goes back to the version before the one in use; false where there is none. */
  undo(): boolean {
    const isPossible = (this.current()?.undo ?? null) !== null;
    if (isPossible) this.#versions.undo();
    return isPossible;
  }

  /** Goes on to the version that was left by the latest `undo`; false where there is none. */
  redo(): boolean {
    return this.head() !== 0 && this.#versions.redo();
  }
}
