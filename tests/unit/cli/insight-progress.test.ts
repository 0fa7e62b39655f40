import { afterEach, expect, it, vi } from 'vitest';
import { Output } from '../../../src/cli/output.ts';

const isTTY = process.stderr.isTTY;
afterEach(() => {
  vi.restoreAllMocks();
  process.stderr.isTTY = isTTY;
});

function printed(terminal: boolean, use: (output: Output) => void): string {
  const lines: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  process.stderr.isTTY = terminal;
  use(new Output('en'));
  return lines.join('');
}

it('a question that takes long is seen on a terminal, and its line goes away with it', () => {
  const said = printed(true, (output) => {
    output.insightProgress({ phase: 'computing', share: null });
    output.insightProgress(null);
  });
  expect(said).toContain('Computing … (Ctrl-C cancels)');
  expect(said.endsWith('\r\u001b[2K')).toBe(true);
  expect(printed(true, (output) => output.insightProgress({ phase: 'loading', share: 0.5 }))).toContain(
    '50.0 %',
  );
});

it('says nothing where there is no terminal', () => {
  const said = printed(false, (output) => {
    output.insightProgress({ phase: 'computing', share: 0.5 });
    output.insightProgress(null);
  });
  expect(said).toBe('');
});
