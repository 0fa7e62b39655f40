import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/cli/commands/index.ts';
import { callsOf, withCalls } from '../../../src/cli/installation.ts';
import { LOCALES } from '../../../src/shared/settings.ts';

const INSTALLED = { kind: 'package' } as const;

describe('the calls that an installed command line names', () => {
  it.each(COMMANDS.map((command) => [command.name, command] as const))(
    'in the help of %s',
    (name, command) => {
      const { call, example, notes } = command;
      expect(withCalls(INSTALLED, call)).toBe(`eventloom ${name}`);
      for (const locale of LOCALES) {
        const installed = withCalls(INSTALLED, `${example[locale]}\n${notes?.[locale] ?? ''}`);
        expect(installed).not.toMatch(/\bnpm\b/);
        expect(installed).toContain(`eventloom ${name}`);
      }
    },
  );

  it('in the summary of a first try', () => {
    for (const call of Object.values(callsOf(INSTALLED))) expect(call).toMatch(/^eventloom\b/);
  });

  it('are left as they are in the sources', () => {
    const text = 'npm run --silent extract -- b.csv';
    expect(withCalls({ kind: 'sources' }, text)).toBe(text);
    expect(withCalls(INSTALLED, text)).toBe('eventloom extract b.csv');
  });
});
