import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { systemTimeZone } from '../../../src/core/import/times/time-zone.ts';
import { questionSchema } from '../../../src/shared/insight.ts';
import type { LogZone } from '../../../src/shared/insight.ts';
import { ALL, EngineHarness } from '../../support/engine-harness.ts';
import { tempFolder } from '../../support/temp.ts';

const OVERVIEW = questionSchema.parse({ analysis: 'overview' });

/** The zone that an answer names for a log of these times, and the report that it was put into. */
async function answered(times: readonly string[]): Promise<{ zone: LogZone | undefined; html: string }> {
  const folder = tempFolder();
  const log = join(folder, 'log.csv');
  writeFileSync(log, `user_id,timestamp,action\n${times.map((time) => `u1,${time},purchase`).join('\n')}\n`);
  const harness = new EngineHarness();
  const { engine } = harness;
  await engine.openWorkspace({ path: join(folder, 'w.eventloom'), create: true, resumePolicy: 'leave' });
  await engine.startImport({ path: log, kind: 'behaviours', timeZone: 'Asia/Tokyo' });
  await harness.importEnded();
  await engine.startRun(ALL);
  await harness.runIs('completed');
  const { zone } = await engine.askInsight(OVERVIEW);
  const report = await engine.changeReport({ do: 'add', title: '', question: OVERVIEW });
  expect(report.items[0]?.answer?.zone).toEqual(zone);
  const path = join(folder, 'r.html');
  await engine.writeReport(path, { format: 'html', locale: 'zh-CN' });
  return { zone, html: readFileSync(path, 'utf8') };
}

it('answers and reports name the zone with which the times were read', async () => {
  const { zone, html } = await answered(['2026-01-05T10:00:00Z', '2026-01-06T10:00:00Z']);
  expect(zone).toEqual({ name: 'Asia/Tokyo', from: 'log' });
  expect(html).toContain('时间按日志的时钟，Asia/Tokyo（导入时的时区）');
});

it('say that none was needed where the times have none', async () => {
  const { zone, html } = await answered(['2026-01-05 10:00:00', '2026-01-06 10:00:00']);
  expect(zone).toEqual({ name: systemTimeZone(), from: 'machine' });
  expect(html).toContain('导入时没有记下时区');
});
