import { afterEach, expect, it, vi } from 'vitest';
import { Output } from '../../../src/cli/output.ts';
import { NO_IMPORT } from '../../../src/shared/import.ts';

afterEach(() => void vi.restoreAllMocks());

/** The lines that a command without a terminal prints. */
function printed(act: (output: Output) => void): string {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  act(new Output('en', { progressLines: true }));
  return write.mock.calls.map(([line]) => String(line)).join('');
}

it('the progress of an import tells rows and megabytes a second, once they are known', () => {
  const running = {
    ...NO_IMPORT,
    status: 'running',
    fileName: 'a.csv',
    progressPercent: 50,
    rowsRead: 7,
  } as const;
  expect(printed((output) => output.importProgress(running))).toMatch(/50\.0 % {2}7 rows\n$/);
  const pace = { rows: 1234, bytes: 5_600_000 };
  expect(printed((output) => output.importProgress({ ...running, pace }))).toMatch(
    / 7 rows {2}1,?234 rows\/s {2}5\.6 MB\/s\n$/,
  );
});

it('the progress of an undo tells the file and how much is done', () => {
  const undoing = {
    ...NO_IMPORT,
    ...({
      work: 'undo',
      status: 'running',
      phase: 'removing',
      fileName: 'b.csv',
      progressPercent: 50,
    } as const),
  };
  expect(printed((output) => output.importProgress(undoing))).toMatch(
    /Undoing the import of b\.csv .*50\.0 %\n$/,
  );
});

it('the progress of an export tells rows and megabytes a second', () => {
  const progress = { done: 50, total: 100, rows: 50, pace: { rows: 25, bytes: 1_500_000 } };
  expect(printed((output) => output.exportProgress(progress))).toMatch(
    /50\.0 % {2}50 rows {2}25 rows\/s {2}1\.5 MB\/s\n$/,
  );
});
