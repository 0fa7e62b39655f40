import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { extractAll } from '@electron/asar';
import { COMMAND, MIME_TYPE, PRODUCT, PROJECT } from '../config.ts';
import { node24 } from '../../lib/node24.ts';
import { hasProgram, output, run } from './programs.ts';

const APP = `opt/${PRODUCT}`;
const DESKTOP_FILE = 'usr/share/applications/event-loom.desktop';

/** Installs a deb into a root of its own, its scripts included, as far as the rights of the user reach. */
export function installDeb(deb: string, root: string): void {
  mkdirSync(join(root, 'var/lib/dpkg/updates'), { recursive: true });
  mkdirSync(join(root, 'var/lib/dpkg/info'));
  writeFileSync(join(root, 'var/lib/dpkg/status'), '');
  dpkg(root, '--install', deb);
}

/** Removes the package again; resolves to what is left of it. */
export function removalProblems(root: string): string[] {
  dpkg(root, '--purge', COMMAND);
  const left = [`${APP}/${COMMAND}`, `usr/bin/${COMMAND}`, DESKTOP_FILE];
  return left.filter((path) => existsSync(join(root, path))).map((path) => `/${path} is left`);
}

function dpkg(root: string, ...args: string[]): void {
  const forced = ['not-root', 'depends', 'script-chrootless', 'bad-path'].map((thing) => `--force-${thing}`);
  const isRoot = process.getuid?.() === 0;
  const [program = 'dpkg', ...before] = isRoot ? ['dpkg'] : ['fakeroot', 'dpkg'];
  output(program, [...before, `--root=${root}`, `--log=${join(root, 'dpkg.log')}`, ...forced, ...args]);
}

/** Unpacks the archive where the stand-in for Electron looks for the application; gives its folder. */
export function unpackApp(root: string): string {
  const resources = join(root, APP, 'resources');
  const app = join(resources, 'app');
  extractAll(join(resources, 'app.asar'), app);
  return app;
}

/** What desktop, AppArmor and the scripts of the package are told. */
export function desktopProblems(root: string): string[] {
  const problems: string[] = [];
  const wants = (path: string, ...patterns: RegExp[]): void => {
    const text = readFileSync(join(root, path), 'utf8');
    const missing = patterns.filter((pattern) => !pattern.test(text));
    problems.push(...missing.map((pattern) => `/${path} does not say ${String(pattern)}`));
  };
  const mime = MIME_TYPE.replace('/', '\\/');
  wants(
    DESKTOP_FILE,
    /^Exec=\/opt\/EventLoom\/eventloom %U$/m,
    /^StartupWMClass=event-loom$/m,
    new RegExp(`^MimeType=.*${mime};.*x-scheme-handler\\/eventloom;`, 'm'),
    /^Name\[zh_CN\]=事织/m,
  );
  if (hasProgram('desktop-file-validate')) {
    const { stdout } = run('desktop-file-validate', [join(root, DESKTOP_FILE)]);
    problems.push(...stdout.split('\n').filter((line) => line !== ''));
  }
  wants('usr/share/mime/packages/eventloom.xml', new RegExp(`type="${mime}"`), /\*\.eventloom/);
  wants(
    `${APP}/resources/apparmor-profile`,
    /profile "eventloom" "\/opt\/EventLoom\/eventloom" flags=\(unconfined\)/,
    /^ {2}userns,$/m,
  );
  const mode = statSync(join(root, APP, 'chrome-sandbox')).mode & 0o7777;
  if (mode !== 0o755 && mode !== 0o4755) problems.push(`chrome-sandbox has the mode ${mode.toString(8)}`);
  const icon = 'usr/share/icons/hicolor/256x256/apps/eventloom.png';
  if (!existsSync(join(root, icon))) problems.push(`/${icon} is missing`);
  for (const script of ['postinst', 'postrm']) {
    const path = join(root, `var/lib/dpkg/info/${COMMAND}.${script}`);
    output('sh', ['-n', path]);
    if (/\$\{[a-zA-Z]+\}/.test(readFileSync(path, 'utf8')))
      problems.push(`${script} has a macro that was not filled`);
  }
  return problems;
}

/** Whether the installed command does what the command of the sources does, byte by byte. */
export function commandProblems(root: string, work: string): string[] {
  const command = join(root, 'usr/bin', COMMAND);
  const home = { EVENTLOOM_HOME: join(work, 'home'), LC_ALL: 'en_US.UTF-8' };
  const eventloom = (...args: string[]): string => output(command, args, home);
  const { version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { version: string };
  const problems: string[] = [];
  if (eventloom('--version').trim() !== version) problems.push('--version does not tell the version');
  if (!eventloom('--help').startsWith('Usage: eventloom <command>'))
    problems.push('--help tells another call');
  if (run(command, ['abstract'], home).code !== 2) problems.push('an unknown command does not end with 2');

  const log = join(work, 'log.csv');
  eventloom('generate', '--users', '30', '--seed', '5', '--out', log);
  const packaged = join(work, 'packaged.csv');
  eventloom('extract', log, '--workspace', join(work, 'packaged.eventloom'), '--out', packaged);
  const sources = join(work, 'sources.csv');
  const script = join(PROJECT, 'src/cli/extract.ts');
  output(node24(), [script, log, '--workspace', join(work, 'sources.eventloom'), '--out', sources], home);
  const events = readFileSync(packaged);
  if (!events.equals(readFileSync(sources)))
    problems.push('extract gives other events than from the sources');
  if (events.toString().split('\n').length < 30) problems.push('extract gives next to no events');
  return problems;
}

/** Whether an rpm installs the same files as the deb, and runs scripts. */
export function rpmProblems(rpm: string, deb: string): string[] {
  const inRpm = output('rpm', ['-qpl', rpm]).trim().split('\n').sort();
  const inDeb = debFiles(deb);
  const scripts = output('rpm', ['-qp', '--scripts', rpm]);
  return [
    ...inDeb.filter((file) => !inRpm.includes(file)).map((file) => `${file} is in the deb only`),
    ...inRpm.filter((file) => !inDeb.includes(file)).map((file) => `${file} is in the rpm only`),
    ...['postinstall', 'postuninstall'].filter((name) => !scripts.includes(`${name} scriptlet`)),
  ];
}

function debFiles(deb: string): string[] {
  const lines = output('dpkg-deb', ['--contents', deb]).trim().split('\n');
  return lines
    .filter((line) => !line.startsWith('d'))
    .map((line) => `/${(line.split(' ./')[1] ?? '').trim()}`);
}
