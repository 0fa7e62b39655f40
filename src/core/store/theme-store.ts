import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { THEME_LIMITS, themeChangeKindSchema, themeEntrySchema } from '../../shared/themes.ts';
import type { ThemeChangeKind, ThemeEntry } from '../../shared/themes.ts';
import { entriesOf, layerOf, NO_DECISIONS } from '../abstraction/theme-layers.ts';
import type { ThemeLayer } from '../abstraction/theme-layers.ts';
import { scalar } from './database.ts';
import { VersionTable } from './version-table.ts';

/** The version in use of what the analyst decided of themes; 0: nothing is decided. */
export interface StoredThemes {
  version: number;
  table: ThemeLayer;
  undo: ThemeChangeKind | null;
  redo: ThemeChangeKind | null;
}

/** What the analyst decided of the themes of a workspace, version by version. */
export class ThemeStore {
  readonly #db: DatabaseSync;
  readonly #versions: VersionTable<ThemeEntry[], ThemeChangeKind>;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#versions = new VersionTable(db, {
      table: 'theme_tables',
      key: 'themes',
      // Each has a decision at least; looked at before anything of them is parsed.
      content: z
        .unknown()
        .refine((entries) => Array.isArray(entries) && entries.length <= THEME_LIMITS.words)
        .pipe(z.array(themeEntrySchema)),
      change: themeChangeKindSchema.catch('file'),
      beginsEmpty: true,
    });
  }

  head(): number {
    return this.#versions.head();
  }

  current(): StoredThemes {
    const stored = this.#versions.current();
    if (!stored) return { version: 0, table: NO_DECISIONS, undo: null, redo: this.#versions.redoFromEmpty() };
    const { version, content, change, hasParent, redo } = stored;
    return { version, table: layerOf(content), undo: hasParent ? change : null, redo };
  }

  /** The decisions of a version, which stay whatever is decided later; none where there is no such version. */
  tableOf(version: number): ThemeLayer {
    return layerOf(this.#versions.contentOf(version) ?? []);
  }

  add(table: ThemeLayer, change: ThemeChangeKind, now: number): void {
    this.#versions.add(entriesOf(table), change, now);
  }

  /** Goes back to what was decided before the latest change; without effect where there is none. */
  undo(): void {
    if (this.current().undo !== null) this.#versions.undo();
  }

  redo(): void {
    this.#versions.redo();
  }

  /** Users whose events were made with other decisions than those in use; at the detail `fine` none are needed. */
  staleUsers(): number {
    return scalar(
      this.#db,
      `SELECT count(*) FROM sequences s JOIN runs r ON r.id = s.run_id
       WHERE s.event_count > 0 AND r.detail <> 'fine'
         AND coalesce((SELECT content FROM theme_tables WHERE version = r.basis ->> 'themeVersion'), '[]')
          <> coalesce((SELECT content FROM theme_tables WHERE version = ?), '[]')`,
      this.head(),
    );
  }
}
