import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/**
 * Runs the scripts that read the sources side by side, because none of them uses two cores, and prints what each has found.
 * Exit code 1 when one of them fails.
 */
const SCRIPTS = ['lint:code', 'lint:promises', 'lint:format', 'typecheck', 'build'];

async function run(script: string): Promise<boolean> {
  // One string and a shell: npm is a batch file on Windows.
  const child = spawn(`npm run --silent ${script}`, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  const [said, complained, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  process.stderr.write(said + complained + (code === 0 ? '' : `${script} failed (${String(code)})\n`));
  return code === 0;
}

const passed = await Promise.all(SCRIPTS.map((script) => run(script)));
process.exitCode = passed.every(Boolean) ? 0 : 1;
