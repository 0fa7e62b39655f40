import { describe, expect, it } from 'vitest';
import { commandWords } from '../../../src/start/command-words.ts';

describe('the words for the command line', () => {
  it.each([
    [['extract', 'b.csv', '--out', 'e.csv']],
    [['codebook', 'export', 'types.yaml']],
    [['help', 'extract']],
    [['--help']],
    [['-V']],
    [['extarct', 'b.csv']],
  ])('are %j', (args) => {
    expect(commandWords(args)).toEqual(args);
  });

  it('begin after the options of Chromium', () => {
    expect(commandWords(['--no-sandbox', 'extract', '--help'])).toEqual(['extract', '--help']);
    expect(commandWords(['--no-sandbox', '--', 'extract', '--model', '--', 'x'])).toEqual([
      'extract',
      '--model',
      '--',
      'x',
    ]);
    expect(commandWords(['--', '--version'])).toEqual(['--version']);
  });

  it.each([
    [[]],
    [['--']],
    [['--hidden']],
    [['/home/ann/spring.eventloom']],
    [['C:\\Users\\ann\\spring.eventloom']],
    [['spring.eventloom']],
    [['eventloom://open?path=%2Fhome%2Fann%2Fspring.eventloom']],
    // Electron gives the file or link after a `--` too, where the launcher of a desktop does.
    [['--', '/home/ann/extract.eventloom']],
    [['/home/ann/spring.eventloom', '--', 'extract']],
  ])('are not in %j, which is for the window', (args) => {
    expect(commandWords(args)).toBeNull();
  });
});
