import { expect, it, onTestFinished } from 'vitest';
import type { UserInput, UserOutcome } from '../../../src/core/extract/extractor.ts';
import { RunHarness } from '../../support/run-harness.ts';
import { ScriptedExtractor } from '../../support/scripted-extractor.ts';
import { tempFolder } from '../../support/temp.ts';

/** An extractor that takes its time to stop once it is aborted. */
class SlowToStop extends ScriptedExtractor {
  end: (() => void) | null = null;

  override async extract(users: UserInput[], signal: AbortSignal): Promise<UserOutcome[]> {
    const outcomes = await super.extract(users, signal);
    if (signal.aborted) await new Promise<void>((resolve) => (this.end = resolve));
    return outcomes;
  }
}

it.each(['running', 'cancelled'] as const)(
  'suspending a run that is %s waits until its workers have ended',
  async (state) => {
    const extractor = new SlowToStop();
    const run = await RunHarness.open({ folder: tempFolder(), users: 6, behavioursEach: 3, extractor });
    onTestFinished(() => run.workspace.file.close());
    extractor.hold();
    await run.engine.start({ kind: 'remaining' });
    await expect.poll(() => extractor.asked).toHaveLength(1);
    if (state === 'cancelled') await run.engine.cancel();
    const order: string[] = [];
    const suspended = run.engine.suspend().then(() => order.push('suspended'));
    await expect.poll(() => extractor.end).not.toBeNull();
    order.push('worker ended');
    extractor.end?.();
    await suspended;
    expect(order).toEqual(['worker ended', 'suspended']);
  },
);
