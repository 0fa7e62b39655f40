import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { MemoryFigures } from './measure-memory.ts';
import { MEMORY_SHAPES, writeShape } from './memory-shapes.ts';
import type { Report } from './report.ts';

const SCRIPT = fileURLToPath(new URL('measure-memory.ts', import.meta.url));
const run = promisify(execFile);

/** The peak memory of a process that is given files of extreme shapes, one process a shape. */
export async function benchMemory(report: Report, { folder }: { folder: string }): Promise<void> {
  const file = join(folder, 'shape.csv');
  const workspace = join(folder, 'shape.db');
  for (const shape of MEMORY_SHAPES) {
    try {
      await writeShape(shape, file);
      const { stdout } = await run(process.execPath, [SCRIPT, shape.name, file, workspace]);
      const { peakMb, outcome } = JSON.parse(stdout) as MemoryFigures;
      report.record(`peak memory: ${shape.name}`, peakMb, 'MB', { most: 400 }, outcome);
    } finally {
      for (const suffix of ['', '-wal', '-shm', '-lock', '.csv', '.csv.part', '.yaml']) {
        rmSync(workspace + suffix, { force: true });
      }
      rmSync(file, { force: true });
    }
  }
}
