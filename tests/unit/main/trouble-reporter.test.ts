import { expect, test } from 'vitest';
import { TroubleReporter } from '../../../src/main/log/trouble-reporter.ts';
import { RecordingLog } from './fakes.ts';

test('every error is written down, and the user is told once, also of one from before there was a window', () => {
  const log = new RecordingLog();
  const told: string[] = [];
  const trouble = new TroubleReporter(log);
  trouble.report('uncaught exception', new Error('one'));
  expect(told).toEqual([]);
  trouble.tellBy(({ code }) => told.push(code));
  trouble.report('unhandled rejection', new Error('two'));
  expect(told).toEqual(['app.main_error']);
  expect(log.lines).toEqual(['error uncaught exception one', 'error unhandled rejection two']);
});

test('nothing is told where nothing went wrong, and a failure to tell is no further error', () => {
  const log = new RecordingLog();
  const trouble = new TroubleReporter(log);
  trouble.tellBy(() => {
    throw new Error('no window');
  });
  expect(log.lines).toEqual([]);
  trouble.report('uncaught exception', new Error('one'));
  expect(log.lines).toHaveLength(2);
});
