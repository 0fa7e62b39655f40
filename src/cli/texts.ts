import { fillText } from '../core/i18n.ts';
import type { Locale } from '../shared/settings.ts';

const texts = {
  usage: {
    'zh-CN': `用法：npm run --silent extract -- <行为日志.csv> [选项]

  --profiles FILE     用户画像 CSV
  --workspace FILE    工作区文件；省略时按输入文件自动选定，同一命令再次运行会继续
  --out FILE          事件输出：.csv（Excel 可读）或 .jsonl
  --extractor rules   抽象器（目前为内置规则）
  --rules FILE        自己的规则文件
  --users a,b         只处理这些用户
  --retry-failed      只重试失败的用户
  --bad-rows FILE     把所有被拒绝的行存为 CSV
  --time-zone ZONE    带时区的时间与时间戳按此时区显示，例如 Asia/Shanghai
  --json              在标准输出上每行输出一个 JSON 进度快照
  --help              显示本说明

退出码：0 全部成功，3 完成但有失败用户，4 运行失败但可继续，2 用法、输入或工作区有误，130 被中断`,
    en: `Usage: npm run --silent extract -- <behaviors.csv> [options]

  --profiles FILE     CSV of user profiles
  --workspace FILE    workspace file; when left out it follows from the input, so that the same command resumes
  --out FILE          events as .csv (Excel reads it) or .jsonl
  --extractor rules   the extractor (the built-in rules)
  --rules FILE        a rules file of your own
  --users a,b         only these users
  --retry-failed      only users that failed
  --bad-rows FILE     save every rejected row as CSV
  --time-zone ZONE    show zoned times and time stamps in this zone, e.g. Asia/Shanghai
  --json              one JSON snapshot per line on standard output
  --help              this text

Exit codes: 0 all succeeded, 3 finished with failed users, 4 run failed but can be resumed,
2 wrong usage, unreadable input or unusable workspace, 130 interrupted`,
  },
  usageProblem: { 'zh-CN': '用法有误：{detail}', en: 'Wrong usage: {detail}' },
  unknownOption: { 'zh-CN': '没有选项 {name}', en: 'there is no option {name}' },
  missingInput: { 'zh-CN': '缺少输入文件', en: 'the input file is missing' },
  tooManyInputs: {
    'zh-CN': '只能有一个输入文件，多出：{extra}',
    en: 'only one input file is possible, not also {extra}',
  },
  unknownExtractor: {
    'zh-CN': '没有名为 {name} 的抽象器，可用：rules',
    en: 'there is no extractor {name}; available: rules',
  },
  usersAndRetry: {
    'zh-CN': '--users 与 --retry-failed 不能同时使用',
    en: '--users and --retry-failed exclude each other',
  },
  emptyUsers: { 'zh-CN': '--users 后面要有用户 ID', en: '--users needs at least one user id' },
  workspace: { 'zh-CN': '工作区：{path}', en: 'Workspace: {path}' },
  imported: {
    'zh-CN': '已导入 {file}：新增 {added} 行，已有 {known} 行，拒绝 {bad} 行',
    en: 'Imported {file}: {added} rows added, {known} known already, {bad} rejected',
  },
  sameFile: { 'zh-CN': '{file} 已导入过，内容未变', en: '{file} was imported before and has not changed' },
  badRow: { 'zh-CN': '  第 {line} 行：{reason}', en: '  line {line}: {reason}' },
  moreBadRows: {
    'zh-CN': '  … 共 {count} 行被拒绝；用 --bad-rows FILE 保存全部',
    en: '  … {count} rows rejected in all; --bad-rows FILE saves every one',
  },
  badRowsSaved: {
    'zh-CN': '{count} 行被拒绝的数据已存到 {path}',
    en: '{count} rejected rows saved to {path}',
  },
  reading: {
    'zh-CN': '导入 {file} {bar} {percent} %  {rows} 行',
    en: 'Importing {file} {bar} {percent} %  {rows} rows',
  },
  running: {
    'zh-CN': '抽象 {bar} {percent} %  {processed}/{total} 用户  失败 {failed}  剩余 {remaining}',
    en: 'Abstracting {bar} {percent} %  {processed}/{total} users  {failed} failed  {remaining} left',
  },
  nothingToDo: {
    'zh-CN': '没有需要抽象的用户，结果都已在工作区中',
    en: 'No user is left to abstract; all results are in the workspace',
  },
  completed: {
    'zh-CN': '完成：{success} 个用户成功，{failed} 个失败',
    en: 'Finished: {success} users succeeded, {failed} failed',
  },
  failedUsers: { 'zh-CN': '  {users} 个用户失败：{reason}', en: '  {users} users failed: {reason}' },
  runFailed: { 'zh-CN': '运行失败：{reason}', en: 'The run failed: {reason}' },
  exported: { 'zh-CN': '{count} 个事件已写入 {path}', en: '{count} events written to {path}' },
  interrupted: {
    'zh-CN': '已中断。完成的结果都在；再次运行同一命令即可继续。',
    en: 'Interrupted. Everything finished is safe; run the same command again to go on.',
  },
} as const satisfies Record<string, Record<Locale, string>>;

/** A text of the command line in a language. */
export function text(
  locale: Locale,
  key: keyof typeof texts,
  params: Record<string, string | number> = {},
): string {
  return key === 'usage' ? texts.usage[locale] : fillText(texts[key][locale], params);
}
