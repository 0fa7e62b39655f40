import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.ts';
import { previewImport } from '../../../src/core/import/preview.ts';
import { messages } from '../../../src/shared/messages/index.ts';
import { HOSTILE_TEXTS } from '../../support/hostile-texts.ts';
import { encodeGb18030, TestWorkspace } from '../import/support.ts';

const FILES = 600;
const SEED = 20261126;
/** Seconds of this process's time that the preview of a file, or its import, may take. */
const LONGEST_S = 1;

const ROWS = Array.from({ length: 12 }, (_, index) => [
  `u${index % 3}`,
  ['browse', 'search', '购买'][index % 3] ?? '',
  `2025-01-${String(10 + index)} 10:00:00`,
  `长城_哈弗H6`,
]);
const table = (delimiter: string, end = '\n'): string =>
  [['user_id', 'action', 'timestamp', 'item_id'], ...ROWS].map((row) => row.join(delimiter)).join(end) + end;
const records = ROWS.map(([user_id, action, timestamp, item_id]) => ({
  user_id,
  action,
  timestamp,
  item_id,
}));

/** Valid small files, by the end of their name; those of kinds that are not read are to be refused in good order. */
const VALID: Record<string, Buffer> = {
  'utf8.csv': Buffer.from(table(',')),
  'bom.csv': Buffer.from(`\uFEFF${table(',')}`),
  'crlf.csv': Buffer.from(table(',', '\r\n')),
  'tab.tsv': Buffer.from(table('\t')),
  'semicolon.csv': Buffer.from(table(';')),
  'bar.txt': Buffer.from(table('|')),
  'gb.csv': encodeGb18030(table(',')),
  'utf16le.csv': Buffer.from(`\uFEFF${table(',')}`, 'utf16le'),
  'utf16be.csv': Buffer.from(`\uFEFF${table(',')}`, 'utf16le').swap16(),
  'quoted.csv': Buffer.from(
    `user_id,timestamp,text\n${HOSTILE_TEXTS.map((text, n) => `u${n},2025-01-01 10:00:00,"${text.replaceAll('"', '""')}"`).join('\n')}\n`,
  ),
  'names.csv': Buffer.from(
    `__proto__,constructor,timestamp,=1+1\n${HOSTILE_TEXTS.map((text) => `"${text.replaceAll('"', '""')}",x,2025-01-01,y`).join('\n')}\n`,
  ),
  'list.json': Buffer.from(JSON.stringify(records)),
  'lines.jsonl': Buffer.from(records.map((record) => JSON.stringify(record)).join('\n')),
  'log.xes': Buffer.from(
    `<?xml version="1.0"?><log xes.version="1849.2016"><trace><string key="concept:name" value="u1"/><event><string key="concept:name" value="view"/><date key="time:timestamp" value="2025-01-10T10:00:00+08:00"/></event></trace></log>`,
  ),
  'zipped.csv.gz': gzipSync(table(',')),
  'archive.xlsx': Buffer.from('504b0304140000000800', 'hex'),
  'columns.parquet': Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(64), Buffer.from('PAR1')]),
  'empty.csv': Buffer.alloc(0),
};

type Mutation = (bytes: Buffer, at: number, size: number) => Buffer;

/** `at`: where, of a thousand parts of the file. */
const spliced = (bytes: Buffer, at: number, removed: number, added: Buffer | string): Buffer => {
  const from = Math.floor((bytes.length * at) / 1000);
  return Buffer.concat([bytes.subarray(0, from), Buffer.from(added), bytes.subarray(from + removed)]);
};
const repeated = (bytes: Buffer, times: number): Buffer => Buffer.concat(Array<Buffer>(times).fill(bytes));

const MUTATIONS: Record<string, Mutation> = {
  none: (bytes) => bytes,
  'cut off': (bytes, at) => bytes.subarray(0, Math.floor((bytes.length * at) / 1000)),
  'begun in the middle': (bytes, at) => bytes.subarray(Math.floor((bytes.length * at) / 1000)),
  'a byte changed': (bytes, at, size) => spliced(bytes, at, 1, Buffer.of(size % 256)),
  'bytes lost': (bytes, at, size) => spliced(bytes, at, size, ''),
  NULs: (bytes, at, size) => spliced(bytes, at, 0, Buffer.alloc(size)),
  'NULs between all': (bytes) => Buffer.from([...bytes].flatMap((byte) => [byte, 0])),
  'bytes of no encoding': (bytes, at, size) => spliced(bytes, at, 0, Buffer.alloc(size, 0xff)),
  'half a character': (bytes, at) => spliced(bytes, at, 0, Buffer.of(0xe4, 0xbd)),
  'a quotation mark': (bytes, at) => spliced(bytes, at, 0, '"'),
  'many quotation marks': (bytes, at, size) => spliced(bytes, at, 0, '"'.repeat(size * 50 + 1)),
  'a huge line': (bytes, at) => spliced(bytes, at, 0, 'x'.repeat(1_200_000)),
  'a huge number': (bytes, at) => spliced(bytes, at, 0, '9'.repeat(5_000)),
  'many columns': (bytes, at) => spliced(bytes, at, 0, ','.repeat(6_000)),
  'many lines': (bytes) => repeated(bytes, 40),
  'empty lines': (bytes, at) => spliced(bytes, at, 0, '\r\n\n\r'.repeat(2_000)),
  'another byte order mark': (bytes) => Buffer.concat([Buffer.of(0xff, 0xfe), bytes]),
  'old line ends': (bytes) => Buffer.from(bytes.toString('latin1').replaceAll('\n', '\r'), 'latin1'),
  'control characters': (bytes, at) => spliced(bytes, at, 0, '\u0001\u001b[2J\u0007\u000b\u000c\u001a'),
  'text of an attacker': (bytes, at, size) =>
    spliced(bytes, at, 0, HOSTILE_TEXTS[size % HOSTILE_TEXTS.length] ?? ''),
  'turned round': (bytes) => Buffer.from(bytes).reverse(),
  'deep brackets': (bytes, at) => spliced(bytes, at, 0, '[{"a":'.repeat(20_000)),
};

interface HostileFile {
  kind: string;
  mutations: { how: string; at: number; size: number }[];
}

function files(): HostileFile[] {
  const mutation = fc.record({
    how: fc.constantFrom(...Object.keys(MUTATIONS)),
    at: fc.integer({ min: 0, max: 999 }),
    size: fc.integer({ min: 1, max: 300 }),
  });
  const file = fc.record({
    kind: fc.constantFrom(...Object.keys(VALID)),
    mutations: fc.array(mutation, { minLength: 1, maxLength: 3 }),
  });
  return fc.sample(file, { numRuns: FILES, seed: SEED });
}

function contentOf({ kind, mutations }: HostileFile): Buffer {
  return mutations.reduce(
    (bytes, { how, at, size }) => {
      const mutate = MUTATIONS[how];
      if (!mutate) throw new Error(`no mutation ${how}`);
      return mutate(bytes, at, size);
    },
    VALID[kind] ?? Buffer.alloc(0),
  );
}

/** What came of it: `read`, or the code by which it was refused. Anything else is thrown on. */
async function outcome(action: () => Promise<unknown>): Promise<string> {
  try {
    await action();
    return 'read';
  } catch (error) {
    if (error instanceof AppError && error.code !== 'app.internal' && Object.hasOwn(messages, error.code))
      return error.code;
    throw error;
  }
}

it(`${FILES} files that no program wrote: each is read or refused with a reason, soon, in the preview and in the import`, async () => {
  const workspace = new TestWorkspace();
  const schema = JSON.stringify(workspace.dump()['schema']);
  const seen = new Map<string, number>();
  const problems: unknown[] = [];
  for (const [index, file] of files().entries()) {
    const path = workspace.file(`${index}-${file.kind}`, contentOf(file));
    const kind = index % 7 === 0 ? 'profiles' : 'behaviours';
    for (const step of ['preview', 'import'] as const) {
      const began = process.cpuUsage();
      const action = (): Promise<unknown> =>
        step === 'preview'
          ? previewImport({ path, kind, timeZone: 'Asia/Shanghai' })
          : Promise.resolve(workspace.importOver(workspace.db, path));
      const came = await outcome(action).catch((error: unknown) => `broke: ${String(error)}`);
      seen.set(came, (seen.get(came) ?? 0) + 1);
      if (came.startsWith('broke')) problems.push({ file, step, came });
      const { user, system } = process.cpuUsage(began);
      const seconds = (user + system) / 1e6;
      if (seconds > LONGEST_S) problems.push({ file, step, seconds });
    }
  }
  expect(problems).toEqual([]);
  // Nothing of a file became anything but rows.
  expect(JSON.stringify(workspace.dump()['schema'])).toBe(schema);
  expect(workspace.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  expect(({} as Record<string, unknown>)['injected']).toBeUndefined();
  // They came to very different ends.
  expect(seen.get('read')).toBeGreaterThan(FILES / 5);
  expect(seen.size).toBeGreaterThan(6);
}, 300_000);
