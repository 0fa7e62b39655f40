import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { ask, completion, idsOf, promptOf } from './helpers.ts';

const SCRIPT = fileURLToPath(new URL('../../../../tools/fault-server/main.ts', import.meta.url));

it('by hand, it prints its address, serves, and ends with its figures', async () => {
  const child = spawn(process.execPath, [
    SCRIPT,
    '--mix',
    'none',
    '--latency',
    '5',
    '--no-stream',
    '--rpm',
    '1000',
  ]);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  try {
    const { url } = z.object({ url: z.string() }).parse(JSON.parse((await lines.next()).value ?? ''));
    const answer = await completion(await ask(url, promptOf(2), { body: { stream: true } }));
    expect(idsOf(answer.text)).toEqual(['u1', 'u2']);
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(JSON.parse((await lines.next()).value ?? '')).toMatchObject({ requests: 1, billedRequests: 1 });
    expect(await ended).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
  }
});

it.each([[['--mix', 'G']], [['--latency', 'soon']], [['--port', 'x']], [['--unheard']]])(
  '%j is refused with an explanation',
  async (args) => {
    const child = spawn(process.execPath, [SCRIPT, ...args]);
    const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
    expect(code).toBe(2);
    expect(said).toContain('--mix NAME|JSON');
  },
);
