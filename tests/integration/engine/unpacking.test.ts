import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { EngineHarness } from '../../support/engine-harness.ts';
import { tempFolder } from '../../support/temp.ts';

const left = (): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`eventloom-unpacked-${process.pid}-`));

/** A packed file that begins as a database does, and takes a moment to unpack. */
function packedDatabase(): string {
  const path = join(tempFolder(), 'log.gz');
  const content = Buffer.concat([Buffer.from('SQLite format 3\0'), randomBytes(80_000_000)]);
  writeFileSync(path, gzipSync(content, { level: 0 }));
  return path;
}

it('a preview tells how much of a packed file is unpacked, and ends at once when it is cancelled', async () => {
  const path = packedDatabase();
  const harness: EngineHarness = new EngineHarness({}, (event) => {
    if (event === 'unpacking') void harness.engine.cancelPreview(path);
  });
  await expect(harness.engine.previewImport({ path, kind: 'behaviours' })).rejects.toMatchObject({
    code: 'import.cancelled',
  });
  const [first, ...more] = harness.payloads('unpacking');
  expect(first).toMatchObject({ path });
  expect([first, ...more].every((progress) => progress !== undefined && progress.percent < 100)).toBe(true);
  expect(left()).toEqual([]);
});

it('an import says that it is unpacking, and leaves nothing when it is cancelled then', async () => {
  const path = packedDatabase();
  const harness: EngineHarness = new EngineHarness({}, (event, payload) => {
    if (event === 'import' && (payload as { phase: string }).phase === 'unpacking')
      void harness.engine.cancelImport();
  });
  await harness.engine.openWorkspace({
    path: join(tempFolder(), 'ws.eventloom'),
    create: true,
    resumePolicy: 'leave',
  });
  await harness.engine.startImport({ path, kind: 'behaviours' });
  await expect.poll(() => harness.payloads('import').at(-1)?.status).toBe('cancelled');
  const unpacking = harness.payloads('import').filter(({ phase }) => phase === 'unpacking');
  expect(unpacking.length).toBeGreaterThan(0);
  expect(unpacking.every(({ progressPercent, rowsRead }) => progressPercent < 100 && rowsRead === 0)).toBe(
    true,
  );
  expect(left()).toEqual([]);
});

it('what a killed process has unpacked goes when the program starts', () => {
  const forsaken = join(tmpdir(), 'eventloom-unpacked-2147483645-0-x');
  mkdirSync(forsaken, { recursive: true });
  writeFileSync(join(forsaken, 'content'), 'x');
  expect(new EngineHarness().engine).toBeDefined();
  expect(existsSync(forsaken)).toBe(false);
});
