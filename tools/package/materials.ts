/**
 * `node tools/package/materials.ts sbom` prints the bill of materials of what ships; `… audit` asks the registry for known holes
 * in it, prints those of high or critical degree, and fails when there are any or the registry does not answer.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './config.ts';
import { shippedHoles, withElectron } from './shipped.ts';

const MOST_BYTES = 64 * 1024 * 1024;
const lock: unknown = JSON.parse(readFileSync(join(PROJECT, 'package-lock.json'), 'utf8'));

/** What npm prints as JSON, whatever its exit code: that of an audit says that there is something to report. */
function npm(...args: string[]): unknown {
  // npm is a script on Windows. No argument comes from outside.
  const shell = process.platform === 'win32';
  const { stdout, stderr } = spawnSync('npm', args, {
    cwd: PROJECT,
    encoding: 'utf8',
    maxBuffer: MOST_BYTES,
    shell,
  });
  try {
    return JSON.parse(stdout) as unknown;
  } catch {
    return fail(`npm ${args.join(' ')} printed no JSON: ${stderr}`);
  }
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

const [what] = process.argv.slice(2);
if (what === 'sbom') {
  const bill = npm('sbom', '--package-lock-only', '--sbom-format', 'cyclonedx', '--omit', 'dev');
  console.log(JSON.stringify(withElectron(bill, lock), null, 2));
} else if (what === 'audit') {
  const report = npm('audit', '--json');
  if (typeof report !== 'object' || report === null || !('vulnerabilities' in report))
    fail(`The registry was not asked for known holes: ${JSON.stringify(report)}`);
  const holes = shippedHoles(report, lock);
  if (holes.length > 0) fail(`Known holes in what ships:\n${holes.join('\n')}`);
  console.log('No known holes of high or critical degree in what ships, Electron included.');
} else fail('usage: node tools/package/materials.ts sbom|audit');
