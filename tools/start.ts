/**
 * `npm start`. On a machine with a display it opens the application in Electron, whose binary it fetches when it is missing; where
 * that fails, it says why and how to help, and opens the application in the Chromium host. Without a display it does the product's
 * main job in the terminal: nothing is built or fetched for that.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { electronExecutable } from './lib/electron-binary.ts';
import { fetchElectron } from './lib/fetch-electron.ts';
import { findChromium } from './lib/find-chromium.ts';
import { node24 } from './lib/node24.ts';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const HOST = fileURLToPath(new URL('./chromium-host/main.ts', import.meta.url));
/** Where Electron's documentation explains mirrors. */
const MIRRORS_GUIDE = 'https://www.electronjs.org/docs/latest/tutorial/installation#mirror';

/** Both languages, always: before the application runs nobody has said which one is wanted. */
function say(chinese: string, english: string): void {
  process.stderr.write(`${chinese}\n${english}\n\n`);
}

function fail(chinese: string, english: string): never {
  say(chinese, english);
  process.exit(1);
}

function hasDisplay(): boolean {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return process.platform !== 'linux' || Boolean(DISPLAY) || Boolean(WAYLAND_DISPLAY);
}

/** Builds the application. Ends the process with the exit code of the build when that fails. */
function build(): void {
  const tool = dirname(createRequire(import.meta.url).resolve('electron-vite/package.json'));
  const args = [join(tool, 'bin', 'electron-vite.js'), 'build', '--logLevel', 'warn'];
  const { status, error } = spawnSync(node24(), args, { cwd: PROJECT, stdio: 'inherit' });
  if (error) fail(`无法构建：${error.message}`, `The build cannot be started: ${error.message}`);
  if (status !== 0) process.exit(status ?? 130);
}

/** Runs a program until it ends and ends with its exit code; Ctrl-C reaches both and this one waits. */
function become(program: string, args: string[], onSignal: (signal: string) => void): void {
  const child = spawn(program, args, { stdio: 'inherit', cwd: PROJECT });
  let asked = 0;
  const end = (signal: NodeJS.Signals): void => {
    asked += 1;
    // The first Ctrl-C reached every process of the terminal. A second one means: do not wait.
    if (asked > 1) child.kill('SIGKILL');
    else if (signal !== 'SIGINT') child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  child.once('error', (error) =>
    fail(`无法启动 ${program}：${error.message}`, `Cannot start ${program}: ${error.message}`),
  );
  child.once('exit', (code, signal) => {
    if (signal !== null && asked === 0) onSignal(signal);
    process.exit(code ?? (asked > 0 ? 130 : 1));
  });
}

async function makeSureOfElectron(): Promise<string | undefined> {
  const found = electronExecutable();
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (found !== undefined) return found;
  if (override) {
    fail(
      `ELECTRON_OVERRIDE_DIST_PATH 指向的文件夹里没有 Electron：${override}`,
      `There is no Electron in the folder of ELECTRON_OVERRIDE_DIST_PATH: ${override}`,
    );
  }
  say('首次启动，正在下载 Electron（约 110 MB）……', 'First start: downloading Electron (about 110 MB) ...');
  const why = await fetchElectron({
    patience: Number(process.env['EVENTLOOM_DOWNLOAD_PATIENCE'] ?? 60),
    onProgress: (seconds, megabytes) =>
      process.stderr.write(`  ${seconds} s, ${megabytes} MB ... (Ctrl-C 停止 / stops)\n`),
  });
  const fetched = electronExecutable();
  if (fetched !== undefined) return fetched;
  say(
    `Electron 下载失败：${why ?? '安装后仍找不到程序'}。\n如果访问不了 GitHub，请用镜像再试：ELECTRON_MIRROR=<镜像地址> npm start（说明：${MIRRORS_GUIDE}）\n或者把 ELECTRON_OVERRIDE_DIST_PATH 设为一个已解压的 Electron 文件夹。`,
    `Electron could not be downloaded: ${why ?? 'no program after the installation'}.\nIf GitHub is out of reach, try a mirror: ELECTRON_MIRROR=<its address> npm start (see ${MIRRORS_GUIDE})\nOr set ELECTRON_OVERRIDE_DIST_PATH to a folder with an unpacked Electron.`,
  );
  return undefined;
}

function startElectron(executable: string, args: string[]): void {
  const root = process.platform === 'linux' && process.getuid?.() === 0;
  if (root) {
    say(
      '正在以 root 运行：Electron 的沙箱已关闭（--no-sandbox）。建议用普通用户启动。',
      'Running as root: the sandbox of Electron is off (--no-sandbox). Better start it as an ordinary user.',
    );
  }
  become(executable, [...(root ? ['--no-sandbox'] : []), PROJECT, ...args], (signal) => {
    if (process.platform !== 'linux' || !['SIGTRAP', 'SIGABRT'].includes(signal)) return;
    say(
      'Electron 异常退出。如果上面提到 sandbox：此系统限制了用户命名空间。可执行 sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0 后再试。',
      'Electron aborted. If it speaks of a sandbox above, this system restricts user namespaces: try again after sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0.',
    );
  });
}

async function startHost(args: string[]): Promise<void> {
  const chromium = await findChromium().catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    return fail(`也找不到浏览器：${reason}`, `No browser either: ${reason}`);
  });
  if (!chromium?.canShow) {
    fail(
      '这里也没有可以打开窗口的 Chrome 或 Chromium。请安装一个（或用 EVENTLOOM_CHROMIUM 指定路径），或按上面的办法装好 Electron。\n不用窗口也可以：npm run --silent eventloom -- try',
      'There is no Chrome or Chromium here that can open a window either. Install one (or name it by EVENTLOOM_CHROMIUM), or get Electron as said above.\nWithout a window: npm run --silent eventloom -- try',
    );
  }
  say(
    `改用浏览器 ${chromium.path} 打开。没有托盘图标和系统通知：关闭窗口后任务继续运行，再次执行 npm start 可回到窗口，Ctrl-C 退出。`,
    `Opening in the browser ${chromium.path} instead. There is no tray icon and no notification: a closed window leaves its task running, npm start again brings the window back, Ctrl-C quits.`,
  );
  become(node24(), [HOST, PROJECT, ...args], () => undefined);
}

/** Import, run and summary in the terminal, on the file of the arguments or on sample data. */
async function startInTerminal(args: string[]): Promise<void> {
  say(
    '没有图形界面（DISPLAY 和 WAYLAND_DISPLAY 都未设置），在终端里运行。',
    'There is no display (neither DISPLAY nor WAYLAND_DISPLAY is set), so this runs in the terminal.',
  );
  const { runProgram } = await import('../src/cli/program.ts');
  const { FROM_SOURCES } = await import('../src/cli/from-sources.ts');
  process.exitCode = await runProgram(['try', ...args], FROM_SOURCES);
}

async function startWindow(args: string[], withBuild: boolean): Promise<void> {
  if (withBuild) build();
  if (!existsSync(join(PROJECT, 'out', 'main', 'start.js'))) {
    fail('还没有构建：请先执行 npm run build。', 'Nothing has been built yet: npm run build first.');
  }
  const file = args.find((arg) => !arg.startsWith('-'));
  if (file !== undefined) {
    say(
      `窗口不会自动导入 ${file}：请把它拖进窗口。要在终端里处理：npm run --silent eventloom -- try ${file}`,
      `The window does not import ${file} by itself: drag it into the window. In the terminal: npm run --silent eventloom -- try ${file}`,
    );
  }
  process.once('SIGINT', () => process.exit(130));
  const electron = await makeSureOfElectron();
  process.removeAllListeners('SIGINT');
  if (electron !== undefined) startElectron(electron, args);
  else await startHost(args);
}

const [first, ...others] = process.argv.slice(2);
/** The application is built first: what `npm start` asks for. */
const withBuild = first === '--build';
const args = withBuild ? others : process.argv.slice(2);
if (hasDisplay()) await startWindow(args, withBuild);
else await startInTerminal(args);
