import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { AppError } from '../../src/core/errors.ts';
import { runRequestSchema } from '../../src/shared/run.ts';
import { startThreadedEngine } from './llm/threaded-engine.ts';
import { MEMORY_SHAPES } from './memory-shapes.ts';
import { peakMemoryMb } from './peak-memory.ts';

/**
 * A process like the application's main process that does with a file what an analyst does: preview, import, a run of the
 * rules, the table, a user with behaviours and events, and an export. Arguments: name of the shape, its file, workspace.
 * Prints what it measured as one line of JSON.
 */
export interface MemoryFigures {
  peakMb: number;
  /** How the import and the run ended. */
  outcome: string;
}

const [, , name = '', file = '', workspace = ''] = process.argv;
const shape = MEMORY_SHAPES.find((each) => each.name === name);
if (!shape) throw new Error(`there is no shape ${name}`);
const { kind, maxBehavioursPerUser } = shape;
const engine = startThreadedEngine();
const { api } = engine;
await api.openWorkspace({ path: workspace, create: true, resumePolicy: 'leave' });
if (maxBehavioursPerUser !== undefined) {
  const builtIn = await readFile(new URL('../../resources/rules/default.yaml', import.meta.url), 'utf8');
  const rules = `${workspace}.yaml`;
  const limit = `maxBehavioursPerUser: ${maxBehavioursPerUser}`;
  writeFileSync(rules, builtIn.replace(/maxBehavioursPerUser: \d+/, limit));
  const { error } = await api.useRules({ path: rules });
  if (error) throw new AppError(error.code, error.params);
}

const refused = (error: unknown): string => (error instanceof AppError ? error.code : String(error));
let outcome = await api.previewImport({ path: file, kind }).then(() => '', refused);
const imported = engine.until('import', ({ status }) => status !== 'running' && status !== 'idle');
await api.startImport({ path: file, kind });
const { report, error } = await imported;
outcome = error?.code ?? `${report?.rowsAdded ?? 0} rows imported, ${report?.badRowCount ?? 0} rejected`;
if (!error && kind === 'behaviours') {
  const ended = engine.until('run', ({ status }) => status === 'completed' || status === 'failed');
  await api.startRun(runRequestSchema.parse({ scope: { kind: 'remaining' } }));
  const run = await ended;
  outcome += `, ${run.successCount} users succeeded, ${run.failedCount} failed`;
  const [group] = run.runId === null ? [] : await api.runFailures(run.runId);
  if (group) outcome += ` (${group.error.code})`;
}
const table = { page: 1, pageSize: 200, search: '', status: 'all', sortOrder: 'desc' } as const;
const { rows, total } = await api.listUsers({ ...table, sortBy: 'behaviourCount' });
// The last page sorts the most.
await api.listUsers({ ...table, sortBy: 'lastTime', page: Math.max(1, Math.ceil(total / table.pageSize)) });
for (const { userId } of rows.slice(0, 1)) {
  await api.getUser(userId);
  await api.listBehaviours({ userId, offset: 0, limit: 2000 });
}
await api.exportEvents(`${workspace}.csv`);
const figures: MemoryFigures = { peakMb: peakMemoryMb(), outcome };
process.stdout.write(`${JSON.stringify(figures)}\n`);
await engine.dispose();
