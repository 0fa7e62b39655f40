import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SALVAGED_TABLES } from '../../../src/core/store/salvage.ts';
import { CLEARED_TABLES } from '../../../src/core/store/workspace-store.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { RESCUED_TABLES } from '../../../src/shared/workspace.ts';
import { tempFolder } from '../../support/temp.ts';

/** What a rescue makes anew, or what means nothing without the process that wrote it. */
const NOT_SALVAGED = ['batches', 'ledger_totals', 'log_measures', 'log_themes', 'run_users'];
/** Facts of the workspace itself, which clearing keeps. */
const NOT_CLEARED = ['codebooks', 'meta', 'report_items', 'saved_insights', 'theme_tables'];

function tablesOfNewWorkspace(): string[] {
  const workspace = Workspace.open(join(tempFolder(), 'new.db'), true);
  try {
    return workspace.db
      .prepare(
        `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`,
      )
      .all()
      .map(({ name }) => String(name));
  } finally {
    workspace.close();
  }
}

describe('each table of a workspace', () => {
  it('is emptied when all data is cleared, or is known to be kept', () => {
    expect([...CLEARED_TABLES, ...NOT_CLEARED].sort()).toEqual(tablesOfNewWorkspace());
  });

  it('is taken over by a rescue, or is known to be made anew', () => {
    expect([...SALVAGED_TABLES, ...NOT_SALVAGED].sort()).toEqual(tablesOfNewWorkspace());
    // The report of a rescue names them in words.
    expect([...RESCUED_TABLES].sort()).toEqual([...SALVAGED_TABLES].sort());
  });
});
