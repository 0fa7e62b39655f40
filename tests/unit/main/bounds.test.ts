import { expect, test } from 'vitest';
import { DEFAULT_SIZE, cascade, startBounds } from '../../../src/main/windows/bounds.ts';

const SCREEN = { x: 0, y: 25, width: 1920, height: 1055 };
const SECOND = { x: 1920, y: 0, width: 2560, height: 1440 };
const STORED = { x: 100, y: 100, width: 1400, height: 900, maximised: false };

test('a first window has the default size, wherever the system puts it', () => {
  expect(startBounds(null, [SCREEN], true)).toEqual({ ...DEFAULT_SIZE, maximised: false });
});

test('a window comes back where it was, on whichever display', () => {
  expect(startBounds(STORED, [SCREEN], true)).toEqual(STORED);
  const there = { ...STORED, x: 2500, maximised: true };
  expect(startBounds(there, [SCREEN, SECOND], true)).toEqual(there);
});

test.each([
  ['its display is gone', { ...STORED, x: 2500 }],
  ['too little of it can be seen', { ...STORED, x: 1800 }],
  ['its title bar is above the display', { ...STORED, y: 0 }],
  ['it is far to the left', { ...STORED, x: -1390 }],
])('keeps its size but not its place when %s', (_why, stored) => {
  expect(startBounds(stored, [SCREEN], true)).toEqual({ width: 1400, height: 900, maximised: false });
});

test('under Wayland a position is never restored', () => {
  expect(startBounds(STORED, [SCREEN], false)).toEqual({ width: 1400, height: 900, maximised: false });
});

test('it is never larger than its display nor smaller than it can be used', () => {
  expect(startBounds({ ...STORED, width: 5000, height: 5000 }, [SCREEN], true)).toMatchObject({
    width: 1920,
    height: 1055,
  });
  expect(startBounds({ ...STORED, width: 300, height: 200 }, [SCREEN], true)).toMatchObject({
    width: 900,
    height: 600,
  });
});

test('a second window does not hide the first', () => {
  const others = [STORED, { ...STORED, x: 132, y: 132 }];
  expect(cascade({ ...STORED }, others)).toMatchObject({ x: 164, y: 164 });
  expect(cascade({ width: 900, height: 600, maximised: false }, others)).toEqual({
    width: 900,
    height: 600,
    maximised: false,
  });
});
