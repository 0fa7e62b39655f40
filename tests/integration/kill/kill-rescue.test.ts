import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { killRescues } from '../../../tools/bench/kill-rescues.ts';
import { bundled } from '../../support/bundled.ts';
import { tempFolder } from '../../support/temp.ts';

it(
  'a rescue killed at random moments loses nothing, and ends as an undisturbed one',
  { timeout: 400_000 },
  async () => {
    const child = fileURLToPath(bundled('rescue-child'));
    const report = await killRescues({ folder: tempFolder(), kills: 36, seed: 4, child });
    expect(report.problems).toEqual([]);
    expect(report.kills).toBeGreaterThanOrEqual(36);
    expect(report.killsBefore).toBeGreaterThan(0);
    expect(report.killsOfOpenings).toBeGreaterThan(0);
  },
);
