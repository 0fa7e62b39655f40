import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { DEFAULT_RULES } from '../../support/bundled.ts';
import { ALL, EngineHarness } from '../../support/engine-harness.ts';
import { fillWorkspace } from '../../support/fill-workspace.ts';
import { tempFolder } from '../../support/temp.ts';

const builtIn = readFileSync(DEFAULT_RULES, 'utf8');
const withGap = (gap: string): string => builtIn.replace(/gapMinutes: auto/, `gapMinutes: ${gap}`);

interface Desk {
  harness: EngineHarness;
  path: string;
  rulesPath: string;
}

/** An engine with a workspace of twenty users and a rules file of the user's own. */
async function open(slowRulesMs = 0): Promise<Desk> {
  const folder = tempFolder();
  const [path, rulesPath] = [join(folder, 'test.db'), join(folder, 'rules.yaml')];
  const workspace = Workspace.open(path, true);
  fillWorkspace(workspace.db, 20, 5);
  workspace.close();
  writeFileSync(rulesPath, withGap('45'));
  const harness = new EngineHarness({ slowRulesMs });
  await harness.engine.useRules({ path: rulesPath });
  await harness.engine.openWorkspace({ path, create: false, resumePolicy: 'leave' });
  return { harness, path, rulesPath };
}

describe('a rules file that is edited', () => {
  it('is read again when a run starts, and named before', async () => {
    const { harness, rulesPath } = await open();
    const before = await harness.engine.preflightRun(ALL.scope);
    writeFileSync(rulesPath, withGap('60'));
    const preflight = await harness.engine.preflightRun(ALL.scope);
    expect(preflight.rules?.version).not.toBe(before.rules?.version);
    expect(preflight.rules?.builtIn).toBe(false);
    writeFileSync(rulesPath, withGap('90'));
    await harness.engine.startRun(ALL);
    await harness.runIs('completed');
    const info = await harness.engine.rulesInfo();
    expect(info.sessionGapMinutes).toBe(90);
    expect((await harness.engine.runHistory())[0]?.extractorVersion).toBe(info.version);
  });

  it('is read again when a paused run goes on', async () => {
    const { harness, rulesPath } = await open(20);
    await harness.engine.startRun(ALL);
    await harness.engine.pauseRun();
    const before = (await harness.engine.rulesInfo()).version;
    writeFileSync(rulesPath, withGap('60'));
    await harness.engine.resumeRun();
    await harness.runIs('completed');
    const after = (await harness.engine.rulesInfo()).version;
    const [run] = await harness.engine.runHistory();
    expect(run?.extractorVersion).toBe(`${before} → ${after}`);
    expect(run).toMatchObject({ processedUsers: 20, successCount: 20 });
  });
});

describe('a rules file that cannot be used', () => {
  it.each([
    ['with a mistake', 'rules.invalid', (path: string) => writeFileSync(path, withGap('half an hour'))],
    ['that has gone', 'rules.unreadable', (path: string) => rmSync(path)],
  ])('%s lets no run start', async (_name, code, spoil) => {
    const { harness, rulesPath } = await open();
    spoil(rulesPath);
    expect((await harness.engine.rulesInfo()).error).toMatchObject({ code, params: { path: rulesPath } });
    for (const extractor of ['rules', 'llm'] as const) {
      const preflight = await harness.engine.preflightRun(ALL.scope, extractor);
      expect(preflight).toMatchObject({ users: 20, rules: null, problem: { code } });
    }
    await expect(harness.engine.startRun(ALL)).rejects.toMatchObject({ code });
    await expect(harness.engine.continueRun(ALL)).rejects.toMatchObject({ code });
    expect(await harness.engine.runHistory()).toEqual([]);
    // The prompt is only looked at: it is not the rules that are wrong with it.
    expect((await harness.engine.promptView()).error).toBeNull();
  });

  it('leaves a paused run paused', async () => {
    const { harness, rulesPath } = await open(20);
    await harness.engine.startRun(ALL);
    await harness.engine.pauseRun();
    writeFileSync(rulesPath, withGap('half an hour'));
    await expect(harness.engine.resumeRun()).rejects.toMatchObject({ code: 'rules.invalid' });
    expect(await harness.engine.runSnapshot()).toMatchObject({ status: 'paused', resumable: true });
    writeFileSync(rulesPath, withGap('45'));
    await harness.engine.resumeRun();
    await harness.runIs('completed');
  });

  it('turns an automatic resume into a failure with that reason, and the mended file is taken up', async () => {
    const { harness, path, rulesPath } = await open(50);
    await harness.engine.startRun(ALL);
    await harness.engine.closeWorkspace();
    writeFileSync(rulesPath, withGap('half an hour'));
    await harness.engine.openWorkspace({ path, create: false, resumePolicy: 'resume' });
    const failed = await harness.engine.runSnapshot();
    expect(failed).toMatchObject({ status: 'failed', resumable: true, error: { code: 'rules.invalid' } });
    expect(failed.error?.params?.['line']).toBeGreaterThan(1);

    writeFileSync(rulesPath, withGap('45'));
    await harness.engine.resumeRun();
    await harness.runIs('completed');
    expect(await harness.engine.runSnapshot()).toMatchObject({ successCount: 20, error: null });
  });
});
