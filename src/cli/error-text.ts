import { formatMessage } from '../core/i18n.ts';
import type { ErrorCode, ErrorInfo } from '../shared/errors.ts';
import { messages } from '../shared/messages/index.ts';
import type { Message } from '../shared/messages/index.ts';
import type { Locale } from '../shared/settings.ts';
import { withOptions } from './import-remedies.ts';
import { withProfilesOptions } from './reading-arguments.ts';

/** Texts that replace those of the catalogue, which refer to buttons and pages of the window. */
const texts = {
  'import.missing_column': {
    'zh-CN':
      '缺少必需的列：{missing}。文件中的列有：{found}。请在文件第一行用这些名称作表头；user_id、timestamp、action 等常用的中英文名称都能识别；没有动作时用 --action 指定。',
    en: 'A required column is missing: {missing}. The columns found are: {found}. Name the columns so in the first line of the file; usual names in English and Chinese are recognised. For a file without actions, say with --action what each row is.',
  },
  'import.which_part': {
    'zh-CN':
      '文件 {path} 里有几个工作表或数据表都可以导入：{found}。请用 --sheet 或 --table 指定一个。没有导入任何内容。',
    en: 'Several sheets or tables of the file {path} could be imported: {found}. Name one with --sheet or --table. Nothing was imported.',
  },
  'import.mostly_refused': {
    'zh-CN':
      '文件的 {rows} 行中有 {count} 行不能导入，工作区未改动。第一处在第 {line} 行，原因：{reason}。请检查列的含义和数据的写法；若只要其余的行，请加 --accept-rejects。',
    en: 'Of the {rows} rows of the file {count} cannot be imported, and the workspace is unchanged. The first is in line {line}, because: {reason}. Check what the columns mean and how the values are written. To import the other rows all the same, add --accept-rejects.',
  },
  'import.doubt.no_header': {
    'zh-CN':
      '文件看来没有表头：第 {line} 行就是数据。各列用 #1、#2…… 表示，含义是按数据推断的，请逐列核对（--map）；如果第一行其实是列名，请加 --header。',
    en: 'The file seems to have no header: line {line} is data already. The columns are called #1, #2 …, and what they mean was told from their values: check each (--map). If the first line does name the columns, add --header.',
  },
  'export.other_detail': {
    'zh-CN':
      '没有导出：要的粒度是“{detail}”，而 {count} 个用户的事件是模型按“{stored}”抽象的；模型合并了的，导出时无法再分开。请先用 extract --detail 重做；或用 --detail 指定更粗的粒度，或不写 --detail 按存储的导出。',
    en: 'Nothing was exported: the detail {detail} is asked for, and a model abstracted the events of {count} users at {stored}; what it joined, an export cannot tell apart. Do them again with extract --detail first; or name a coarser detail, or leave --detail out to export them as they are stored.',
  },
  'workspace.damaged': {
    'zh-CN': '工作区 {path} 已损坏（{detail}）。用命令 rescue "{path}" 抢救，或在 EventLoom 应用中打开它。',
    en: 'The workspace {path} is damaged ({detail}). Rescue it with the command rescue "{path}", or open it in the EventLoom application.',
  },
  'workspace.locked': {
    'zh-CN': '工作区 {path} 被其他程序锁定。关闭占用它的程序后再次运行同一命令，已完成的结果都在。',
    en: 'The workspace {path} is locked by another program. Close that program, then run the same command again; everything finished is safe.',
  },
  'workspace.read_only': {
    'zh-CN': '工作区 {path} 不可写入（只读）。恢复写入权限后再次运行同一命令，已完成的结果都在。',
    en: 'The workspace {path} cannot be written (read-only). Make it writable, then run the same command again; everything finished is safe.',
  },
  'workspace.disk_full': {
    'zh-CN': '工作区 {path} 所在磁盘已满。清理出空间后再次运行同一命令，已完成的结果都在。',
    en: 'The disk that holds the workspace {path} is full. Free some space, then run the same command again; everything finished is safe.',
  },
  'workspace.rescue_interrupted': {
    'zh-CN': '工作区 {path} 已损坏，上次抢救在完成前中断。请在 EventLoom 应用中打开它，重新抢救。',
    en: 'The workspace {path} is damaged, and the last rescue was interrupted before it was complete. Open it in the EventLoom application and start the rescue again.',
  },
  'workspace.replaced': {
    'zh-CN':
      '工作区文件 {path} 在使用中被另一个文件替换。新文件未做任何改动；原来的数据已完整另存为 {recovered}，可用 --workspace 指定它继续。',
    en: 'While it was in use, the workspace file {path} was replaced by another file. The new file was left untouched; the data from before was saved whole as {recovered}. Name that with --workspace to go on with it.',
  },
  'workspace.log_set_aside': {
    'zh-CN':
      '上次异常退出后，工作区文件 {path} 被另一个文件替换。留在旁边的日志属于原来的文件，已移到 {aside}；新文件未做任何改动。再次运行同一命令即可使用它。',
    en: 'After the last run ended unexpectedly, the workspace file {path} was replaced by another file. The log beside it belongs to the file from before and was moved to {aside}; the new file was left untouched. Run the same command again to use it.',
  },
  'workspace.gone': {
    'zh-CN': '工作区文件 {path} 在使用中被移走或删除。确认它在原处后，再次运行同一命令。',
    en: 'The workspace file {path} was moved or deleted while in use. See that it is at its place, then run the same command again.',
  },
  'workspace.io': {
    'zh-CN': '读写工作区 {path} 时出错（{detail}）。检查磁盘后再次运行同一命令，已完成的结果都在。',
    en: 'Reading or writing the workspace {path} failed ({detail}). Check the disk, then run the same command again; everything finished is safe.',
  },
  'run.kept_dying': {
    'zh-CN': '任务在十分钟内异常中断了 {count} 次。已完成的结果都在；再次运行同一命令即可再试。',
    en: 'The run died {count} times within ten minutes. Everything finished is safe; run the same command again to try again.',
  },
  'run.budget_reached': {
    'zh-CN':
      '已达上限：已用 {spent}，上限 {cap}，下一次请求最多可能用 {needed}。已完成的结果都在；用更高的上限（--max-cost 或 --max-total-tokens）再次运行即可继续。',
    en: 'Cap reached: {spent} of {cap} used, and the next request could take up to {needed}. Everything finished is kept; run the command again with a higher cap (--max-cost or --max-total-tokens) to go on.',
  },
  'run.cap_needs_price': {
    'zh-CN': '--max-cost 需要 --price-in 和 --price-out。',
    en: '--max-cost needs --price-in and --price-out.',
  },
  'rules.unreadable': {
    'zh-CN': '无法读取规则文件 {path}：{detail}。请检查它是否存在、可读，或用 --rules 指定另一个。',
    en: 'The rules file {path} cannot be read: {detail}. Check that it is there and may be read, or name another one with --rules.',
  },
  'model.unauthorized': {
    'zh-CN':
      '鉴权失败：API 密钥无效。请更正环境变量 EVENTLOOM_API_KEY，再次运行同一命令即可继续。[[服务商的说明：{detail}]]',
    en: 'Key rejected: the API key is not valid. Correct EVENTLOOM_API_KEY in the environment; the same command then goes on. [[The provider says: {detail}]]',
  },
  'model.forbidden': {
    'zh-CN':
      '没有权限：服务商拒绝了请求。请在服务商处开通该模型，或用 --model 换一个，再次运行即可继续。[[服务商的说明：{detail}]]',
    en: 'No permission: the provider refuses the request. Enable the model at the provider or name another one with --model, then run the command again. [[The provider says: {detail}]]',
  },
  'model.quota': {
    'zh-CN': '余额不足：账户余额或额度已用完。充值后再次运行同一命令即可继续。[[服务商的说明：{detail}]]',
    en: 'Out of balance: the account has no balance or quota left. Top it up; the same command then goes on. [[The provider says: {detail}]]',
  },
  'model.usage_limit': {
    'zh-CN':
      '用量已达上限：服务商的限制还没有解除[[，到 {until} 为止]]。到时间后再次运行同一命令即可继续；用 --max-wait 可以等待更久。[[服务商的说明：{detail}]]',
    en: 'Usage limit reached: a limit of the provider still holds[[ until {until}]]. When it has ended, the same command goes on; --max-wait makes it wait for longer. [[The provider says: {detail}]]',
  },
  'model.not_an_answer': {
    'zh-CN':
      '收到的不是模型的回答（例如一个网页）。--base-url 可能不完整（是否缺少 /v1？），或网络需要先登录。更正后再次运行同一命令即可继续。[[收到的内容：{detail}]]',
    en: 'What came back is not an answer of a model (a web page, for example). --base-url may be incomplete (is /v1 missing?), or the network asks you to sign in first. Then run the same command again. [[What came: {detail}]]',
  },
  'model.timeout_too_short': {
    'zh-CN':
      '超时过短：服务器一直表示仍在处理，但在 --timeout 的 {seconds} 秒内没有开始回答。请调大或去掉 --timeout，再次运行同一命令即可继续。',
    en: 'Time-out too short: the server kept saying that it was at work, but did not begin to answer within the {seconds} seconds of --timeout. Raise it or leave it out; the same command then goes on.',
  },
  'model.unreachable': {
    'zh-CN':
      '无法连接：{minutes} 分钟内一直连不上 {host}，任务已停止。请检查 --base-url 的主机名和端口、该处的模型服务是否已启动，以及网络和代理（HTTPS_PROXY），再次运行同一命令即可继续。[[说明：{detail}]]',
    en: 'No connection: {host} could not be reached for {minutes} minutes, so the run stopped. Check the host name and the port of --base-url, that the model service is started there, the network and the proxy (HTTPS_PROXY); the same command then goes on. [[Detail: {detail}]]',
  },
  'model.model_unknown': {
    'zh-CN':
      '模型不存在：服务商没有这个模型，或接口地址有误。请更正 --model 或 --base-url，再次运行即可继续。[[服务商的说明：{detail}]]',
    en: 'Unknown model: the provider does not have this model, or the address is wrong. Correct --model or --base-url, then run the command again. [[The provider says: {detail}]]',
  },
  'model.bad_request': {
    'zh-CN':
      '请求被拒：服务商不接受这样的请求。请检查 --model、--base-url 和 --provider。[[服务商的说明：{detail}]]',
    en: 'Request refused: the provider does not take such a request. Check --model, --base-url and --provider. [[The provider says: {detail}]]',
  },
  'model.too_long': {
    'zh-CN':
      '内容过长：超出模型的上下文长度。请用 --context 调小上下文长度后重试。[[服务商的说明：{detail}]]',
    en: 'Too long: more than the context of the model. Lower the context size with --context and try again. [[The provider says: {detail}]]',
  },
  'model.useless': {
    'zh-CN':
      '模型不可用：连续 {count} 次回答都没有可用的内容，任务已停止以免浪费费用。请用 --model 换一个模型，或用 --prompt 换一个提示词，再次运行同一命令即可继续。[[最近一次回答：{detail}]]',
    en: 'Unusable model: of {count} answers in a row nothing could be used, so the run stopped before it costs more. Choose another model with --model, or another prompt with --prompt; the same command then goes on. [[The latest answer: {detail}]]',
  },
  'model.truncated': {
    'zh-CN': '截断：回答在结束前被切断。请用 --max-output 调大最大输出后重试。[[说明：{detail}]]',
    en: 'Cut off: the answer ended early. Raise the maximum output with --max-output and try again. [[Detail: {detail}]]',
  },
  'workspace.bad_value': {
    'zh-CN':
      '工作区 {path} 中有一处内容不是由 EventLoom 写入的，无法读取。文件没有被改动；请用 eventloom restore 恢复备份，或把数据导入新的工作区。',
    en: 'The workspace {path} holds a value that EventLoom has not written and cannot read. The file was left as it is; restore a backup with eventloom restore, or import the data into a new workspace.',
  },
  'model.not_configured': {
    'zh-CN': '还没有设置模型。请用 --base-url 和 --model 指定。',
    en: 'No model is set up. Name it with --base-url and --model.',
  },
  'model.no_key': {
    'zh-CN': '没有 API 密钥。请放在环境变量 EVENTLOOM_API_KEY 中。',
    en: 'There is no API key. Put it into EVENTLOOM_API_KEY in the environment.',
  },
} satisfies Partial<Record<ErrorCode, Message>>;

const catalogue: Record<string, Message> = { ...messages, ...texts };

/** The text of an error for a reader at a command line. One of the file of profiles names the options of that. */
export function errorText(locale: Locale, info: ErrorInfo): string {
  const line = withOptions(locale, info.code, formatMessage(locale, info, catalogue), info.params);
  return info.params?.[IS_OF_PROFILES] === undefined ? line : withProfilesOptions(line);
}

const IS_OF_PROFILES = 'profiles';

/** The same error, as one of the file of profiles. */
export function ofProfiles({ code, params }: ErrorInfo): ErrorInfo {
  return { code, params: { ...params, [IS_OF_PROFILES]: 1 } };
}
