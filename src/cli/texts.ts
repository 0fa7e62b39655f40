import { fillText } from '../shared/messages/format.ts';
import type { Locale } from '../shared/settings.ts';

const texts = {
  listSeparator: { 'zh-CN': '、', en: ', ' },
  usageProblem: { 'zh-CN': '用法有误：{detail}', en: 'Wrong usage: {detail}' },
  seeHelp: { 'zh-CN': '用 --help 查看全部选项', en: '--help tells all options' },
  missingCommand: { 'zh-CN': '缺少命令，可用：{names}', en: 'the command is missing; available: {names}' },
  unknownCommand: { 'zh-CN': '没有命令 {name}', en: 'there is no command {name}' },
  unknownOption: { 'zh-CN': '没有选项 {name}', en: 'there is no option {name}' },
  unknownOptionSimilar: {
    'zh-CN': '没有选项 {name}，是否要用 {similar}？',
    en: 'there is no option {name}; did you mean {similar}?',
  },
  missingOption: { 'zh-CN': '缺少 {option}', en: '{option} is missing' },
  missingInput: { 'zh-CN': '缺少输入文件', en: 'the input file is missing' },
  missingWorkspace: { 'zh-CN': '缺少工作区文件', en: 'the workspace file is missing' },
  tooMany: { 'zh-CN': '多出了：{extra}', en: 'too many arguments: {extra}' },
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
  stagesNeedsOut: { 'zh-CN': '--stages 需要 --out', en: '--stages needs --out' },
  missingModel: { 'zh-CN': '--extractor llm 需要 --model', en: '--extractor llm needs --model' },
  notWhole: {
    'zh-CN': '{option} 应为 {least} 到 {most} 的整数，而不是“{value}”',
    en: '{option} must be a whole number from {least} to {most}, not “{value}”',
  },
  noSuchColumn: {
    'zh-CN': '文件中没有列“{column}”。有的列：{found}',
    en: 'The file has no column “{column}”. It has: {found}',
  },
  howRead: {
    'zh-CN': '读取 {file}：{how}，{columns}，时区 {zone}',
    en: 'Reading {file}: {how}, {columns}, time zone {zone}',
  },
  optionsUnused: {
    'zh-CN': '{file} 的格式用不到 {options}，已忽略。',
    en: 'The format of {file} has no use for {options}: ignored.',
  },
  howProfilesRead: {
    'zh-CN': '读取画像 {file}：{how}，{columns}',
    en: 'Reading profiles {file}: {how}, {columns}',
  },
  headerInLine: { 'zh-CN': '表头在第 {line} 行', en: 'header in line {line}' },
  delimitedBy: { 'zh-CN': '分隔符“{delimiter}”', en: 'delimiter “{delimiter}”' },
  datesAre: { 'zh-CN': '日期顺序 {order}', en: 'dates {order}' },
  durationsIn: { 'zh-CN': '时长单位 {unit}', en: 'durations in {unit}' },
  noHeader: { 'zh-CN': '没有表头', en: 'no header' },
  badValue: { 'zh-CN': '{option} 的值“{value}”无法使用', en: '{option} cannot be “{value}”' },
  capNeedsPrice: {
    'zh-CN': '--max-cost 需要 --extractor llm 以及 --price-in 和 --price-out',
    en: '--max-cost needs --extractor llm, --price-in and --price-out',
  },
  onlyWithModel: {
    'zh-CN': '{option} 只能与 --extractor llm 一起使用',
    en: '{option} needs --extractor llm',
  },
  onlyWithProfiles: {
    'zh-CN': '{option} 只能与 --profiles 一起使用',
    en: '{option} needs --profiles',
  },
  connectionWorks: { 'zh-CN': '连接正常', en: 'The connection works' },
  connectionSaysNothing: {
    'zh-CN': '连接正常，但服务商没有报告 token 数',
    en: 'The connection works, but the provider reports no tokens',
  },
  estimate: {
    'zh-CN':
      '{users} 个用户，{behaviours} 条行为：约 {requests} 次请求，输入约 {input} token，输出约 {output} token，约 {seconds} 秒{cost}',
    en: '{users} users, {behaviours} behaviours: about {requests} requests, {input} tokens in, {output} tokens out, {seconds} seconds{cost}',
  },
  estimatedCost: { 'zh-CN': '，约 {cost} {currency}', en: ', {cost} {currency}' },
  roughEstimate: {
    'zh-CN':
      '粗略估算：服务商怎样计算 token 只是按模型名称推测的，token 和费用都可能相差 30%，先思考再回答的模型会相差更多。加上 --test-connection（一个很小的请求）会准些',
    en: 'A rough estimate: how the provider counts tokens is only guessed from the name of the model, so tokens and cost may be 30% off, and more if the model thinks before it answers. --test-connection (one tiny request) makes it better',
  },
  tokenCapNeedsModel: {
    'zh-CN': '--max-total-tokens 需要 --extractor llm',
    en: '--max-total-tokens needs --extractor llm',
  },
  usersAndRetry: {
    'zh-CN': '--users、--retry-failed 与 --redo 只能用一个',
    en: '--users, --retry-failed and --redo exclude each other',
  },
  codebookAction: {
    'zh-CN': '“{action}”不是 codebook 的操作，应为 export、import 或 induce',
    en: '“{action}” is nothing that codebook does: export, import or induce',
  },
  codebookFile: { 'zh-CN': '缺少事件类型文件', en: 'the event types file is missing' },
  missingWorkspaceOption: { 'zh-CN': '缺少 --workspace', en: '--workspace is missing' },
  missingQuestion: {
    'zh-CN': '请给出问题文件（YAML，写法见 docs/insight.md），或用 --question 指明一个已存的问题。',
    en: 'Give a question file (YAML, docs/insight.md), or a saved question with --question.',
  },
  oneQuestion: {
    'zh-CN': '问题文件、--question、--ask、--list 和 --report 只能用其中一个。',
    en: 'Use only one of a question file, --question, --ask, --list and --report.',
  },
  reportOut: {
    'zh-CN': '--report 需要 --out，文件名以 .html 或 .xlsx 结尾。',
    en: '--report needs --out with a name that ends in .html or .xlsx.',
  },
  savedQuestions: { 'zh-CN': '已存的问题（{n}）：', en: 'Saved questions ({n}):' },
  savedSelections: { 'zh-CN': '已存的筛选（{n}）：', en: 'Saved selections ({n}):' },
  pictureWritten: { 'zh-CN': '已写入 {path}', en: 'written to {path}' },
  noChineseFont: {
    'zh-CN':
      '系统里没有找到含中文的字体，图中的中文会缺失。请安装一种中文字体（如 Noto Sans CJK），或写成 .svg。',
    en: 'No font with Chinese characters was found on this system, so those in the picture are missing. Install one (such as Noto Sans CJK), or write .svg.',
  },
  tableWritten: {
    'zh-CN': '{rows} 行已写入 {path}',
    en: '{rows} rows written to {path}',
  },
  codebookExported: {
    'zh-CN': '{types} 个事件类型已写入 {path}',
    en: '{types} event types written to {path}',
  },
  codebookImported: {
    'zh-CN': '已采用 {path} 中的 {types} 个事件类型',
    en: '{types} event types of {path} are in use',
  },
  inducing: {
    'zh-CN': '归纳：第 {step} 步，约 {steps} 步；已看 {done}/{users} 个用户，{types} 个类型',
    en: 'Inducing: step {step} of about {steps}; {done}/{users} users seen, {types} types',
  },
  wordsPlan: {
    'zh-CN':
      '将问题、{types} 个类型、{objects} 个对象和 {fields} 个画像字段的名称与常见取值发给模型，约 {tokens} token',
    en: 'The question and the names of {types} types, {objects} objects and {fields} profile fields with their common values are sent to the model, about {tokens} tokens',
  },
  wordsUnderstood: { 'zh-CN': '问题理解为：', en: 'The question was understood as:' },
  wordsNone: { 'zh-CN': '没有可以回答它的分析。', en: 'No analysis answers it.' },
  sentencesDropped: {
    'zh-CN': '有 {n} 句因数字不在表中而略去。',
    en: 'Sentences left out because a number of theirs is not in the table: {n}',
  },
  notExplained: { 'zh-CN': '没有解释：{reason}', en: 'Not explained: {reason}' },
  capUsed: { 'zh-CN': '上限已用完。', en: 'the cap is used up.' },
  inductionPlan: {
    'zh-CN': '将看 {users} 个用户的 {behaviours} 条行为，约 {requests} 次请求，约 {tokens} token',
    en: '{behaviours} behaviours of {users} users will be looked at, in about {requests} requests and {tokens} tokens',
  },
  induced: {
    'zh-CN': '归纳完成：{types} 个事件类型已写入 {path}；看过、改过之后用 codebook import 采用',
    en: 'Done: {types} event types written to {path}; read and edit them, then take them over with codebook import',
  },
  inductionFailed: { 'zh-CN': '归纳停下了：{reason}', en: 'The induction has stopped: {reason}' },
  inductionInterrupted: {
    'zh-CN': '已中断；同一命令再次运行即可继续，已有的回答不会重复付费',
    en: 'Interrupted; the same command goes on, and no answer is paid for twice',
  },
  emptyUsers: { 'zh-CN': '--users 后面要有用户 ID', en: '--users needs at least one user id' },
  unusableWorkspace: {
    'zh-CN': '{path} 不能用作工作区：{detail}',
    en: '{path} cannot be used as the workspace: {detail}',
  },
  unusableFolder: {
    'zh-CN': '无法在 {path} 中保存结果：{detail}。用 --folder 指定另一个文件夹',
    en: 'results cannot be kept in {path}: {detail}. Name another folder with --folder',
  },
  otherAddress: {
    'zh-CN':
      'EVENTLOOM_API_KEY 中的密钥一直用于 {known}，没有发送到新地址 {origin}。请更正 --base-url；如果确实要把密钥发送到新地址，加上 --confirm-address',
    en: 'the key in EVENTLOOM_API_KEY has been used with {known} and was not sent to the new address {origin}. Correct --base-url, or add --confirm-address to let the key go there',
  },
  keyInClear: {
    'zh-CN': '注意：{origin} 以 http:// 开头，密钥和数据不加密，途中的任何人都能看到。请尽量改用 https://。',
    en: 'warning: {origin} begins with http://, so the key and the data are not encrypted, and anybody on the way can read them. Use https:// where you can.',
  },
  askAddress: {
    'zh-CN': 'EVENTLOOM_API_KEY 中的密钥一直用于 {known}。也要把它发送到新地址 {origin} 吗？[y/N] ',
    en: 'The key in EVENTLOOM_API_KEY has been used with {known}. Send it to the new address {origin}, too? [y/N] ',
  },
  addressesUnreadable: {
    'zh-CN': '无法读取密钥可用于哪些地址的记录 {path}：{detail}。请修复或删除该文件',
    en: 'the record of the addresses that keys may be sent to, {path}, cannot be read: {detail}. Repair or delete the file',
  },
  addressNotKept: {
    'zh-CN': '注意：无法记住密钥可用于哪个地址（{path}：{detail}）',
    en: 'Note: the address that the key may be sent to could not be remembered ({path}: {detail})',
  },
  rescuedEarlier: {
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
  profilesUndone: {
    'zh-CN':
      '已撤销画像导入 {file}：删除 {rows} 条画像、{users} 个用户；{restored} 个用户恢复为先前导入的画像',
    en: 'The import of profiles {file} was undone: {rows} profiles and {users} users are gone; {restored} users have the profile of an earlier import again',
  },
  importUndone: {
    'zh-CN': '已撤销导入 {file}：删除 {rows} 行、{users} 个用户、{events} 个事件',
    en: 'The import of {file} was undone: {rows} rows, {users} users and {events} events are gone',
  },
  badTableRow: { 'zh-CN': '  第 {line} 行{part}：{reason}', en: '  row {line}{part}: {reason}' },
  badRow: { 'zh-CN': '  第 {line} 行：{reason}', en: '  line {line}: {reason}' },
  moreBadRows: {
    'zh-CN': '  … 共 {count} 行被拒绝；用 --bad-rows FILE 保存全部',
    en: '  … {count} rows rejected in all; --bad-rows FILE saves every one',
  },
  badRowsSaved: {
    'zh-CN': '{count} 行被拒绝的数据已存到 {path}',
    en: '{count} rejected rows saved to {path}',
  },
  unpacking: {
    'zh-CN': '解压 {file} {bar} {percent} %',
    en: 'Unpacking {file} {bar} {percent} %',
  },
  reading: {
    'zh-CN': '导入 {file} {bar} {percent} %  {rows} 行{pace}',
    en: 'Importing {file} {bar} {percent} %  {rows} rows{pace}',
  },
  undoing: {
    'zh-CN': '撤销导入 {file} {bar} {percent} %',
    en: 'Undoing the import of {file} {bar} {percent} %',
  },
  pace: { 'zh-CN': '  {rows} 行/秒  {size} MB/s', en: '  {rows} rows/s  {size} MB/s' },
  running: {
    'zh-CN': '抽象 {bar} {percent} %  {processed}/{total} 用户  失败 {failed}  剩余 {remaining}',
    en: 'Abstracting {bar} {percent} %  {processed}/{total} users  {failed} failed  {remaining} left',
  },
  runningWaits: {
    'zh-CN': '抽象 {bar} {percent} %  {processed}/{total} 用户  失败 {failed}  {waits}',
    en: 'Abstracting {bar} {percent} %  {processed}/{total} users  {failed} failed  {waits}',
  },
  generating: {
    'zh-CN': '生成 {bar} {percent} %  {rows} 行',
    en: 'Generating {bar} {percent} %  {rows} rows',
  },
  unknownShape: {
    'zh-CN': '--shape 不认识 {shape}；可用：{known}',
    en: '--shape does not know {shape}; there are {known}',
  },
  noProfiles: {
    'zh-CN': '{shape} 没有用户画像，请去掉 --profiles',
    en: '{shape} has no profiles: leave --profiles out',
  },
  generated: { 'zh-CN': '{users} 个用户的 {rows} 行：{path}', en: '{rows} rows of {users} users: {path}' },
  waiting: { 'zh-CN': '等待服务：{reason}，到 {until}', en: 'waiting: {reason}, until {until}' },
  waitingTry: { 'zh-CN': '等待服务：{reason}，正在重试', en: 'waiting: {reason}, trying again' },
  waitingSilent: {
    'zh-CN': '等待模型：从 {since} 起没有回应',
    en: 'waiting: the model has been silent since {since}',
  },
  waitingUnfinished: {
    'zh-CN': '等待模型：回答正在到来，从 {since} 起没有一个完成',
    en: 'waiting: answers are coming, none has ended since {since}',
  },
  waitingLock: {
    'zh-CN': '等待：工作区正被其他程序占用',
    en: 'waiting: another program has locked the workspace',
  },
  longWait: {
    'zh-CN': '等待服务：{reason}，{until} 再试',
    en: 'Waiting for the service: {reason}; next try at {until}',
  },
  longWaitSince: {
    'zh-CN': '从 {since} 起等待服务：{reason}，{until} 再试',
    en: 'Waiting for the service since {since}: {reason}; next try at {until}',
  },
  longWaitTry: {
    'zh-CN': '从 {since} 起等待服务：{reason}，正在重试',
    en: 'Waiting for the service since {since}: {reason}; trying again',
  },
  longWaitSilent: {
    'zh-CN': '等待模型：从 {since} 起没有任何回应',
    en: 'Waiting for the model: nothing has come from it since {since}',
  },
  longWaitUnfinished: {
    'zh-CN': '等待模型：回答正在到来，但从 {since} 起没有一个完成',
    en: 'Waiting for the model: its answers are coming, but none has ended since {since}',
  },
  longWaitLock: {
    'zh-CN': '工作区正被其他程序占用，释放后自动继续',
    en: 'Another program has locked the workspace; the run goes on by itself once it is free',
  },
  providerSays: { 'zh-CN': '；服务商说：“{detail}”', en: '; the provider says: “{detail}”' },
  stoppedWords: { 'zh-CN': '服务商说：“{detail}”', en: 'The provider says: “{detail}”' },
  stoppedUntil: { 'zh-CN': '限制到 {until} 解除', en: 'The limit ends at {until}' },
  nothingToDo: {
    'zh-CN': '没有需要抽象的用户，结果都已在工作区中；全部重做用 --redo',
    en: 'No user is left to abstract; all results are in the workspace. --redo does all again',
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
  exportWithout: { 'zh-CN': '缺少 --out 或 --workspace', en: '--out or --workspace is missing' },
  exportUnknownFormat: {
    'zh-CN': '从文件名 {path} 看不出格式；用 --format 指定：{formats}',
    en: 'the name {path} does not tell a format; name one with --format: {formats}',
  },
  exportChoice: {
    'zh-CN': '{option} 不能是“{value}”，可用：{possible}',
    en: '{option} cannot be “{value}”; possible: {possible}',
  },
  exporting: {
    'zh-CN': '导出 {bar} {percent} %  {rows} 行{pace}',
    en: 'Exporting {bar} {percent} %  {rows} rows{pace}',
  },
  readingEvents: {
    'zh-CN': '读取事件 {bar} {percent} %  （Ctrl-C 取消）',
    en: 'Reading events {bar} {percent} %  (Ctrl-C cancels)',
  },
  answering: {
    'zh-CN': '计算 {bar} {percent} %  （Ctrl-C 取消）',
    en: 'Computing {bar} {percent} %  (Ctrl-C cancels)',
  },
  answeringSilently: {
    'zh-CN': '正在计算…（Ctrl-C 取消）',
    en: 'Computing … (Ctrl-C cancels)',
  },
  fileTask: {
    'zh-CN': '{what} {bar} {percent} %  （Ctrl-C 取消）',
    en: '{what} {bar} {percent} %  (Ctrl-C cancels)',
  },
  fileTaskSilently: {
    'zh-CN': '{what}…（Ctrl-C 取消）',
    en: '{what} … (Ctrl-C cancels)',
  },
  stepCopying: { 'zh-CN': '复制文件', en: 'Copying the file' },
  stepReading: { 'zh-CN': '读出内容', en: 'Reading what is left' },
  stepChecking: { 'zh-CN': '检查', en: 'Checking' },
  stepFinishing: { 'zh-CN': '整理写入的内容', en: 'Putting the result in order' },
  exportedEvents: { 'zh-CN': '{count} 个事件已写入 {path}', en: '{count} events written to {path}' },
  exportedStages: {
    'zh-CN': '{count} 行（阶段与转化）已写入 {path}',
    en: '{count} lines (stages and conversions) written to {path}',
  },
  exportedBehaviours: { 'zh-CN': '{count} 条行为已写入 {path}', en: '{count} behaviours written to {path}' },
  exportedUsers: { 'zh-CN': '{count} 个用户已写入 {path}', en: '{count} users written to {path}' },
  exportedManifest: {
    'zh-CN': '来源说明：{path}；时区 {zone}',
    en: 'Where it comes from: {path}; time zone {zone}',
  },
  exported: { 'zh-CN': '{count} 个事件已写入 {path}', en: '{count} events written to {path}' },
  trySample: {
    'zh-CN': '没有指定文件：用虚构的示例数据试用',
    en: 'No file was named: this is a try with made-up sample data',
  },
  tryFile: { 'zh-CN': '试用：{file}', en: 'Trying {file}' },
  summaryFigures: {
    'zh-CN': '用户 {users}，原始行为 {behaviours} → 事件 {events}',
    en: 'Users: {users}. Behaviours: {behaviours} → events: {events}.',
  },
  summaryPeriod: { 'zh-CN': '时间 {from} 至 {to}', en: 'From {from} to {to}.' },
  summaryConversions: {
    'zh-CN': '转化事件 {conversions}（其余 {engagements} 个为互动事件）',
    en: 'Conversions: {conversions} (the other {engagements} events are engagement)',
  },
  summaryUser: {
    'zh-CN': '以用户 {user} 为例：{behaviours} 条行为 → {events} 个事件',
    en: 'For example user {user}: {behaviours} behaviours → {events} events',
  },
  summaryEarlier: { 'zh-CN': '  … 之前还有 {count} 个', en: '  … {count} earlier' },
  summaryLater: { 'zh-CN': '  … 之后还有 {count} 个', en: '  … {count} later' },
  summaryConversion: { 'zh-CN': '{type}（转化）', en: '{type} (conversion)' },
  summaryEvidence: { 'zh-CN': '{count} 条行为', en: '{count} behaviours' },
  summaryWorkspace: { 'zh-CN': '工作区', en: 'Workspace' },
  summaryEvents: { 'zh-CN': '事件', en: 'Events' },
  summaryOwnData: {
    'zh-CN': '用自己的日志：{tryFile}；更多选项与大模型：{extractHelp}',
    en: 'Your own log: {tryFile}. More options, and a language model: {extractHelp}',
  },
  summaryWindow: {
    'zh-CN': '打开窗口：在有图形界面的电脑上执行 {window}，再在“设置 → 工作区”中打开上面的工作区文件。',
    en: 'To open the window: run {window} on a machine with a display, then open the workspace file above in Settings → Workspace.',
  },
  serving: { 'zh-CN': '本机接口：{url}', en: 'Local API: {url}' },
  tokenIn: {
    'zh-CN': '令牌文件：{path}（只有你能读取）',
    en: 'Token: in {path} (readable by you only)',
  },
  tryServer: {
    'zh-CN': '试一试：curl -H "Authorization: Bearer $(cat \'{path}\')" {url}/api/v1/events/extract/progress',
    en: 'Try: curl -H "Authorization: Bearer $(cat \'{path}\')" {url}/api/v1/events/extract/progress',
  },
  stopServer: { 'zh-CN': '按 Ctrl-C 结束', en: 'Ctrl-C ends it' },
  tokenFileFailed: {
    'zh-CN': '无法读写令牌文件 {path}：{detail}',
    en: 'the token file {path} cannot be read or written: {detail}',
  },
  tokenFileOpen: {
    'zh-CN': '其他用户也能读取令牌文件 {path}。用 --new-token 换一个新令牌，或先 chmod 600',
    en: 'others may read the token file {path}. Make a new token with --new-token, or chmod 600 the file first',
  },
  tokenFileBad: {
    'zh-CN': '{path} 里没有令牌。用 --new-token 新建一个，或指定另一个 --token-file',
    en: '{path} holds no token. Make one with --new-token, or name another --token-file',
  },
  notDamaged: {
    'zh-CN': '{path} 没有损坏，无需抢救',
    en: '{path} is not damaged; there is nothing to rescue',
  },
  rescuing: { 'zh-CN': '正在抢救 {path} ……', en: 'Rescuing {path} ...' },
  rescued: {
    'zh-CN': '已抢救 {path}：{users} 个用户，{behaviours} 条行为，{events} 个事件，{profiles} 份画像',
    en: 'Rescued {path}: {users} users, {behaviours} behaviours, {events} events, {profiles} profiles',
  },
  rescueLost: {
    'zh-CN': '这些表中有读不出的内容：{tables}',
    en: 'Not everything could be read of these tables: {tables}',
  },
  noBackups: { 'zh-CN': '{path} 没有备份', en: '{path} has no backups' },
  restored: { 'zh-CN': '已从备份恢复 {path}', en: 'Restored {path} from the backup' },
  restoreKept: {
    'zh-CN': '恢复前的工作区另存为：{path}',
    en: 'The workspace from before was put aside: {path}',
  },
  rescueBackup: { 'zh-CN': '损坏的原文件：{path}', en: 'The damaged file was put aside: {path}' },
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
  return fillText(locale, texts[key][locale], params);
}
