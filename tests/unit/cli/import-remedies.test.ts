import { describe, expect, it } from 'vitest';
import { errorText } from '../../../src/cli/error-text.ts';
import { OPTIONS_FOR } from '../../../src/cli/import-remedies.ts';
import { readingValuesSchema } from '../../../src/cli/reading-arguments.ts';
import type { ErrorCode } from '../../../src/shared/errors.ts';

/** Options of the command beside those of how a file is read. */
const OTHERS = ['time-zone', 'no-header'];

describe('what is told of a file names the options that read it in another way', () => {
  it('which the command has', () => {
    const known = [...Object.keys(readingValuesSchema.shape), ...OTHERS];
    const named = Object.values(OPTIONS_FOR)
      .flat()
      .flatMap((option) => [...(/^--([a-z-]+)/.exec(option)?.slice(1) ?? [])]);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
    expect(named.length).toBeGreaterThan(20);
  });

  it('behind the text, once', () => {
    const text = (code: ErrorCode): string =>
      errorText('en', { code, params: { column: 'c', example: 'e' } });
    expect(text('import.doubt.encoding_guessed')).toMatch(
      /another encoding\. \(On the command line: --encoding\.\)$/,
    );
    expect(text('import.doubt.long_durations')).toMatch(/--duration-unit s\|ms\|us\|ns\|min\|h\|d\.\)$/);
    // The text names them itself.
    expect(text('import.doubt.no_header')).not.toContain('On the command line');
    expect(text('import.undecided_dates').match(/--date-order/g)).toHaveLength(1);
    // It has to be mended where the file comes from.
    expect(text('import.doubt.ids_spelled_twice')).not.toContain('On the command line');
    expect(errorText('zh-CN', { code: 'import.one_column', params: { found: 'a' } })).toMatch(
      /（命令行：--delimiter）$/,
    );
  });
});
