import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { countTokens } from '../../../src/core/extract/llm/prompt/tokenizer.ts';
import type { Detail } from '../../../src/shared/abstraction.ts';
import type { Report } from '../report.ts';
import { checkEvents } from './check-events.ts';
import type { EventFigures } from './check-events.ts';
import type { ModelBench } from './model-bench.ts';
import { withFaultProcess } from './fault-process.ts';
import { finished, removeWorkspace, runModelCli } from './model-cli.ts';

interface Cost {
  in: number;
  out: number;
  /** Of the answers, by a public tokenizer instead of the server's own count. */
  outO200k: number;
  events: EventFigures;
}

/** Wanted of the answers at standard. */
const MOST_OUT = 3.9;

/** Tokens per behaviour: requested in the compact form, answered in it or in the object form of the design. */
export async function measureTokens(report: Report, { log, logName, folder }: ModelBench): Promise<void> {
  const workspace = join(folder, 'tokens.db');
  const standard = await costOf('compact', log, workspace, 'standard');
  const compact = await costOf('compact', log, workspace, 'fine');
  const object = await costOf('object', log, workspace, 'fine');
  const conditions = `${logName}, no faults, instructions included, the server's count`;
  report.record('tokens in for each behaviour, standard', standard.in, '', null, conditions);
  report.record(
    'tokens out for each behaviour, standard',
    standard.out,
    '',
    { most: MOST_OUT },
    `${conditions}; 0.6 of the 6.5 of neighbours only`,
  );
  report.record(
    'conversions lost or false, standard',
    standard.events.conversions - standard.events.conversionsFound + standard.events.falseConversions,
    '',
    { most: 0 },
    `of ${standard.events.conversions}`,
  );
  report.record('tokens in for each behaviour, fine', compact.in, '', null, conditions);
  report.record('tokens out for each behaviour, fine, compact form', compact.out, '', null, conditions);
  report.record('tokens out for each behaviour, fine, object form', object.out, '', null, conditions);
  report.record(
    'tokens out for each behaviour, fine, compact form, o200k',
    compact.outO200k,
    '',
    null,
    `${logName}, the raw answers`,
  );
  report.record(
    'object form against compact form, tokens out (o200k)',
    object.outO200k / compact.outO200k,
    '×',
    null,
    `${logName}, the raw answers`,
  );
}

function costOf(form: 'compact' | 'object', log: string, workspace: string, detail: Detail): Promise<Cost> {
  return withFaultProcess({ form }, async ({ baseUrl }) => {
    removeWorkspace(workspace);
    const last = finished(
      await runModelCli({ log, workspace, baseUrl, concurrency: 8, more: ['--detail', detail] }),
    );
    const db = new DatabaseSync(workspace, { readOnly: true });
    const behaviours = Number(db.prepare('SELECT count(*) AS n FROM behaviours').get()?.['n']);
    const kept = db
      .prepare(`SELECT answer, asked FROM requests WHERE state = 'answered' AND answer IS NOT NULL`)
      .all();
    db.close();
    const events = checkEvents(workspace);
    removeWorkspace(workspace);
    const answered = kept.reduce((sum, row) => sum + behavioursOf(String(row['asked'])), 0);
    const tokens = kept.reduce((sum, row) => sum + countTokens(String(row['answer'])), 0);
    return {
      in: last.input_tokens / behaviours,
      out: last.output_tokens / behaviours,
      outO200k: tokens / answered,
      events,
    };
  });
}

const askedSchema = z.array(z.tuple([z.number(), z.number(), z.number(), z.number()]).rest(z.unknown()));

function behavioursOf(asked: string): number {
  return askedSchema.parse(JSON.parse(asked)).reduce((sum, [, , , count]) => sum + count, 0);
}
