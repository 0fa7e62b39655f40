import { DEFAULT_API_PORT } from '../../shared/local-api-limits.ts';
import type { CliCommand } from '../command.ts';
import { MODEL_OPTIONS } from '../model-arguments.ts';
import { onInterrupt } from '../on-interrupt.ts';
import { Output } from '../output.ts';
import { parseServeArguments } from '../serve-arguments.ts';

/** Of one run only, while a server has many. */
const NOT_FOR_SERVERS = /^--fresh\b/;

export const serveCommand: CliCommand = {
  name: 'serve',
  call: 'npm run --silent serve --',
  usage: { 'zh-CN': '--workspace <工作区.db> [选项]', en: '--workspace <workspace.db> [options]' },
  summary: {
    'zh-CN': '不开窗口运行引擎，并在本机提供接口（HTTP）',
    en: 'Run the engine without a window, with an HTTP API for this machine',
  },
  example: {
    'zh-CN': `例：npm run --silent serve -- --workspace workspace.db

只监听 127.0.0.1；每个请求都要带令牌（Authorization: Bearer …）。接口见 docs/api.md。
中断过的任务会自动继续；Ctrl-C 结束，任务留待下次继续。`,
    en: `Example: npm run --silent serve -- --workspace workspace.db

It listens on 127.0.0.1 only, and every request needs the token (Authorization: Bearer …): docs/api.md.
A run that was interrupted goes on by itself. Ctrl-C ends it; a run is then found again.`,
  },
  arguments: [],
  groups: [
    {
      title: { 'zh-CN': '选项：', en: 'Options:' },
      options: [
        { flags: '--workspace <file>', text: { 'zh-CN': '工作区文件', en: 'the workspace file' } },
        {
          flags: '--port <n>',
          text: {
            'zh-CN': `端口（默认 ${DEFAULT_API_PORT}）；0 表示任意空闲端口`,
            en: `the port (${DEFAULT_API_PORT} by default); 0 for any free one`,
          },
        },
        {
          flags: '--token-file <file>',
          text: {
            'zh-CN': '令牌文件；没有时新建，只有你能读取。令牌从不打印',
            en: 'the file of the token; made when it is missing, for you only. The token is never printed',
          },
        },
        {
          flags: '--new-token',
          text: { 'zh-CN': '换一个新令牌，旧的作废', en: 'make a new token; the old one is void' },
        },
        {
          flags: '--origin <origins>',
          text: {
            'zh-CN': '允许带这些 Origin 的请求，逗号分隔，例如 chrome-extension://…；省略时一律拒绝',
            en: 'let in requests with these origins, separated by commas, e.g. chrome-extension://…; none by default',
          },
        },
        {
          flags: '--rules <name|file>',
          text: {
            'zh-CN': '规则：general（默认）、auto、shop，或自己的规则文件',
            en: 'general (default), auto, shop, or a rules file of your own',
          },
        },
      ],
    },
    {
      ...MODEL_OPTIONS,
      options: MODEL_OPTIONS.options.filter(({ flags }) => !NOT_FOR_SERVERS.test(flags)),
    },
  ],
  notes: {
    'zh-CN':
      '抽象器与上限用于没有指定它们的任务。\n退出码：0 已按要求结束，2 用法、工作区、令牌文件或端口有误，4 工作区在使用中损坏',
    en: 'Extractor and caps apply to runs that name none.\nExit codes: 0 ended as asked, 2 wrong usage, workspace, token file or port, 4 the workspace was damaged while in use',
  },
  run: async (call) => {
    const args = parseServeArguments(call);
    // No other command waits for an HTTP server to be loaded.
    const { ServeCommand } = await import('../serve-command.ts');
    const command = new ServeCommand(args, call, new Output(call.locale));
    onInterrupt(() => command.interrupt());
    return command.run();
  },
};
