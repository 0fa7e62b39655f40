import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AppError, toErrorInfo } from '../../src/core/errors.ts';
import { parseStoredError } from '../../src/core/store/run-tables.ts';
import { tempFolder } from '../support/temp.ts';

test('an error with a code keeps it', () => {
  expect(toErrorInfo(new AppError('run.already_active', { runId: 3 }))).toEqual({
    code: 'run.already_active',
    params: { runId: 3 },
  });
});

test('an operation on a file that failed names the file and what the system says', () => {
  const path = join(tempFolder(), 'missing');
  const full = Object.assign(new Error(`ENOSPC: no space left on device, mkdir '${path}'`), {
    code: 'ENOSPC',
    syscall: 'mkdir',
    path,
  });
  expect(toErrorInfo(full)).toEqual({
    code: 'app.file_failed',
    params: { path, detail: 'os.disk_full', cause: 'ENOSPC: no space left on device' },
  });
  let thrown: unknown;
  try {
    readFileSync(path);
  } catch (error) {
    thrown = error;
  }
  expect(toErrorInfo(thrown)).toMatchObject({
    code: 'app.file_failed',
    params: { path, detail: 'os.not_found' },
  });
});

test('anything else is internal, with its message', () => {
  expect(toErrorInfo(new TypeError('x is not a function'))).toEqual({
    code: 'app.internal',
    params: { detail: 'x is not a function' },
  });
});

test.each(['constructor', 'toString', '__proto__', 'run.of_a_newer_version'])(
  'a stored error with the code %s is readable as an internal one',
  (code) => {
    expect(parseStoredError(JSON.stringify({ code }))).toEqual({
      code: 'app.internal',
      params: { detail: code },
    });
  },
);
