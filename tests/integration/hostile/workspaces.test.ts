import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EngineApi } from '../../../src/core/engine/engine-api.ts';
import { toErrorInfo } from '../../../src/core/errors.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { SUFFIX } from '../../../src/core/store/workspace-files.ts';
import { messages } from '../../../src/shared/messages/index.ts';
import { ALL, EngineHarness } from '../../support/engine-harness.ts';
import { fillWorkspace } from '../../support/fill-workspace.ts';
import { HOSTILE_TEXTS } from '../../support/hostile-texts.ts';
import { tempFolder } from '../../support/temp.ts';

const CHANGED_VALUES = 130;
const CHANGED_BYTES = 90;
const SEED = 20261126;
/** Seconds of this thread's time that a call may take: of its own, so that a busy machine changes nothing. */
const LONGEST_S = 1;
const USERS = 6;
const BEHAVIOURS = 30;

/** What somebody with another program may have put into the schema or the header; `{table}` stands for each of some tables. */
const STATEMENTS = [
  'CREATE TRIGGER t1 AFTER INSERT ON {table} BEGIN DELETE FROM behaviours; END',
  "CREATE TRIGGER t2 BEFORE UPDATE ON {table} BEGIN SELECT load_extension('/tmp/evil'); END",
  "CREATE TRIGGER t3 AFTER DELETE ON {table} BEGIN UPDATE users SET id = writefile('/tmp/evil', id); END",
  'CREATE VIEW v1 AS SELECT * FROM {table}',
  'CREATE INDEX i1 ON {table} (hex(randomblob(10)))',
  'CREATE INDEX i2 ON {table} (1) WHERE 0',
  'ALTER TABLE {table} ADD COLUMN evil TEXT',
  "ALTER TABLE {table} ADD COLUMN made TEXT AS (upper('x'))",
  'ALTER TABLE {table} RENAME TO other',
  'PRAGMA foreign_keys = OFF; DROP TABLE {table}',
  'PRAGMA foreign_keys = OFF; DROP TABLE {table}; CREATE VIEW {table} AS SELECT 1 AS id',
  'PRAGMA foreign_keys = OFF; DROP TABLE {table}; CREATE VIRTUAL TABLE {table} USING fts5 (x)',
  "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '') WHERE name = '{table}'",
  "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 1 WHERE name = '{table}'",
  "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 99999 WHERE name = '{table}'",
  "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE TABLE {table} (x)' WHERE name = '{table}'",
  "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = sql || char(0) || '; DROP TABLE users' WHERE name = '{table}'",
  "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = '{table}'",
  "PRAGMA writable_schema = ON; INSERT INTO sqlite_schema VALUES ('trigger', 't4', '{table}', 0, 'CREATE TRIGGER t4 AFTER INSERT ON {table} BEGIN DELETE FROM users; END')",
];
const TABLES = ['behaviours', 'users', 'events', 'meta'];
const WHOLE_FILE = [
  'PRAGMA user_version = 999',
  'PRAGMA user_version = -1',
  'PRAGMA user_version = 3',
  'PRAGMA user_version = 0',
  'PRAGMA application_id = 0',
  'PRAGMA application_id = 1',
  'PRAGMA journal_mode = DELETE; PRAGMA page_size = 512; VACUUM',
  'PRAGMA journal_mode = DELETE; PRAGMA page_size = 65536; VACUUM',
  'PRAGMA auto_vacuum = 2; VACUUM',
  'PRAGMA cache_size = 1000000; PRAGMA default_cache_size = 1000000',
  'PRAGMA max_page_count = 1',
  'PRAGMA writable_schema = ON; DELETE FROM sqlite_schema',
  `INSERT OR REPLACE INTO meta VALUES ('workspace_id', '${'x'.repeat(100_000)}')`,
  "INSERT OR REPLACE INTO meta VALUES ('workspace_id', ''), ('rescue', '{\"users\":\"x\"}'), ('__proto__', 'x')",
];

/** Values that a column of ours never has. */
const VALUES: (string | number | bigint | null | Uint8Array)[] = [
  ...HOSTILE_TEXTS,
  '',
  '{}',
  '[]',
  '[[[[',
  '"x"',
  'null',
  '{"__proto__":{"polluted":true}}',
  '[1,2,3,"4",null,{"a":1e999}]',
  `${'['.repeat(900)}${']'.repeat(900)}`,
  'x'.repeat(3_000_000),
  0,
  -1,
  1.5,
  9_223_372_036_854_775_807n,
  -9_223_372_036_854_775_808n,
  9_007_199_254_740_993n,
  8.64e15 + 1,
  Infinity,
  null,
  new Uint8Array(64),
];

/** More than anything of ours has: of one value, of all values together, or of rows. */
const LARGE: [name: string, sql: string][] = [
  [
    'a codebook of 9 MB',
    `UPDATE codebooks SET content = '{"language":"zh","other":"' || ${texts(9_000_000)} || '"}'`,
  ],
  ['a codebook of 70 MB', `UPDATE codebooks SET content = '"' || ${texts(70_000_000)} || '"'`],
  ['a codebook that is nested', `UPDATE codebooks SET content = replace(${texts(4_000_000)}, 'x', '[')`],
  [
    'a codebook with many types',
    `UPDATE codebooks SET content = '{"language":"zh","other":"o","types":[' || ${many('{"id":"a"}', 600_000)} || ']}'`,
  ],
  ['themes of 9 MB', `UPDATE theme_tables SET content = '[{"name":"' || ${texts(9_000_000)} || '"}]'`],
  ['many themes', `UPDATE theme_tables SET content = '[' || ${many('{"name":"a"}', 600_000)} || ']'`],
  [
    'a saved question of 2 MB',
    `UPDATE saved_insights SET content = '{"analysis":"' || ${texts(2_000_000)} || '"}'`,
  ],
  ['a name of 1 MB', `UPDATE saved_insights SET name = ${texts(1_000_000)}`],
  [
    'many saved questions',
    insert(
      'saved_insights (kind, name, content, created_at, changed_at)',
      `'question', 'q' || n, '{"analysis":"overview"}', 1, 1`,
      200_000,
    ),
  ],
  [
    'much in saved questions',
    insert(
      'saved_insights (kind, name, content, created_at, changed_at)',
      `'question', 'q' || n, '{"analysis":"' || ${texts(900_000)} || '"}', 1, 1`,
      40,
    ),
  ],
  [
    'many items of the report',
    insert(
      'report_items (place, title, note, question, created_at)',
      `n, 't', '', '{"analysis":"overview"}', 1`,
      100_000,
    ),
  ],
  [
    'an answer of 5 MB in the report',
    `UPDATE report_items SET answer = '{"analysis":"overview","data":{"id":"' || ${texts(5_000_000)} || '"}}'`,
  ],
  ['a note of 1 MB', `UPDATE report_items SET note = ${texts(1_000_000)}`],
  ['a title of 1 MB', `INSERT OR REPLACE INTO meta VALUES ('report_title', ${texts(1_000_000)})`],
];
/** Of these, nothing is told but that they are there: the list of questions in words leaves out what it cannot read. */
const LEFT_OUT: [name: string, sql: string][] = [
  ['many questions in words', insert('learned (key, state, updated_at)', `'words ' || n, '{}', n`, 100_000)],
  [
    'a question in words of 2 MB',
    `INSERT INTO learned (key, state, updated_at) VALUES ('words x', '"' || ${texts(2_000_000)} || '"', 1)`,
  ],
];

/** SQL for a text of so many characters. */
function texts(length: number): string {
  return `replace(hex(zeroblob(${length / 2})), '0', 'x')`;
}

/** SQL for a JSON text so many times, with commas between them. */
function many(json: string, count: number): string {
  return `rtrim(replace(hex(zeroblob(${count})), '00', '${json},'), ',')`;
}

/** SQL that adds rows; `n` counts them. */
function insert(into: string, values: string, count: number): string {
  return `WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ${count}) INSERT INTO ${into} SELECT ${values} FROM c`;
}

/** A workspace with a run, its events and a codebook of its own, as the application leaves it. */
async function makeWorkspace(engines: EngineHarness, path: string): Promise<void> {
  const file = Workspace.open(path, true);
  fillWorkspace(file.db, USERS, BEHAVIOURS / USERS);
  file.close();
  const { engine } = engines;
  await engine.openWorkspace({ path, create: false, resumePolicy: 'leave' });
  await engine.startRun(ALL);
  await engines.runIs('completed');
  const { codebook } = await engine.codebook();
  const [type] = codebook.types;
  if (type) await engine.changeCodebook({ kind: 'edit', id: type.id, fields: { definition: 'own' } });
  await engine.changeThemes({ kind: 'move', things: ['item 0'], into: 'own' });
  await engines.rhythmIs('measured');
  await engine.closeWorkspace();
  withSql(path, (db) =>
    db.exec(
      `INSERT INTO saved_insights (kind, name, content, created_at, changed_at) VALUES ('question', 'q', '{"analysis":"overview"}', 1, 1);
       INSERT INTO report_items (place, title, note, question, answer, created_at)
         VALUES (0, 't', 'n', '{"analysis":"overview"}', '{"analysis":"overview","data":{"id":"r","at":1}}', 1);
       INSERT INTO learned (key, state, updated_at) VALUES ('words w', '{"words":"w","question":null,"reason":"r","model":"m"}', 1);`,
    ),
  );
}

interface Case {
  name: string;
  make: (path: string) => void;
}

function withSql(path: string, use: (db: DatabaseSync) => void): void {
  const db = new DatabaseSync(path, { defensive: false, enableForeignKeyConstraints: false });
  try {
    use(db);
  } finally {
    db.close();
  }
}

function cases(path: string): Case[] {
  const bytes = readFileSync(path);
  const columns: [table: string, column: string][] = [];
  withSql(path, (db) => {
    for (const { table, column } of db
      .prepare(
        `SELECT t.name AS "table", c.name AS "column" FROM pragma_table_list AS t, pragma_table_info(t.name) AS c
         WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite_%'`,
      )
      .all())
      columns.push([String(table), String(column)]);
  });
  const statements = [
    ...STATEMENTS.flatMap((sql) => TABLES.map((table) => sql.replaceAll('{table}', table))),
    ...WHOLE_FILE,
  ].map((sql): Case => ({ name: sql.slice(0, 120), make: (copy) => withSql(copy, (db) => db.exec(sql)) }));

  const values = fc
    .sample(fc.record({ at: fc.constantFrom(...columns), value: fc.constantFrom(...VALUES) }), {
      numRuns: CHANGED_VALUES,
      seed: SEED,
    })
    .map(({ at: [table, column], value }): Case => ({
      name: `${table}.${column} = ${String(value).slice(0, 60)}`,
      make: (copy) =>
        withSql(copy, (db) => {
          db.exec('PRAGMA ignore_check_constraints = ON');
          try {
            const { changes } = db.prepare(`UPDATE OR REPLACE "${table}" SET "${column}" = ?`).run(value);
            // Of an empty table, or a type that it refuses, nothing is left to look at.
            if (changes === 0) db.prepare('UPDATE users SET id = ? WHERE no = 1').run(String(value));
          } catch {
            db.prepare('UPDATE behaviours SET text = ?, action = ?').run(String(value), String(value));
          }
        }),
    }));

  const damage = fc.record({
    at: fc.integer({ min: 0, max: bytes.length - 1 }),
    length: fc.constantFrom(1, 4, 100, 4096, 20_000),
    fill: fc.constantFrom(0x00, 0xff, 0x41, 0x80),
    header: fc.boolean(),
  });
  const broken = fc
    .sample(damage, { numRuns: CHANGED_BYTES, seed: SEED })
    .map(({ at, length, fill, header }): Case => {
      const from = header ? at % 200 : at;
      return {
        name: `${length} bytes of ${fill} at ${from}`,
        make: (copy) => writeFileSync(copy, Buffer.from(bytes).fill(fill, from, from + length)),
      };
    });
  const large = [...LARGE, ...LEFT_OUT].map(([name, sql]): Case => ({
    name,
    make: (copy) => withSql(copy, (db) => db.exec(`PRAGMA ignore_check_constraints = ON; ${sql}`)),
  }));
  return [...statements, ...values, ...broken, ...large];
}

/** All that windows ask of an open workspace. */
const QUESTIONS: ((engine: EngineApi) => Promise<unknown>)[] = [
  (engine) => engine.workspaceInfo(),
  (engine) => engine.runSnapshot(),
  (engine) => engine.inductionSnapshot(),
  (engine) =>
    engine.listUsers({
      page: 1,
      pageSize: 20,
      search: '',
      status: 'all',
      sortBy: 'userId',
      sortOrder: 'asc',
    }),
  (engine) => engine.getUser('u1'),
  (engine) => engine.listEvents({ userId: 'u1', after: 0 }),
  (engine) => engine.listBehaviours({ userId: 'u1', offset: 0, limit: 100 }),
  (engine) => engine.listEvidence({ userId: 'u1', ordinal: 1, offset: 0, limit: 100 }),
  (engine) => engine.runHistory(),
  (engine) => engine.runFailures(1),
  (engine) => engine.listRequests(10),
  (engine) => engine.codebook(),
  (engine) => engine.codebookUse(),
  (engine) => engine.themes({ search: '', offset: 0, limit: 50, sortBy: 'name' }),
  (engine) => engine.rhythm(),
  (engine) => engine.savedInsights(),
  (engine) => engine.report(),
  (engine) => engine.askedWords(),
  (engine) => engine.preflightRun({ kind: 'all' }, 'rules', false, 'fine'),
];

function behavioursIn(path: string): number {
  let count = -1;
  withSql(path, (db) => {
    count = Number(Object.values(db.prepare('SELECT count(*) FROM behaviours').get() ?? {})[0]);
  });
  return count;
}

it('workspaces that somebody made to do harm are refused, or do none', async () => {
  const folder = tempFolder();
  const original = join(folder, 'original.eventloom');
  const engines = new EngineHarness();
  const { engine } = engines;
  await makeWorkspace(engines, original);

  const all = cases(original);
  expect(all.length).toBeGreaterThanOrEqual(300);
  const outcomes = new Map<string, number>();
  const problems: unknown[] = [];
  for (const [index, { name, make }] of all.entries()) {
    const home = join(folder, String(index));
    mkdirSync(home);
    const path = join(home, 'w.eventloom');
    copyFileSync(original, path);
    try {
      make(path);
    } catch {
      // SQLite itself takes no part in it.
      outcomes.set('not made', (outcomes.get('not made') ?? 0) + 1);
      continue;
    }
    const came: string[] = [];
    const ask = async (question: () => Promise<unknown>, named = String(question)): Promise<boolean> => {
      const began = process.threadCpuUsage();
      try {
        await question();
        return true;
      } catch (error) {
        const { code, params } = toErrorInfo(error);
        came.push(code);
        const isKnown = Object.hasOwn(messages, code) && code !== 'app.internal';
        if (!isKnown) problems.push({ name, code, params, question: named.slice(0, 80) });
        return false;
      } finally {
        const { user, system } = process.threadCpuUsage(began);
        const seconds = (user + system) / 1e6;
        if (seconds > LONGEST_S) problems.push({ name, seconds, question: named.slice(0, 80) });
      }
    };
    const opened = await ask(() => engine.openWorkspace({ path, create: false, resumePolicy: 'resume' }));
    if (opened) {
      for (const question of QUESTIONS) await ask(() => question(engine), String(question));
      await ask(() => engine.closeWorkspace());
      // Whatever it holds, nothing of it was done: no behaviour is gone by being opened and looked at.
      if (index < STATEMENTS.length * TABLES.length && behavioursIn(path) !== BEHAVIOURS)
        problems.push({ name, behaviours: behavioursIn(path) });
    }
    const isLarge = LARGE.some(([large]) => large === name);
    const isRefused = came.includes('workspace.bad_value') || came.includes('workspace.damaged');
    if (isLarge && !isRefused) problems.push({ name, came });
    const strangers = readdirSync(home).filter((file) => !isOurs(file, basename(path)));
    if (strangers.length > 0) problems.push({ name, strangers });
    const outcome = opened ? 'opened' : (came[0] ?? '');
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  expect(problems).toEqual([]);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect(outcomes.get('workspace.damaged')).toBeGreaterThan(80);
  expect(outcomes.get('opened')).toBeGreaterThan(50);
  expect(outcomes.get('not made') ?? 0).toBeLessThan(all.length - 200);
}, 180_000);

/** Files that the application keeps beside a workspace. */
function isOurs(file: string, workspace: string): boolean {
  return (
    file === workspace ||
    Object.values(SUFFIX).some((suffix) => file.startsWith(workspace + suffix)) ||
    file.startsWith('w.')
  );
}
