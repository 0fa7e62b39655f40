import { join } from 'node:path';
import { generateSample } from '../../src/core/sample/generate-sample.ts';

/** Writes a generated log of `rows` behaviours into `folder`, the same each time; returns its path. */
export async function sampleLog(folder: string, name: string, users: number, rows: number): Promise<string> {
  const path = join(folder, name);
  await generateSample({ users, rows, seed: 1, behaviorsPath: path });
  return path;
}
