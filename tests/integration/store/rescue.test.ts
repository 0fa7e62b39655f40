import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { InsightDesk } from '../../../src/core/insight/insight-desk.ts';
import { APPLICATION_ID } from '../../../src/core/store/database.ts';
import { eventId } from '../../../src/core/store/event-id.ts';
import { fileSystem } from '../../../src/core/store/file-system.ts';
import type { FileSystem } from '../../../src/core/store/file-system.ts';
import { ImportStore } from '../../../src/core/store/import-store.ts';
import { rescueWorkspace } from '../../../src/core/store/rescue.ts';
import type { RescueOptions } from '../../../src/core/store/rescue.ts';
import { WorkspaceLock } from '../../../src/core/store/workspace-lock.ts';
import { WorkspaceStore } from '../../../src/core/store/workspace-store.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { codebookSchema } from '../../../src/shared/codebook.ts';
import type { ImportKind } from '../../../src/shared/import.ts';
import type { RescueReport } from '../../../src/shared/workspace.ts';
import { damagePage } from '../../support/damage-page.ts';
import { fillWorkspace } from '../../support/fill-workspace.ts';
import { tempFolder } from '../../support/temp.ts';

const PAGE = 4096;
const USERS = 300;
const BEHAVIOURS = 9000;
const EVENTS_EACH = 4;
const ANSWERS = 600;
const BAD_ROWS = 800;
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

/** A workspace with something in every table that a rescue copies, each larger than a few pages. */
function filledWorkspace(change: (db: DatabaseSync) => void = () => undefined): string {
  const path = join(tempFolder(), 'test.db');
  const workspace = Workspace.open(path, true);
  fillWorkspace(workspace.db, USERS, BEHAVIOURS / USERS);
  workspace.db.exec(`
    UPDATE sequences SET status = 'succeeded', event_count = ${EVENTS_EACH};
    INSERT INTO profiles (user_no, fields) SELECT no, '[{"name":"city","value":"杭州"}]' FROM users;
    INSERT INTO former_profiles (import_id, user_no, fields) 
      SELECT 1, user_no, json_object('note', printf('%.300c', 'z')) FROM profiles;
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${EVENTS_EACH})
      INSERT INTO events (id, type, category, start_time, end_time, origin, confidence, context, evidence)
      SELECT no * ${eventId(1, 0)} + i, '看车', iif(i = 1, 'conversion', 'engagement'), i, i, 'rule', 1, '{}', '[1]'
      FROM users, n;
    INSERT INTO answers (key, verdict, complete, created_at)
      SELECT printf('%016x', id * 104729 * 104729), json_object('text', printf('%.200c', 'x')), 1, 0
      FROM behaviours LIMIT ${ANSWERS};
    INSERT INTO bad_rows (import_id, line, reason, raw)
      SELECT 1, id, '{"code":"import.no_user"}', printf('%.60c', 'y') FROM behaviours LIMIT ${BAD_ROWS};
  `);
  change(workspace.db);
  workspace.close();
  return path;
}

/** The same with bytes of the file overwritten. */
function damagedWorkspace(damage: (bytes: Buffer) => void): string {
  const path = filledWorkspace();
  const bytes = readFileSync(path);
  damage(bytes);
  writeFileSync(path, bytes);
  return path;
}

/** The pages of a table with its rows, in their order. */
function leavesOf(path: string, table: string): { page: number; rows: number }[] {
  const db = new DatabaseSync(path);
  try {
    return db
      .prepare("SELECT pageno, ncell FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path")
      .all(table)
      .map(({ pageno, ncell }) => ({ page: Number(pageno), rows: Number(ncell) }));
  } finally {
    db.close();
  }
}

/** The pages of a table that lead to others, from its first one on. */
function branchesOf(path: string, table: string): number[] {
  const db = new DatabaseSync(path);
  try {
    return db
      .prepare("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'internal' ORDER BY path")
      .all(table)
      .map(({ pageno }) => Number(pageno));
  } finally {
    db.close();
  }
}

function overwritePages(path: string, pages: number[]): void {
  const bytes = readFileSync(path);
  for (const page of pages) bytes.fill(0xab, (page - 1) * PAGE, page * PAGE);
  writeFileSync(path, bytes);
}

/** One of which two pages of behaviours in the middle do not read. */
function workspaceOfLostBehaviours(): string {
  const path = filledWorkspace();
  const leaves = leavesOf(path, 'behaviours');
  const middle = leaves.slice(Math.floor(leaves.length / 2)).slice(0, 2);
  overwritePages(
    path,
    middle.map(({ page }) => page),
  );
  return path;
}

const rescue = (path: string, options: Partial<RescueOptions> = {}): RescueReport =>
  rescueWorkspace(path, { now: NOW, ...options });

function rescueError(path: string, options: Partial<RescueOptions> = {}): { code: string; params: object } {
  try {
    rescue(path, options);
  } catch (error) {
    return error as { code: string; params: object };
  }
  throw new Error('the workspace was rescued');
}

/** Opens the rescued workspace, checks that it is sound, and gives what a query finds in it. */
function look<T>(path: string, query: (db: DatabaseSync) => T): T {
  const workspace = Workspace.open(path, false);
  try {
    expect(workspace.db.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
    expect(workspace.db.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    return query(workspace.db);
  } finally {
    workspace.close();
  }
}

const figuresOf = (path: string): ReturnType<WorkspaceStore['figures']> =>
  look(path, (db) => new WorkspaceStore(db).figures());

const countOf = (path: string, table: string): number =>
  look(path, (db) => Number(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']));

const namesBeside = (path: string): string[] => readdirSync(dirname(path)).sort();

/** File operations of which some fail. */
function failing(operations: Partial<FileSystem>): FileSystem {
  return { ...fileSystem, ...operations };
}

const fail = (code: string) => (): never => {
  throw Object.assign(new Error(code), { code, syscall: 'test' });
};

describe('a rescue', () => {
  it('recovers all but what lay on damaged pages, and keeps the damaged file', () => {
    const path = workspaceOfLostBehaviours();
    const damaged = readFileSync(path);
    const report = rescue(path);
    expect(report.backupPath).toBe(path.replace('.db', '.damaged-20260102-030405.db'));
    expect(readFileSync(report.backupPath).equals(damaged)).toBe(true);
    expect(report.damagedTables.length).toBeGreaterThan(0);
    expect(report).toMatchObject({ users: USERS, interrupted: false });
    expect(report.behaviours).toBeGreaterThan(8000);
    expect(report.behaviours).toBeLessThan(BEHAVIOURS);
    expect(figuresOf(path)).toMatchObject({ users: USERS, behaviours: report.behaviours });
    expect(namesBeside(path)).toEqual(['test.damaged-20260102-030405.db', 'test.db', 'test.db-lock']);
  });

  it('makes an empty workspace, and says so, when nothing reads', () => {
    const path = damagedWorkspace((bytes) => bytes.fill(0xee, 100));
    const report = rescue(path);
    expect(report).toMatchObject({ users: 0, behaviours: 0 });
    expect(report.damagedTables).toContain('behaviours');
    expect(existsSync(report.backupPath)).toBe(true);
    expect(figuresOf(path)).toMatchObject({ users: 0, behaviours: 0 });
  });

  it('loses nothing of a whole workspace', () => {
    const path = filledWorkspace();
    expect(rescue(path)).toMatchObject({
      users: USERS,
      behaviours: BEHAVIOURS,
      events: USERS * EVENTS_EACH,
      damagedTables: [],
    });
    expect(figuresOf(path)).toMatchObject({ conversions: USERS, sequences: { succeeded: USERS } });
  });

  it.each([
    ['behaviours', BEHAVIOURS],
    ['events', USERS * EVENTS_EACH],
    ['answers', ANSWERS],
    ['bad_rows', BAD_ROWS],
    ['profiles', USERS],
    ['former_profiles', USERS],
  ])('takes over the rows of %s before, between and behind damaged pages', (table, total) => {
    const path = filledWorkspace();
    const leaves = leavesOf(path, table);
    const damaged = leaves.filter((_leaf, index) =>
      [0.2, 0.5, 0.8].some((where) => index === Math.floor(leaves.length * where)),
    );
    overwritePages(
      path,
      damaged.map(({ page }) => page),
    );
    const report = rescue(path);
    expect(report.damagedTables).toEqual([table]);
    const lost = total - countOf(path, table);
    const onThem = damaged.reduce((sum, { rows }) => sum + rows, 0);
    expect(lost).toBeGreaterThanOrEqual(onThem);
    // A row that divides two pages may be out of reach, too.
    expect(lost).toBeLessThanOrEqual(onThem + damaged.length);
  });

  it('lets no import of profiles be undone of which something may be lost', () => {
    const imported = (db: DatabaseSync): void =>
      db.exec(
        `INSERT INTO imports (id, kind, file_name, file_size, file_sha256, base_id, rows_read, rows_added, rows_known, bad_rows,
           imported_at, profiles_kept) VALUES (501, 'profiles', 'p.csv', 1, 'x', 0, 1, 1, 0, 0, 0, 1)`,
      );
    const whole = filledWorkspace(imported);
    rescue(whole);
    expect(countOf(whole, 'imports WHERE id = 501 AND profiles_kept = 1')).toBe(1);
    const damaged = filledWorkspace(imported);
    damagePage(damaged, 'former_profiles');
    expect(rescue(damaged).damagedTables).toEqual(['former_profiles']);
    expect(countOf(damaged, 'imports WHERE id = 501 AND profiles_kept = 0')).toBe(1);
  });

  it.each(['behaviours', 'profiles'] as const)(
    'lets the files of %s be imported again of which something may be lost, and no others',
    (kind) => {
      const path = filledWorkspace((db) => {
        for (const imported of ['behaviours', 'profiles'])
          db.exec(
            `INSERT INTO imports (kind, file_name, file_size, file_sha256, base_id, rows_read, rows_added, rows_known, bad_rows,
               imported_at, reading) VALUES ('${imported}', '${imported}.csv', 1, 'x', 0, 1, 1, 0, 0, 0,
               '{"encoding":"utf-8","delimiter":",","roles":[],"timeZone":null}')`,
          );
      });
      damagePage(path, kind);
      expect(rescue(path).damagedTables).toEqual([kind]);
      const db = new DatabaseSync(path);
      const found = (of: ImportKind): unknown => new ImportStore(db).findSameFile(of, 1, 'x', null);
      expect(found(kind)).toMatchObject({ lacksRows: true });
      expect(found(kind === 'profiles' ? 'behaviours' : 'profiles')).toMatchObject({ lacksRows: false });
      db.close();
    },
  );

  it('that lost profiles leaves another state of the data', () => {
    const path = filledWorkspace((db) =>
      db.exec(
        `INSERT INTO imports (kind, file_name, file_size, file_sha256, base_id, rows_read, rows_added, rows_known, bad_rows, imported_at,
           reading) VALUES ('profiles', 'p.csv', 1, 'x', 0, 1, 1, 0, 0, 0, '{}')`,
      ),
    );
    const codebook = codebookSchema.parse({
      language: 'zh',
      other: '其他行为',
      types: [{ id: '其他行为', zh: '其他行为', en: 'Other', category: 'engagement' }],
    });
    const state = (): string => new InsightDesk(path).data(codebook, () => undefined).id;
    const before = state();
    expect(state()).toBe(before);
    damagePage(path, 'profiles');
    rescue(path);
    expect(state()).not.toBe(before);
  });

  it('takes over single rows of a page that is damaged in parts', () => {
    const path = filledWorkspace();
    const leaves = leavesOf(path, 'behaviours');
    const { page, rows } = leaves[Math.floor(leaves.length / 2)] ?? { page: 0, rows: 0 };
    const bytes = readFileSync(path);
    bytes.fill(0xab, page * PAGE - 1024, page * PAGE - 512);
    writeFileSync(path, bytes);
    rescue(path);
    const lost = BEHAVIOURS - countOf(path, 'behaviours');
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBeLessThan(rows / 4);
  });

  it.each(['zeros', 'rubbish'] as const)(
    'finds every row below a branch that is lost, in place of which there are %s',
    (what) => {
      // So long that the tree has branches below its first page.
      const path = filledWorkspace((db) => {
        db.exec(
          `UPDATE behaviours SET text = printf('%.400c', 'x') WHERE id % 5 > 0; DELETE FROM behaviours WHERE id % 1000 < 300`,
        );
      });
      const left = look(path, (db) =>
        db.prepare('SELECT id, user_no, time, text FROM behaviours ORDER BY id').all(),
      );
      const branches = branchesOf(path, 'behaviours');
      expect(branches.length).toBeGreaterThan(2);
      const bytes = readFileSync(path);
      // The first page of the tree, one below it, and the first page of another table.
      for (const page of [branches[0], branches.at(-1), branchesOf(path, 'events')[0]])
        bytes.fill(what === 'zeros' ? 0 : 0xab, ((page ?? 0) - 1) * PAGE, (page ?? 0) * PAGE);
      writeFileSync(path, bytes);
      const report = rescue(path);
      expect(report).toMatchObject({ users: USERS, behaviours: left.length, events: USERS * EVENTS_EACH });
      expect(report.damagedTables).toEqual(['behaviours', 'events']);
      expect(
        look(path, (db) => db.prepare('SELECT id, user_no, time, text FROM behaviours ORDER BY id').all()),
      ).toEqual(left);
      expect(namesBeside(path)).toEqual(['test.damaged-20260102-030405.db', 'test.db', 'test.db-lock']);
    },
  );

  it('finds the ids of users whose rows are lost in the index of ids', () => {
    const path = filledWorkspace();
    damagePage(path, 'users');
    expect(rescue(path)).toMatchObject({ users: USERS, damagedTables: ['users'] });
    expect(countOf(path, "users WHERE id LIKE 'recovered%'")).toBe(0);
  });

  it('counts the events of users without going through all events for each of them', () => {
    const path = filledWorkspace();
    const statements: string[] = [];
    rescue(path, {
      makeTarget: (part) => {
        const db = new DatabaseSync(part);
        const exec = db.exec.bind(db);
        db.exec = (sql) => {
          statements.push(...sql.split(';').filter((statement) => /\S/.test(statement)));
          exec(sql);
        };
        const prepare = db.prepare.bind(db);
        db.prepare = (sql) => {
          statements.push(sql);
          return prepare(sql);
        };
        return db;
      },
    });
    const ofEvents = statements.filter(
      (sql) => /\bevents\b/.test(sql) && !/^\s*(CREATE (TABLE|INDEX)|DROP)/.test(sql),
    );
    expect(ofEvents.length).toBeGreaterThan(0);
    look(path, (db) => {
      for (const sql of ofEvents) {
        const inner = plansOf(db, sql).filter(({ depth }) => depth > 0);
        expect(
          inner.filter(({ detail }) => /^SCAN (e|events)\b/.test(detail)),
          sql,
        ).toEqual([]);
      }
    });
  });

  it('keeps the permissions of the file', () => {
    const path = workspaceOfLostBehaviours();
    chmodSync(path, 0o640);
    rescue(path);
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it('of a file that a symbolic link leads to puts the new one where the link leads', () => {
    const path = workspaceOfLostBehaviours();
    const link = join(tempFolder(), 'link.db');
    symlinkSync(path, link);
    const { backupPath, behaviours } = rescue(link);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(dirname(backupPath)).toBe(dirname(path));
    expect(figuresOf(path).behaviours).toBe(behaviours);
  });
});

/** The plan of a statement; `depth`: 0 for what is gone through once. */
function plansOf(db: DatabaseSync, sql: string): { depth: number; detail: string }[] {
  const nodes = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
  const details = new Map(nodes.map((node) => [Number(node['id']), node]));
  const scansBefore = new Map<number, number>();
  return nodes.map((node) => {
    const parent = Number(node['parent']);
    let depth = scansBefore.get(parent) ?? 0;
    scansBefore.set(parent, depth + 1);
    for (let id = parent; id !== 0; id = Number(details.get(id)?.['parent'] ?? 0)) {
      if (/CORRELATED/.test(String(details.get(id)?.['detail']))) depth += 1;
    }
    return { depth, detail: String(node['detail']) };
  });
}

describe('the copy of the damaged file', () => {
  it('never takes the name of another one, not even in the same second', () => {
    const path = workspaceOfLostBehaviours();
    const first = readFileSync(path);
    const { backupPath } = rescue(path);
    damagePage(path, 'behaviours');
    const second = readFileSync(path);
    const again = rescue(path);
    expect(again.backupPath).not.toBe(backupPath);
    expect(readFileSync(backupPath).equals(first)).toBe(true);
    expect(readFileSync(again.backupPath).equals(second)).toBe(true);
  });

  it.each(['', '-wal'])('does not take a name at which there is a file already (%s)', (suffix) => {
    const path = workspaceOfLostBehaviours();
    const taken = path.replace('.db', `.damaged-20260102-030405.db${suffix}`);
    writeFileSync(taken, 'mine');
    expect(rescue(path).backupPath).toBe(path.replace('.db', '.damaged-20260102-030405-2.db'));
    expect(readFileSync(taken, 'utf8')).toBe('mine');
  });

  it('is made on a disk without hard links, too', () => {
    const path = workspaceOfLostBehaviours();
    const damaged = readFileSync(path);
    const { backupPath } = rescue(path, { files: failing({ link: fail('EPERM') }) });
    expect(readFileSync(backupPath).equals(damaged)).toBe(true);
    expect(namesBeside(path)).toEqual(['test.damaged-20260102-030405.db', 'test.db', 'test.db-lock']);
  });

  it('has the log of the file, of which nothing is applied to the new one', () => {
    const path = crashedWorkspace((db) => db.exec('DELETE FROM behaviours WHERE id > 8000'));
    damageOutsideOfLog(path);
    const log = readFileSync(`${path}-wal`);
    const report = rescue(path);
    expect(readFileSync(`${report.backupPath}-wal`).equals(log)).toBe(true);
    expect(report.behaviours).toBeGreaterThan(7000);
    expect(report.behaviours).toBeLessThanOrEqual(8000);
    expect(existsSync(`${path}-wal`)).toBe(false);
    expect(figuresOf(path).behaviours).toBe(report.behaviours);
  });
});

/** A workspace as a process leaves it that dies: its last changes are in the log only. */
function crashedWorkspace(change: (db: DatabaseSync) => void): string {
  const path = filledWorkspace();
  const workspace = Workspace.open(path, false);
  workspace.db.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA wal_autocheckpoint = 0');
  change(workspace.db);
  const copy = join(tempFolder(), 'test.db');
  for (const suffix of ['', '-wal']) copyFileSync(path + suffix, copy + suffix);
  workspace.close();
  return copy;
}

/** Overwrites a page of a table that the log does not have. */
function damageOutsideOfLog(path: string): void {
  const bytes = readFileSync(path);
  bytes.fill(0xab, PAGE * 40, PAGE * 41);
  writeFileSync(path, bytes);
}

describe('a rescue of a workspace whose beginning is lost', () => {
  it.each<[string, (bytes: Buffer) => void]>([
    ['the header', (bytes) => bytes.fill(0, 0, 100)],
    ['the first bytes', (bytes) => bytes.write('garbage', 'latin1')],
    ['the first page', (bytes) => bytes.fill(0, 0, PAGE)],
    ['the first page, overwritten', (bytes) => bytes.fill(0x5a, 0, PAGE)],
  ])('(%s) recovers everything', (_what, damage) => {
    const path = damagedWorkspace(damage);
    const damaged = readFileSync(path);
    expect(() => Workspace.open(path, false)).toThrow('workspace.damaged');
    const report = rescue(path);
    expect(report).toMatchObject({ users: USERS, behaviours: BEHAVIOURS, damagedTables: [] });
    expect(readFileSync(report.backupPath).equals(damaged)).toBe(true);
    expect(countOf(path, 'answers')).toBe(ANSWERS);
    expect(namesBeside(path)).toEqual(['test.damaged-20260102-030405.db', 'test.db', 'test.db-lock']);
  });

  it('recovers everything of one that was vacuumed, as clearing it does', () => {
    const path = filledWorkspace((db) => db.exec('VACUUM'));
    overwritePages(path, [1]);
    expect(rescue(path)).toMatchObject({ users: USERS, behaviours: BEHAVIOURS, damagedTables: [] });
  });

  it('recovers what its log has', () => {
    const path = crashedWorkspace((db) => db.exec('DELETE FROM behaviours WHERE id > 8000'));
    const bytes = readFileSync(path);
    bytes.fill(0, 0, PAGE);
    writeFileSync(path, bytes);
    expect(rescue(path)).toMatchObject({ users: USERS, behaviours: 8000, damagedTables: [] });
  });

  it('recovers everything where a later page with definitions of tables is lost', () => {
    const path = filledWorkspace();
    const [later] = leavesOf(path, 'sqlite_schema').filter(({ page }) => page > 1);
    overwritePages(path, [later?.page ?? 0]);
    expect(rescue(path)).toMatchObject({ users: USERS, behaviours: BEHAVIOURS });
    expect(countOf(path, 'answers')).toBe(ANSWERS);
  });
});

describe('a rescue is refused, and leaves every byte as it was,', () => {
  function expectUntouched(path: string, act: () => void): void {
    const before = namesBeside(path).map((name) => [name, readFileSync(join(dirname(path), name), 'latin1')]);
    act();
    const after = namesBeside(path)
      .filter((name) => !name.endsWith('-lock') && !name.endsWith('-shm'))
      .map((name) => [name, readFileSync(join(dirname(path), name), 'latin1')])
      // SQLite makes an empty log when it reads.
      .filter(([name, content]) => !(name?.endsWith('-wal') && content === ''));
    expect(after).toEqual(before.filter(([name]) => !name?.endsWith('-lock') && !name?.endsWith('-shm')));
  }

  it.each<[string, string, () => Buffer]>([
    ['of a text', 'workspace.not_a_workspace', () => Buffer.from('user_id,timestamp\n1,2\n')],
    ['of zeros', 'workspace.not_a_workspace', () => Buffer.alloc(PAGE * 10)],
    [
      'of another program’s database',
      'workspace.not_a_workspace',
      () => databaseWith('PRAGMA user_version = 3'),
    ],
    [
      'of a newer format',
      'workspace.too_new',
      () => databaseWith(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = 99`),
    ],
  ])('%s', (_what, code, content) => {
    const path = join(tempFolder(), 'x.db');
    writeFileSync(path, content());
    expectUntouched(path, () => expect(rescueError(path)).toMatchObject({ code }));
    expect(namesBeside(path)).toEqual(['x.db']);
  });

  it('of a file that is missing, or a folder', () => {
    const folder = tempFolder();
    expect(rescueError(join(folder, 'none.db'))).toMatchObject({ code: 'workspace.not_found' });
    mkdirSync(join(folder, 'folder.db'));
    expect(rescueError(join(folder, 'folder.db'))).toMatchObject({ code: 'workspace.not_a_workspace' });
    expect(readdirSync(folder)).toEqual(['folder.db']);
  });

  it('while another process has the workspace, or rescues it', () => {
    const path = workspaceOfLostBehaviours();
    const lock = WorkspaceLock.acquire(path);
    try {
      expectUntouched(path, () => expect(rescueError(path)).toMatchObject({ code: 'workspace.in_use' }));
    } finally {
      lock.release();
    }
  });

  it.each<[string, Partial<RescueOptions>]>([
    ['has too little room from the start', { files: failing({ freeBytes: () => 1 << 20 }) }],
    ['gets full while rows are copied', { makeTarget: smallTarget }],
    [
      'gets full while the file is copied',
      { files: failing({ link: fail('ENOTSUP'), copy: fail('ENOSPC') }) },
    ],
    ['gets full while the result is written', { files: failing({ syncFile: fail('ENOSPC') }) }],
  ])('on a disk that %s, and says how much is needed', (_what, options) => {
    const path = workspaceOfLostBehaviours();
    const bytes = statSync(path).size;
    expectUntouched(path, () => {
      const error = rescueError(path, options);
      expect(error).toMatchObject({ code: 'workspace.rescue_no_space', params: { path } });
      const { needed } = error.params as { needed: number };
      expect(needed).toBeGreaterThanOrEqual(Math.ceil(bytes / 2 ** 20));
      expect(needed).toBeLessThan(Math.ceil((3 * bytes) / 2 ** 20) + 10);
    });
    expect(rescue(path).users).toBe(USERS);
  });

  it('on a disk that is too small for the copy that a lost beginning needs', () => {
    const path = damagedWorkspace((bytes) => bytes.fill(0, 0, PAGE));
    const room = 1.5 * statSync(path).size + (8 << 20);
    expectUntouched(path, () => {
      expect(rescueError(path, { files: failing({ freeBytes: () => room }) })).toMatchObject({
        code: 'workspace.rescue_no_space',
      });
    });
  });

  it('where another program keeps the file from being replaced; the next opening finishes it', () => {
    const path = workspaceOfLostBehaviours();
    const damaged = readFileSync(path);
    const files = failing({
      rename: (from, to) => (to === path ? fail('EBUSY')() : fileSystem.rename(from, to)),
    });
    expect(rescueError(path, { files })).toMatchObject({ code: 'workspace.io' });
    expect(readFileSync(path).equals(damaged)).toBe(true);
    const workspace = Workspace.open(path, false);
    expect(workspace.rescued).toMatchObject({ users: USERS, interrupted: true });
    expect(readFileSync(workspace.rescued?.backupPath ?? '').equals(damaged)).toBe(true);
    workspace.close();
  });
});

function databaseWith(sql: string): Buffer {
  const path = join(tempFolder(), 'other.db');
  const db = new DatabaseSync(path);
  db.exec(`CREATE TABLE other (a); INSERT INTO other VALUES (1); ${sql}`);
  db.close();
  return readFileSync(path);
}

/** SQLite's own limit gives the very error of a full disk. */
function smallTarget(path: string): DatabaseSync {
  const db = new DatabaseSync(path);
  db.exec('PRAGMA max_page_count = 60');
  return db;
}
