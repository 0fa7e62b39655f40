import { extname, resolve } from 'node:path';
import { TypeFinder } from '../../core/abstraction/codebook.ts';
import type { EngineApi, EngineListener } from '../../core/engine/engine-api.ts';
import { createEngine } from '../../core/engine/engine.ts';
import { AppError, toErrorInfo } from '../../core/errors.ts';
import { readQuestion } from '../../core/insight/question-file.ts';
import { csvOf, tableNamed } from '../../core/insight/write-table.ts';
import { INSIGHT_FORMATS, insightFormatOf, isTableFormat } from '../../shared/insight-formats.ts';
import type { InsightFormat } from '../../shared/insight-formats.ts';
import { rowOf } from '../../shared/insight-table.ts';
import type { InsightTable } from '../../shared/insight-table.ts';
import { tablesOf } from '../../shared/insight-tables.ts';
import type { InsightProgress, Question } from '../../shared/insight.ts';
import type { Locale } from '../../shared/settings.ts';
import { rulesOf } from '../arguments.ts';
import { understand, wordsOf } from '../ask-words.ts';
import { chooseModel } from '../choose-model.ts';
import { stringOption } from '../command.ts';
import type { CliCall, CliCommand } from '../command.ts';
import { engineOptions } from '../engine-options.ts';
import { errorText } from '../error-text.ts';
import { ExitCode } from '../exit-code.ts';
import { MODEL_OPTIONS } from '../model-arguments.ts';
import { onInterrupt } from '../on-interrupt.ts';
import { openWorkspace, tellingLocks } from '../open-workspace.ts';
import { Output } from '../output.ts';
import { text } from '../texts.ts';
import { UsageError } from '../usage-error.ts';

/** What a question in words has no use for: it always asks a model, by a prompt of its own. */
const NOT_FOR_WORDS = /^--(extractor|prompt|fresh|concurrency|estimate|test-connection)( |$)/;

/** User ids that are asked for at a time. */
const USERS_AT_A_TIME = 10_000;

export const insightCommand: CliCommand = {
  name: 'insight',
  call: 'npm run --silent insight --',
  usage: {
    'zh-CN': '[问题.yaml] --workspace <工作区.eventloom> [选项]',
    en: '[question.yaml] --workspace <workspace.eventloom> [options]',
  },
  summary: {
    'zh-CN': '回答关于事件的问题：漏斗、路径、流程图、变体、频繁序列、前后、画像、事理图谱',
    en: 'Answer a question about the events: funnel, paths, graph, variants, sequences, around, profile, evolution',
  },
  example: {
    'zh-CN': `例：npm run --silent insight -- --workspace workspace.eventloom funnel.yaml --out funnel.svg

    analysis: funnel
    steps: [了解, 到店, 购买]
    window: 30d`,
    en: `Example: npm run --silent insight -- --workspace workspace.eventloom funnel.yaml --out funnel.svg

    analysis: funnel
    steps: [了解, 到店, 购买]
    window: 30d`,
  },
  arguments: [
    {
      name: 'question.yaml',
      text: { 'zh-CN': '问题文件（写法见 docs/insight.md）', en: 'the question (docs/insight.md)' },
    },
  ],
  groups: [
    {
      title: { 'zh-CN': '选项：', en: 'Options:' },
      options: [
        { flags: '--workspace <file>', text: { 'zh-CN': '工作区文件', en: 'the workspace file' } },
        {
          flags: '--question <name>',
          text: {
            'zh-CN': '回答工作区里已存的这个问题，不用问题文件',
            en: 'answer this saved question of the workspace instead of a file',
          },
        },
        {
          flags: '--ask <words>',
          text: {
            'zh-CN': '用文字提问：由模型选出分析和设置，数字由本程序计算；答案之外，解释写到标准错误',
            en: 'ask in words: a model chooses the analysis and its settings, the figures are computed here; an explanation goes to standard error',
          },
        },
        {
          flags: '--list',
          text: {
            'zh-CN': '列出工作区里已存的问题和筛选',
            en: 'list the questions and selections that are saved in the workspace',
          },
        },
        {
          flags: '--report',
          text: {
            'zh-CN': '用现在的数据重新计算工作区的报告，写入 --out 的 .html 或 .xlsx 文件',
            en: 'compute the report of the workspace anew and write it to --out, a .html or .xlsx file',
          },
        },
        {
          flags: '--out <file>',
          text: {
            'zh-CN':
              '写入文件：.csv、.xlsx 为表，.svg、.png 为图，.dot、.graphml、.json 为流程图或事理图谱；省略时打印表',
            en: 'write to a file: a table (.csv, .xlsx), a picture (.svg, .png), or a graph of analysis graph or evolution (.dot, .graphml, .json); without it, the table is printed',
          },
        },
        {
          flags: '--users <row>',
          text: {
            'zh-CN': '打印某一行背后的用户：行号，或前几列的文字（“了解 > 到店”）',
            en: 'print the users behind a row: its number, or the text of its first columns (“了解 > 到店”)',
          },
        },
        {
          flags: '--table <name>',
          text: {
            'zh-CN':
              '打印或写入结果的另一张表，如 times、dropped、ways（见 docs/insight.md）；省略时为第一张',
            en: 'print or write another table of the answer, such as times, dropped or ways (docs/insight.md); the first one by default',
          },
        },
        {
          flags: '--other',
          text: {
            'zh-CN': '与 --users 一起：打印比较对象一边的用户（画像：其他用户）',
            en: 'with --users: print the users of the other side of a comparison (of a profile: the others)',
          },
        },
        {
          flags: '--rules <name|file>',
          text: {
            'zh-CN': 'general（默认）、auto、shop 或自己的规则文件：类型的名称由它们而来',
            en: 'general (default), auto, shop, or a rules file of your own: names of types come from them',
          },
        },
      ],
    },
    {
      ...MODEL_OPTIONS,
      options: MODEL_OPTIONS.options.filter(({ flags }) => !NOT_FOR_WORDS.test(flags)),
    },
  ],
  notes: {
    'zh-CN': '退出码：0 完成，2 用法、问题或工作区有误，5 已达上限，130 被中断',
    en: 'Exit codes: 0 done, 2 wrong usage, question or workspace, 5 cap reached, 130 interrupted',
  },
  run: insight,
};

async function insight(call: CliCall): Promise<number> {
  const { locale, directory } = call;
  const [file, ...more] = call.args;
  const name = stringOption(call, 'question');
  const ask = stringOption(call, 'ask');
  const words = ask === null ? null : wordsOf(call, ask);
  const isList = call.values['list'] === true;
  const isReport = call.values['report'] === true;
  if (more.length > 0) throw new UsageError(text(locale, 'tooMany', { extra: more.join(' ') }));
  const asked = [file !== undefined && file !== '', name !== null, words !== null, isList, isReport].filter(
    Boolean,
  ).length;
  if (asked === 0) throw new UsageError(text(locale, 'missingQuestion'));
  if (asked > 1) throw new UsageError(text(locale, 'oneQuestion'));
  const workspace = stringOption(call, 'workspace');
  if (workspace === null) throw new UsageError(text(locale, 'missingWorkspaceOption'));
  const [out, row, rules] = [
    stringOption(call, 'out'),
    stringOption(call, 'users'),
    stringOption(call, 'rules'),
  ];
  const wanted = stringOption(call, 'table') ?? undefined;
  const reportFormat = isReport ? reportFormatOf(out ?? '') : null;
  if (isReport && reportFormat === null) throw new UsageError(text(locale, 'reportOut'));
  const output = new Output(locale);
  const onProgress: EngineListener = (event, payload) => {
    if (event === 'insight') output.insightProgress(payload as InsightProgress | null);
  };
  const engine = createEngine(engineOptions(call), tellingLocks(output, onProgress));
  let interrupted = false;
  onInterrupt(() => {
    interrupted = true;
    void Promise.allSettled([engine.cancelInsight(), engine.cancelExplanation()]);
  });
  try {
    const format = out === null || isReport ? null : formatOf(out);
    const read = file === undefined || file === '' ? null : readQuestion(resolve(directory, file));
    if (rules !== null) {
      const { error } = await engine.useRules(rulesOf(rules, (name) => resolve(directory, name)));
      if (error) throw new AppError(error.code, error.params);
    }
    const rememberAddress = words === null ? null : await chooseModel(call, engine, output);
    const opening = { path: resolve(directory, workspace), create: false, resumePolicy: 'leave' } as const;
    await openWorkspace(engine, opening, output);
    rememberAddress?.();
    if (isList) {
      await printSaved(engine, locale);
      return ExitCode.ok;
    }
    if (reportFormat !== null && out !== null) {
      const path = resolve(directory, out);
      await engine.computeReport();
      await engine.writeReport(path, { format: reportFormat, locale });
      output.result(text(locale, 'pictureWritten', { path }));
      return ExitCode.ok;
    }
    const understood = words === null ? null : await understand(engine, call, words, output);
    if (words !== null && understood === null) return ExitCode.usage;
    const question = understood?.question ?? read ?? (await engine.savedQuestion(name ?? ''));
    const table = await answer(engine, question, wanted);
    if (row !== null) await printUsers(engine, question, table, row, call.values['other'] === true);
    else if (out === null || format === null) process.stdout.write(csvOf(table, ''));
    else {
      const path = resolve(directory, out);
      const as = {
        format,
        locale,
        theme: 'light',
        ...(wanted === undefined ? {} : { table: wanted }),
      } as const;
      const { rows, lacksChineseFont } = await engine.writeInsight(path, question, as);
      if (lacksChineseFont) output.note(text(locale, 'noChineseFont'));
      output.result(
        isTableFormat(as.format)
          ? text(locale, 'tableWritten', { rows, path })
          : text(locale, 'pictureWritten', { path }),
      );
    }
    await understood?.explain();
    return ExitCode.ok;
  } catch (error) {
    if (interrupted) return ExitCode.interrupted;
    if (error instanceof UsageError) throw error;
    const info = toErrorInfo(error);
    output.note(errorText(locale, info));
    return info.code === 'run.budget_reached' ? ExitCode.budgetReached : ExitCode.usage;
  } finally {
    await engine.closeWorkspace();
  }
}

/** Prints what is saved in the workspace: of each question its analysis and the day of its figures. */
async function printSaved(engine: EngineApi, locale: Locale): Promise<void> {
  const { questions, selections } = await engine.savedInsights();
  const lines = [
    text(locale, 'savedQuestions', { n: questions.length }),
    ...questions.map(({ name, question, computedAt }) =>
      [`  ${name}`, question.analysis, computedAt === null ? '—' : new Date(computedAt).toISOString()].join(
        '\t',
      ),
    ),
    text(locale, 'savedSelections', { n: selections.length }),
    ...selections.map(({ name }) => `  ${name}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

const reportFormatOf = (name: string): 'html' | 'xlsx' | null => {
  const ending = extname(name).toLowerCase();
  if (ending === '.xlsx') return 'xlsx';
  return ending === '.html' || ending === '.htm' ? 'html' : null;
};

/** The format that a file's name asks for. Throws insight.unknown_format. */
function formatOf(name: string): InsightFormat {
  const format = insightFormatOf(name);
  if (format !== null) return format;
  throw new AppError('insight.unknown_format', {
    name: extname(name),
    known: INSIGHT_FORMATS.map((each) => `.${each}`).join(', '),
  });
}

/** The answer as a table, the first one or that of a name, with the names of types in the language of the codebook. */
async function answer(engine: EngineApi, question: Question, wanted?: string): Promise<InsightTable> {
  const result = await engine.askInsight(question);
  const { codebook } = await engine.codebook();
  const finder = new TypeFinder(codebook);
  return tableNamed(
    tablesOf(result, question, (type) => finder.nameOf(type)),
    wanted,
  ).table;
}

async function printUsers(
  engine: EngineApi,
  question: Question,
  table: InsightTable,
  wanted: string,
  isOther: boolean,
): Promise<void> {
  const key = (isOther ? (table.otherKeys ?? []) : table.keys)[rowOf(table, wanted)];
  if (key === undefined) throw new AppError('insight.unknown_row', { name: wanted });
  for (let offset = 0; ; offset += USERS_AT_A_TIME) {
    const { userIds } = await engine.insightUsers({ question, key, offset, limit: USERS_AT_A_TIME });
    if (userIds.length === 0) return;
    process.stdout.write(`${userIds.join('\n')}\n`);
  }
}
