import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connect, migrate } from '../../../src/core/store/database.ts';
import { OpenWorkspace } from '../../../src/core/store/open-workspace.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { rescueWorkspace } from '../../../src/core/store/rescue.ts';
import { tempFolder } from '../../support/temp.ts';

/** A workspace in which somebody else has changed something, with their own program. */
function changed(sql: string, version?: number): string {
  const path = join(tempFolder(), 'workspace.eventloom');
  const made = connect(path);
  migrate(made, version);
  made.exec("INSERT INTO users (no, id) VALUES (1, 'u1')");
  made.exec("INSERT INTO behaviours (id, user_no, time, action) VALUES (1, 1, 5, 'view')");
  made.close();
  const db = new DatabaseSync(path, { defensive: false });
  db.exec(sql);
  db.close();
  return path;
}

describe('a workspace whose structure is not ours is refused before anything of it is used', () => {
  it.each([
    ['CREATE TRIGGER steal AFTER INSERT ON behaviours BEGIN DELETE FROM behaviours; END', 'trigger steal'],
    ['CREATE VIEW hidden AS SELECT 1', 'view hidden'],
    ['CREATE INDEX mine ON behaviours (action)', 'index mine'],
    ['CREATE TABLE others (x)', 'table others'],
    ['CREATE VIRTUAL TABLE found USING fts5 (x)', 'table found'],
    ['ALTER TABLE behaviours ADD COLUMN evil INTEGER AS (abs(id))', 'table behaviours'],
    ['ALTER TABLE behaviours ADD COLUMN more TEXT', 'table behaviours'],
    ['DROP TRIGGER ledger_totals_added', 'trigger ledger_totals_added'],
    [
      'DROP INDEX behaviours_by_user; CREATE INDEX behaviours_by_user ON behaviours (user_no, time) WHERE id < 0',
      'index behaviours_by_user',
    ],
    [
      `PRAGMA writable_schema = ON;
       UPDATE sqlite_schema SET sql = replace(sql, 'json_valid(extra)', 'json_valid(extra) AND randomblob(1000)')
       WHERE name = 'behaviours'`,
      'table behaviours',
    ],
    [
      `PRAGMA writable_schema = ON;
       UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '') WHERE name = 'users'`,
      'table users',
    ],
    [
      `PRAGMA writable_schema = ON;
       UPDATE sqlite_schema SET sql = replace(sql, 'id >> 21', 'id >> 20') WHERE name = 'events'`,
      'table events',
    ],
  ])('%s', (sql, object) => {
    const path = changed(sql);
    expect(() => Workspace.open(path, false)).toThrowError(
      expect.objectContaining({
        code: 'workspace.damaged',
        params: { path, detail: 'workspace.foreign_object', object },
      }),
    );
    // The same again: nothing was changed by the first.
    expect(() => Workspace.open(path, false)).toThrowError(
      expect.objectContaining({ code: 'workspace.damaged' }),
    );
  });

  it('and a rescue takes over what it holds, not what it would do', () => {
    const path = changed(
      'CREATE TRIGGER steal AFTER INSERT ON users BEGIN DELETE FROM behaviours; END; CREATE VIEW hidden AS SELECT 1',
    );
    expect(rescueWorkspace(path, { now: 1 })).toMatchObject({ users: 1, behaviours: 1 });
    const workspace = Workspace.open(path, false);
    expect(
      workspace.db.prepare("SELECT name FROM sqlite_schema WHERE name IN ('steal', 'hidden')").all(),
    ).toEqual([]);
    workspace.close();
  });
});

it.each([undefined, 1, 4, 8])(
  'a workspace of ours, of format %s, opens; what ANALYZE leaves does not matter',
  (version) => {
    const path = changed('ANALYZE', version);
    const workspace = Workspace.open(path, false);
    expect(workspace.db.prepare('PRAGMA trusted_schema').get()).toEqual({ trusted_schema: 0 });
    workspace.close();
  },
);

describe('every connection to a workspace', () => {
  it('keeps SQL from the schema, the journal and the functions of a file, and loads nothing that is too long', () => {
    const path = changed('SELECT 1');
    for (const db of [connect(path), connect(path, { brief: true }), connect(path, { readOnly: true })]) {
      expect(() =>
        db.exec("PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = '' WHERE name = 'users'"),
      ).toThrow(/may not be modified|readonly/);
      db.exec('PRAGMA journal_mode = OFF');
      expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
      expect(db.prepare('PRAGMA trusted_schema').get()).toEqual({ trusted_schema: 0 });
      expect(() => db.prepare('SELECT hex(zeroblob(?))').get(40_000_000)).toThrow('too big');
      db.close();
    }
  });

  it('tells a value that is too long as one that is not ours', () => {
    const path = changed(
      "INSERT INTO meta VALUES ('report_title', replace(hex(zeroblob(40000000)), '0', 'x'))",
    );
    const workspace = new OpenWorkspace(Workspace.open(path, false));
    expect(() => workspace.report.report()).toThrow(expect.objectContaining({ code: 'workspace.bad_value' }));
    workspace.file.close();
  });
});
