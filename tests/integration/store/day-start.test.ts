import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { dayStartOf } from '../../../src/core/store/measure-store.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { tempFolder } from '../../support/temp.ts';

it('days begin at the quietest hour of the night, and at midnight where it is in the evening or unknown', () => {
  const { db, close } = opened();
  onTestFinished(close);
  expect(dayStartOf(db)).toBe(0);
  const measure = (by: string, hour: number): number => {
    const sessions = { by, gapMs: null, dayStartMs: hour * 3_600_000 };
    db.prepare('INSERT INTO log_measures (content, figures, measured_at) VALUES (?, ?, 1)').run(
      'c',
      JSON.stringify({ sessions }),
    );
    return dayStartOf(db) / 3_600_000;
  };
  expect([measure('night', 4), measure('valley', 5)]).toEqual([4, 5]);
  // A day from 23:00 to 23:00 would have the date of the day before.
  expect(measure('night', 23)).toBe(0);
  expect(measure('usual', 4)).toBe(0);
});

function opened(): { db: Workspace['db']; close: () => void } {
  const workspace = Workspace.open(join(tempFolder(), 'test.db'), true);
  return { db: workspace.db, close: () => workspace.close() };
}
