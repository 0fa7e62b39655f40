import { fillText } from '../core/i18n.ts';
import type { Locale } from '../shared/settings.ts';

const texts = {
  usage: {
    'zh-CN': `用法：npm run --silent extract -- <行为日志.csv> [选项]

  --profiles FILE     用户画像 CSV
  --workspace FILE    工作区文件；省略时按输入文件自动选定，同一命令再次运行会继续
  --out FILE          事件输出：.csv（Excel 可读）或 .jsonl
  --extractor NAME    抽象器：rules（内置规则，默认）或 llm（大模型）
  --rules FILE        自己的规则文件
  --users a,b         只处理这些用户
  --retry-failed      只重试失败的用户
  --bad-rows FILE     把所有被拒绝的行存为 CSV
  --time-zone ZONE    带时区的时间与时间戳按此时区显示，例如 Asia/Shanghai
  --json              在标准输出上每行输出一个 JSON 进度快照；最后一行统计工作区的全部用户
                      （有 --users 时：这些用户），与退出码一致
  --help              显示本说明

--extractor llm 的选项（密钥放在环境变量 EVENTLOOM_API_KEY 中）
  --model NAME        模型名称
  --base-url URL      接口地址，例如 https://api.deepseek.com/v1
  --provider NAME     协议：openai（默认）或 anthropic
  --concurrency N     同时进行的请求数上限
  --rpm N / --tpm N   每分钟请求数 / 每分钟 token 数（已知时填写）
  --price-in N / --price-out N   每百万输入 / 输出 token 的价格；--currency CNY|USD|EUR
  --max-cost N        预算上限，达到即停，可继续
  --timeout S         等待首个回答的秒数；省略时自动学习
  --temperature N / --max-output N / --context N   温度 / 最大输出 / 上下文长度
  --prompt FILE       自己的提示词
  --fresh             尚未抽象的用户、或 --users 指定的用户，已有回答的也重新提问

退出码：0 全部成功，3 仍有用户失败或尚未抽象，4 运行失败但可继续，5 已达预算上限，2 用法、输入或工作区有误，130 被中断`,
    en: `Usage: npm run --silent extract -- <behaviors.csv> [options]

  --profiles FILE     CSV of user profiles
  --workspace FILE    workspace file; when left out it follows from the input, so that the same command resumes
  --out FILE          events as .csv (Excel reads it) or .jsonl
  --extractor NAME    the extractor: rules (built in, the default) or llm (a language model)
  --rules FILE        a rules file of your own
  --users a,b         only these users
  --retry-failed      only users that failed
  --bad-rows FILE     save every rejected row as CSV
  --time-zone ZONE    show zoned times and time stamps in this zone, e.g. Asia/Shanghai
  --json              one JSON snapshot per line on standard output; the last one counts all users of the workspace
                      (with --users: those), as the exit code does
  --help              this text

Options of --extractor llm (the key comes from the environment: EVENTLOOM_API_KEY)
  --model NAME        the model
  --base-url URL      e.g. https://api.deepseek.com/v1
  --provider NAME     protocol: openai (the default) or anthropic
  --concurrency N     requests in flight at the most
  --rpm N / --tpm N   requests / tokens per minute, if known
  --price-in N / --price-out N   per million tokens in / out; --currency CNY|USD|EUR
  --max-cost N        stop at this cost; can be resumed
  --timeout S         seconds to wait for a first answer; learned when left out
  --temperature N / --max-output N / --context N   temperature / tokens of an answer / of prompt and answer
  --prompt FILE       a prompt of your own
  --fresh             ask again where an answer is there already, about users not abstracted yet or named by --users

Exit codes: 0 all succeeded, 3 some users failed or are still to be abstracted, 4 run failed but can be
resumed, 5 spending cap reached, 2 wrong usage, unreadable input or unusable workspace, 130 interrupted`,
  },
  usageProblem: { 'zh-CN': '用法有误：{detail}', en: 'Wrong usage: {detail}' },
  seeHelp: { 'zh-CN': '用 --help 查看全部选项', en: '--help tells all options' },
  unknownOption: { 'zh-CN': '没有选项 {name}', en: 'there is no option {name}' },
  missingInput: { 'zh-CN': '缺少输入文件', en: 'the input file is missing' },
  tooManyInputs: {
    'zh-CN': '只能有一个输入文件，多出：{extra}',
    en: 'only one input file is possible, not also {extra}',
  },
  unknownExtractor: {
    'zh-CN': '没有名为 {name} 的抽象器，可用：rules、llm',
    en: 'there is no extractor {name}; available: rules, llm',
  },
  needsValue: { 'zh-CN': '{option} 后面要有值', en: '{option} needs a value' },
  takesNoValue: { 'zh-CN': '{option} 不带值', en: '{option} takes no value' },
  emptyName: { 'zh-CN': '{option} 需要文件名', en: '{option} needs a file name' },
  inputFile: { 'zh-CN': '输入文件', en: 'the input file' },
  defaultWorkspace: { 'zh-CN': '自动选定的工作区', en: 'the workspace that follows from the input' },
  oneFileTwice: {
    'zh-CN': '{one} 与 {other} 不能是同一个文件：{path}',
    en: '{one} and {other} cannot be the same file: {path}',
  },
  missingModel: { 'zh-CN': '--extractor llm 需要 --model', en: '--extractor llm needs --model' },
  badValue: { 'zh-CN': '{option} 的值“{value}”无法使用', en: '{option} cannot be “{value}”' },
  capNeedsPrice: {
    'zh-CN': '--max-cost 需要 --extractor llm 以及 --price-in 和 --price-out',
    en: '--max-cost needs --extractor llm, --price-in and --price-out',
  },
  usersAndRetry: {
    'zh-CN': '--users 与 --retry-failed 不能同时使用',
    en: '--users and --retry-failed exclude each other',
  },
  emptyUsers: { 'zh-CN': '--users 后面要有用户 ID', en: '--users needs at least one user id' },
  unusableWorkspace: {
    'zh-CN': '{path} 不能用作工作区：{detail}',
    en: '{path} cannot be used as the workspace: {detail}',
  },
  rescued: {
    'zh-CN': '这个工作区是抢救出来的；损坏文件的副本在 {path}',
    en: 'This workspace was rescued; the copy of the damaged file is {path}',
  },
  putBack: {
    'zh-CN': '已把工作区写回原处，已完成的结果都在。',
    en: 'The workspace was written back to its place; everything finished is safe.',
  },
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
  otherRules: {
    'zh-CN':
      '注意：{users} 个用户的结果由其他规则得出（{versions}），不会重做；当前规则：{current}。要重做，用 --users 指定这些用户，或用 --workspace 另选一个新文件',
    en: 'Note: the results of {users} users were made with other rules ({versions}) and stay as they are; the rules now are {current}. To make them anew, name the users with --users, or a new file with --workspace',
  },
  noneFailed: {
    'zh-CN': '没有失败的用户，无需重试',
    en: 'No user has failed, so there is nothing to retry',
  },
  completed: {
    'zh-CN': '完成：{succeeded} 个用户成功，{failed} 个失败',
    en: 'Finished: {succeeded} users succeeded, {failed} failed',
  },
  notCompleted: {
    'zh-CN':
      '未完成：{succeeded} 个用户成功，{failed} 个失败，{pending} 个尚未抽象；去掉 --retry-failed 再次运行即可处理他们',
    en: 'Not finished: {succeeded} users succeeded, {failed} failed, {pending} are still to be abstracted; without --retry-failed the same command takes them on',
  },
  failedUsers: { 'zh-CN': '  {users} 个用户失败：{reason}', en: '  {users} users failed: {reason}' },
  runFailed: { 'zh-CN': '运行失败：{reason}', en: 'The run failed: {reason}' },
  lowCoverage: {
    'zh-CN': '其中 {users} 个用户覆盖不足：有一段行为不在任何事件的依据中。用 --users 可重新提问。',
    en: 'Of them {users} users have low coverage: a stretch of their behaviours is in no event. --users asks about them again.',
  },
  freshIsForSome: {
    'zh-CN': '--fresh 只对尚未抽象的用户有效；要重新提问已抽象的用户，请用 --users 指定。',
    en: '--fresh is about users not abstracted yet; name others with --users to ask about them again.',
  },
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
