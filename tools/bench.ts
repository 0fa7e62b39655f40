import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { benchModel, MODEL_PARTS } from './bench/llm/bench.ts';
import type { ModelPart } from './bench/llm/bench.ts';
import { benchFormats } from './bench/formats.ts';
import { benchInsight } from './bench/insight.ts';
import { benchKills } from './bench/kills.ts';
import { benchMemory } from './bench/memory.ts';
import { Report } from './bench/report.ts';
import { benchRules } from './bench/rules.ts';
import { benchSoak } from './bench/soak.ts';
import { benchStart } from './bench/start.ts';

const USAGE = `What the application promises of speed, memory, survival and money, measured side by side in one run.

  npm run bench -- [options]

  --only WHAT       rules, insight, formats, kills, memory, llm, soak, start, or parts of llm by name, with commas:
                    ${Object.keys(MODEL_PARTS).join(', ')}
  --log FILE        a log of one's own instead of the generated ones
  --rounds N        repetitions, each with another seed, of what hangs on chance or on the machine (default 3)
  --kills N         imports with a run of the rules and an export that are killed (default 100)
  --rescue-kills N  kills of rescues (default 100)
  --model-kills N   kills of runs with a model (default 50)
  --fault-users N   users under the fault mix F (default 10000)
  --users N         users at full speed (default 100000)
  --insight-events N  events that are asked about (default 1000000)
  --format-rows N   rows of a log that is imported in each format (default 2756101, as many as Retailrocket has; of XLSX 1000000 at the most)
  --format-events N  events that are exported in each format (default 1000000)
  --runs N          runs of the soak, with windows that open, close, reload and crash (default 200)

soak and start drive windows and are left out unless they are named.

Prints a line for each figure on stderr (✓ met, ✗ missed, · told only) and one JSON object on stdout.
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'rules,insight,formats,kills,memory,llm' },
    log: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    kills: { type: 'string', default: '100' },
    'rescue-kills': { type: 'string', default: '100' },
    'model-kills': { type: 'string', default: '50' },
    'fault-users': { type: 'string', default: '10000' },
    users: { type: 'string', default: '100000' },
    'insight-events': { type: 'string', default: '1000000' },
    'format-rows': { type: 'string', default: '2756101' },
    'format-events': { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '200' },
    help: { type: 'boolean', short: 'h' },
  },
});

const only = values.only.split(',');
const isPart = (name: string): name is ModelPart => name in MODEL_PARTS;
const PARTS = ['rules', 'insight', 'formats', 'kills', 'memory', 'llm', 'soak', 'start'];
const unknown = only.filter((name) => !PARTS.includes(name) && !isPart(name));
if (values.help || unknown.length > 0) {
  process.stderr.write(unknown.length > 0 ? `Unknown: ${unknown.join(', ')}\n\n${USAGE}` : USAGE);
  process.exit(unknown.length > 0 ? 2 : 0);
}

const folder = mkdtempSync(join(tmpdir(), 'eventloom-bench-'));
const log = values.log ? resolve(process.env['INIT_CWD'] ?? '.', values.log) : null;
const rounds = Number(values.rounds);
const report = new Report();

try {
  const [load = 0] = loadavg();
  process.stderr.write(
    `${cpus().length} × ${cpus()[0]?.model ?? '?'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}, load ${load.toFixed(1)} before\n`,
  );
  if (only.includes('rules')) await benchRules(report, { log, folder, rounds });
  if (only.includes('insight'))
    await benchInsight(report, { folder, rounds, events: Number(values['insight-events']) });
  if (only.includes('formats'))
    await benchFormats(report, {
      folder,
      rows: Number(values['format-rows']),
      events: Number(values['format-events']),
    });
  if (only.includes('kills'))
    await benchKills(report, {
      folder,
      runs: Number(values.kills),
      rescueKills: Number(values['rescue-kills']),
    });
  if (only.includes('memory')) await benchMemory(report, { folder });
  if (only.includes('soak')) await benchSoak(report, Number(values.runs));
  if (only.includes('start')) await benchStart(report, rounds);
  const parts = only.includes('llm') ? (Object.keys(MODEL_PARTS) as ModelPart[]) : only.filter(isPart);
  await benchModel(report, {
    ...{ log, folder, rounds, parts },
    kills: Number(values['model-kills']),
    faultUsers: Number(values['fault-users']),
    users: Number(values.users),
  });
  const figures = JSON.stringify({ node: process.version, cpus: cpus().length, rows: report.rows });
  // The browser of the windows would keep this process alive; it ends with it.
  process.stdout.write(`${figures}\n`, () => process.exit(report.allMet ? 0 : 1));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
