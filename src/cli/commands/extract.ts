import { encodingSchema } from '../../shared/import.ts';
import { parseArguments } from '../arguments.ts';
import { onlyArgument } from '../command.ts';
import type { CliCommand } from '../command.ts';
import { engineOptions } from '../engine-options.ts';
import { ExtractCommand } from '../extract-command.ts';
import { MODEL_OPTIONS } from '../model-arguments.ts';
import { onInterrupt } from '../on-interrupt.ts';
import { Output } from '../output.ts';

export const extractCommand: CliCommand = {
  name: 'extract',
  call: 'npm run --silent extract --',
  usage: { 'zh-CN': '<行为日志.csv> [选项]', en: '<behaviors.csv> [options]' },
  summary: {
    'zh-CN': '导入行为日志，把每个用户的行为抽象为事件，可导出',
    en: 'Import a behaviour log, turn each user’s behaviours into events, and export them',
  },
  example: {
    'zh-CN': `例：npm run --silent extract -- behaviors.csv --out events.csv

同一命令再次运行：中断的从原处继续，已完成的不重做。`,
    en: `Example: npm run --silent extract -- behaviors.csv --out events.csv

The same command again goes on with what was interrupted, and does nothing twice.`,
  },
  arguments: [{ name: 'behaviors.csv', text: { 'zh-CN': '行为日志（CSV）', en: 'the behaviour log (CSV)' } }],
  groups: [
    {
      title: { 'zh-CN': '选项：', en: 'Options:' },
      options: [
        {
          flags: '--out <file>',
          text: {
            'zh-CN': '把事件写入文件：.csv（Excel 可打开）或 .jsonl',
            en: 'write the events to a file: .csv (opens in Excel) or .jsonl',
          },
        },
        {
          flags: '--stages',
          text: {
            'zh-CN': '输出文件中加一列 stage：事件所在的阶段（两次转化之间）的序号',
            en: 'add a column to that file: the number of the stage (what lies between two conversions) of each event',
          },
        },
        { flags: '--profiles <file>', text: { 'zh-CN': '用户画像 CSV', en: 'CSV of user profiles' } },
        {
          flags: '--workspace <file>',
          text: {
            'zh-CN': '工作区文件；省略时由输入文件决定，同一命令得到同一个',
            en: 'workspace file; follows from the input file when left out, so that the same command finds the same one',
          },
        },
        {
          flags: '--rules <name|file>',
          text: {
            'zh-CN':
              '规则：general 通用（默认）、auto 汽车、shop 电商，或自己的规则文件（写法见 docs/rules.md）',
            en: 'general (default), auto, shop, or a rules file of your own (docs/rules.md)',
          },
        },
        {
          flags: '--detail <name>',
          text: {
            'zh-CN': '粒度：fine 细、standard 标准（默认）、brief 概括',
            en: 'how much joins into one event: fine, standard (default) or brief',
          },
        },
        { flags: '--users <ids>', text: { 'zh-CN': '只处理这些用户：a,b', en: 'only these users: a,b' } },
        {
          flags: '--retry-failed',
          text: { 'zh-CN': '只重试失败的用户', en: 'only the users that failed' },
        },
        {
          flags: '--redo',
          text: {
            'zh-CN': '全部重做：已有的事件逐个用户地被替换',
            en: 'all users again: their events are replaced user by user',
          },
        },
        {
          flags: '--zone, --time-zone <zone>',
          text: {
            'zh-CN': '带时区的时间与时间戳按此时区显示，例如 Asia/Shanghai',
            en: 'show zoned times and time stamps in this zone, e.g. Asia/Shanghai',
          },
        },
        {
          flags: '--map <roles>',
          text: {
            'zh-CN':
              '列的含义：user=列名,time=列名,action=列名…（user、anonymous、time、clock、text、action、item、app、media、poi、duration、theme）；没有写到的列保留为附加列',
            en: 'what the columns mean: user=NAME,time=NAME,action=NAME … (user, anonymous, time, clock, text, action, item, app, media, poi, duration, theme); all others are kept as extra columns',
          },
        },
        {
          flags: '--action <name>',
          text: {
            'zh-CN': '文件没有动作列也没有文本时，每一行记为这个动作',
            en: 'what was done in each row, for a file without actions and texts',
          },
        },
        {
          flags: '--sheet <name>',
          text: {
            'zh-CN': '工作表（Excel 文件）；省略时取列合适的那一个，有几个时会要求指定',
            en: 'the sheet of a workbook; the one whose columns fit when left out, asked for where several do',
          },
        },
        {
          flags: '--table <name>',
          text: { 'zh-CN': '数据表（SQLite 文件）；省略时同上', en: 'the table of a SQLite file; the same' },
        },
        {
          flags: '--encoding <name>',
          text: {
            'zh-CN': `文件编码；省略时自动识别：${encodingSchema.options.join('、')}`,
            en: `encoding of the file; recognised when left out: ${encodingSchema.options.join(', ')}`,
          },
        },
        {
          flags: '--delimiter <char>',
          text: {
            'zh-CN': '分隔符：, ; | :: ， tab 或 \\x01；省略时自动识别',
            en: 'delimiter: , ; | :: ， tab or \\x01; recognised when left out',
          },
        },
        {
          flags: '--header',
          text: {
            'zh-CN': '文件有表头；省略时按数据判断',
            en: 'the file has a header; told from the values when left out',
          },
        },
        {
          flags: '--no-header',
          text: {
            'zh-CN': '文件没有表头，列名为 #1、#2……',
            en: 'the file has none: the columns are called #1, #2 …',
          },
        },
        {
          flags: '--date-order <order>',
          text: {
            'zh-CN': '03/02/2026 这样的日期：day-first、month-first 或 year-first',
            en: 'of dates such as 03/02/2026: day-first, month-first or year-first',
          },
        },
        {
          flags: '--duration-unit <unit>',
          text: {
            'zh-CN': '时长的单位：s、ms、us、ns、min、h 或 d',
            en: 'unit of the durations: s, ms, us, ns, min, h or d',
          },
        },
        {
          flags: '--accept-rejects',
          text: {
            'zh-CN': '即使一半以上的行不能导入，也导入其余的行',
            en: 'import the other rows even where more than half cannot be imported',
          },
        },
        {
          flags: '--bad-rows <file>',
          text: {
            'zh-CN': '把被拒绝的行存为 CSV，附原因',
            en: 'save the rejected rows as CSV, with reasons',
          },
        },
        {
          flags: '--json',
          text: {
            'zh-CN':
              '在标准输出上每行输出一个 JSON 进度快照；\n最后一行统计工作区的全部用户，与退出码一致\n（有 --users 时只统计这些用户）',
            en: 'print one JSON snapshot per line on standard output; the last one counts all users of the workspace (with --users: those), as the exit code does',
          },
        },
      ],
    },
    {
      title: {
        'zh-CN': '画像文件的读法（与行为日志的同名选项相同）：',
        en: 'How the file of profiles is read (as the options of the log without profiles-):',
      },
      options: [
        {
          flags: '--profiles-map <roles>',
          text: {
            'zh-CN': '哪一列是用户：user=列名；其余各列都是画像的字段',
            en: 'which column is the user: user=NAME; all others are fields of the profiles',
          },
        },
        { flags: '--profiles-sheet <name>', text: { 'zh-CN': '工作表', en: 'the sheet' } },
        { flags: '--profiles-table <name>', text: { 'zh-CN': '数据表', en: 'the table' } },
        { flags: '--profiles-encoding <name>', text: { 'zh-CN': '编码', en: 'the encoding' } },
        { flags: '--profiles-delimiter <char>', text: { 'zh-CN': '分隔符', en: 'the delimiter' } },
        { flags: '--profiles-header', text: { 'zh-CN': '有表头', en: 'it has a header' } },
        { flags: '--profiles-no-header', text: { 'zh-CN': '没有表头', en: 'it has none' } },
      ],
    },
    MODEL_OPTIONS,
  ],
  notes: {
    'zh-CN':
      '退出码：0 全部成功，3 仍有用户失败或尚未抽象，4 运行失败但可继续，5 已达预算上限，\n        2 用法、输入或工作区有误，130 被中断',
    en: `Exit codes: 0 all succeeded, 3 some users failed or are still to be abstracted,
            4 the run failed but can be resumed, 5 spending cap reached,
            2 wrong usage, unreadable input or unusable workspace, 130 interrupted`,
  },
  run: (call) => {
    const { locale, environment } = call;
    const args = parseArguments(onlyArgument(call, 'missingInput'), call.values, call.directory, locale);
    const command = new ExtractCommand(args, new Output(locale, { json: args.json }), {
      engine: engineOptions(call),
      // A key comes from the environment only: every process can read a command line.
      apiKey: environment['EVENTLOOM_API_KEY']?.trim() || null,
    });
    onInterrupt(() => command.interrupt());
    return command.run();
  },
};
