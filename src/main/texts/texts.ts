import { fillText, localTime } from '../../shared/messages/format.ts';
import type { Message } from '../../shared/messages/index.ts';
import type { Locale } from '../../shared/settings.ts';

/** What the shell itself says: tray, menu, dialogs, notifications. */
const texts = {
  appName: { 'zh-CN': 'EventLoom 事织', en: 'EventLoom' },

  'tray.idle': { 'zh-CN': '没有正在进行的任务', en: 'Nothing is running' },
  'tray.running': {
    'zh-CN': '批量抽象进行中 {percent} %（{processed}/{total}，失败 {failed}，预计剩余 {remaining}）',
    en: 'Abstracting {percent} % ({processed}/{total}, {failed} failed, {remaining} left)',
  },
  'tray.runningUnknown': {
    'zh-CN': '批量抽象进行中 {percent} %（{processed}/{total}，失败 {failed}）',
    en: 'Abstracting {percent} % ({processed}/{total}, {failed} failed)',
  },
  'tray.progress': {
    'zh-CN': '{percent} %（{processed}/{total}）',
    en: '{percent} % ({processed}/{total})',
  },
  'tray.held': {
    'zh-CN': '{reason}，{wait}后继续 · {progress}',
    en: '{reason}, goes on in {wait} · {progress}',
  },
  'tray.trying': {
    'zh-CN': '{reason}，正在重试 · {progress}',
    en: '{reason}, trying again · {progress}',
  },
  'tray.silent': {
    'zh-CN': '模型从 {since} 起没有回应，仍在等待 · {progress}',
    en: 'Model silent since {since}, still waiting · {progress}',
  },
  'tray.unfinished': {
    'zh-CN': '模型回答得很慢，从 {since} 起没有一个回答完成 · {progress}',
    en: 'Model slow, no answer has ended since {since} · {progress}',
  },
  'tray.locked': {
    'zh-CN': '工作区正被其他程序占用，释放后自动继续 · {progress}',
    en: 'Another program has locked the workspace; goes on by itself · {progress}',
  },
  'tray.inducing.types': {
    'zh-CN': '模型正在归纳事件类型 {percent} %（已看 {done}/{total} 个用户）',
    en: 'The model is inducing event types {percent} % ({done} of {total} users)',
  },
  'tray.inducing.words': {
    'zh-CN': '模型正在归并候选词 {percent} %（{done}/{total}）',
    en: 'The model is settling words {percent} % ({done}/{total})',
  },
  'tray.inducing.themes': {
    'zh-CN': '模型正在归类主题 {percent} %（{done}/{total}）',
    en: 'The model is assigning themes {percent} % ({done}/{total})',
  },
  'held.rate_limited': { 'zh-CN': '服务限流', en: 'Rate limited' },
  'held.usage_limit': { 'zh-CN': '用量已达上限', en: 'Usage limit reached' },
  'held.network': { 'zh-CN': '网络中断', en: 'Network down' },
  'held.server_error': { 'zh-CN': '服务故障', en: 'Server error' },
  'held.timeout': { 'zh-CN': '服务没有响应', en: 'No answer' },
  'held.not_an_answer': { 'zh-CN': '收到的不是模型的回答', en: 'Response is not a model answer' },
  'held.rejected': { 'zh-CN': '服务拒绝请求', en: 'Requests rejected' },
  'held.paced': { 'zh-CN': '已到每分钟的限额', en: 'Limit per minute reached' },
  'held.other': { 'zh-CN': '服务暂不可用', en: 'Service unavailable' },
  'wait.seconds': { 'zh-CN': '{n} 秒', en: '{n} s' },
  'tray.pilotDone': {
    'zh-CN': '试跑完成，等待您确认（{processed}/{total}，失败 {failed}）',
    en: 'The pilot is done and waits for you ({processed}/{total}, {failed} failed)',
  },
  'tray.budget': {
    'zh-CN': '已达预算上限 {percent} %（{processed}/{total}），需要您处理',
    en: 'Spending cap reached at {percent} % ({processed}/{total}); it needs you',
  },
  'tray.paused': {
    'zh-CN': '批量抽象已暂停 {percent} %（{processed}/{total}，失败 {failed}）',
    en: 'Abstraction paused at {percent} % ({processed}/{total}, {failed} failed)',
  },
  'tray.failed': {
    'zh-CN': '批量抽象已停止 {percent} %（{processed}/{total}），需要您处理',
    en: 'Abstraction stopped at {percent} % ({processed}/{total}) and needs you',
  },
  'tray.failedFor': {
    'zh-CN': '批量抽象已停止 {percent} %（{processed}/{total}）：{reason}，需要您处理',
    en: 'Abstraction stopped at {percent} % ({processed}/{total}): {reason}; it needs you',
  },
  'tray.failedUntil': {
    'zh-CN': '批量抽象已停止 {percent} %（{processed}/{total}）：{reason}，到 {until} 解除',
    en: 'Abstraction stopped at {percent} % ({processed}/{total}): {reason}, until {until}',
  },
  'tray.interrupted': {
    'zh-CN': '批量抽象曾被中断 {percent} %（{processed}/{total}），等待继续',
    en: 'Abstraction was interrupted at {percent} % ({processed}/{total}) and waits to resume',
  },
  'tray.completedWithFailures': {
    'zh-CN': '批量抽象已完成：成功 {succeeded}，失败 {failed}',
    en: 'Abstraction completed: {succeeded} succeeded, {failed} failed',
  },
  'tray.allFailed': {
    'zh-CN': '批量抽象没有成功：{failed} 个用户全部失败',
    en: 'Abstraction without success: all users failed ({failed})',
  },
  'tray.importing': { 'zh-CN': '正在导入 {file}：{percent} %', en: 'Importing {file}: {percent} %' },
  'tray.undoing': {
    'zh-CN': '正在撤销导入 {file}：{percent} %',
    en: 'Undoing the import of {file}: {percent} %',
  },
  'tray.noWorkspace': {
    'zh-CN': '工作区无法打开，需要您处理',
    en: 'The workspace cannot be opened and needs you',
  },
  'tray.open': { 'zh-CN': '打开 EventLoom', en: 'Open EventLoom' },
  'tray.pause': { 'zh-CN': '暂停', en: 'Pause' },
  'tray.resume': { 'zh-CN': '继续', en: 'Resume' },
  'tray.settings': { 'zh-CN': '去设置', en: 'Open settings' },
  'tray.quit': { 'zh-CN': '退出', en: 'Quit' },

  'hint.title': { 'zh-CN': '任务仍在后台运行', en: 'Still running in the background' },
  'hint.body': {
    'zh-CN':
      '窗口已关闭，任务继续在后台进行。点击托盘图标或再次启动 EventLoom 即可回到窗口；要完全退出，请在托盘菜单中选择“退出”。',
    en: 'The window is closed and the work goes on. Click the tray icon or start EventLoom again to come back; choose Quit in the tray menu to end it.',
  },
  'done.title': { 'zh-CN': '批量抽象已完成', en: 'Abstraction completed' },
  'done.partlyFailed': {
    'zh-CN': '批量抽象已完成，有 {failed} 个用户失败',
    en: 'Abstraction completed, {failed} of {total} users failed',
  },
  'done.allFailed': {
    'zh-CN': '批量抽象没有成功：全部用户失败',
    en: 'Abstraction without success: all users failed',
  },
  'provider.said': { 'zh-CN': '服务商的说明：{detail}', en: 'The provider says: {detail}' },
  'done.body': {
    'zh-CN': '共 {total} 个用户：成功 {succeeded}，失败 {failed}。',
    en: '{total} users: {succeeded} succeeded, {failed} failed.',
  },
  'done.conversions': { 'zh-CN': '转化：{list}。', en: 'Conversions: {list}.' },
  'budget.title': { 'zh-CN': '已达预算上限', en: 'Spending cap reached' },
  'pilot.title': { 'zh-CN': '试跑完成，等待您确认', en: 'The pilot is done and waits for you' },
  'pilot.body': {
    'zh-CN': '成功 {succeeded}，失败 {failed}。看过结果后，再决定是否处理其余用户。',
    en: '{succeeded} succeeded, {failed} failed. Look at the results, then decide on the rest.',
  },
  'proposal.title': { 'zh-CN': '模型的建议已经就绪', en: 'A proposal of the model is ready' },
  'proposal.types': {
    'zh-CN': '请查看归纳出的事件类型，逐行接受或放弃。',
    en: 'Look at the event types, and accept or drop each line.',
  },
  'proposal.words': {
    'zh-CN': '请查看词语的归并，逐行接受或放弃。',
    en: 'Look at the types of the words, and accept or drop each line.',
  },
  'proposal.themes': {
    'zh-CN': '请查看主题的归类，逐行接受或放弃。',
    en: 'Look at the themes, and accept or drop each line.',
  },
  'proposal.failed': { 'zh-CN': '模型的归纳已停止', en: 'The induction stopped' },
  'failed.title': { 'zh-CN': '批量抽象已停止', en: 'Abstraction stopped' },

  'resume.message': {
    'zh-CN': '上次的批量抽象没有完成（{percent} %，{processed}/{total}），现在继续吗？',
    en: 'The last abstraction is not finished ({percent} %, {processed}/{total}). Go on now?',
  },
  'resume.detail': {
    'zh-CN': '已完成的结果都在。选择“以后再说”，可随时在“事件抽象”页继续或放弃。',
    en: 'Everything finished is safe. If you choose Later, resume it or give it up on the Events page.',
  },
  'resume.now': { 'zh-CN': '继续', en: 'Go on' },
  'resume.later': { 'zh-CN': '以后再说', en: 'Later' },

  'key.message': { 'zh-CN': '把 API 密钥发送到 {origin} 吗？', en: 'Send the API key to {origin}?' },
  'key.environment': {
    'zh-CN': '这是环境变量 EVENTLOOM_API_KEY 中的密钥，还没有发送到过这个地址。',
    en: 'It is the key of the environment variable EVENTLOOM_API_KEY, and has not been sent to this address before.',
  },
  'key.inClear': {
    'zh-CN': '这个地址以 http:// 开头：密钥和数据不加密，途中的任何人都能看到。请尽量改用 https://。',
    en: 'The address begins with http://: the key and the data are not encrypted, and anybody on the way can read them. Use https:// where you can.',
  },
  'key.once': {
    'zh-CN': '同意后，对这个地址不再询问。',
    en: 'If you agree, you are not asked about this address again.',
  },
  'key.send': { 'zh-CN': '发送密钥', en: 'Send the key' },
  'key.cancel': { 'zh-CN': '不发送', en: 'Do not send' },

  'quit.run.message': {
    'zh-CN': '批量抽象任务正在进行，要退出吗？',
    en: 'An abstraction is in progress. Quit?',
  },
  'quit.run.detail': {
    'zh-CN': '已完成的结果都已保存。退出后，下次启动可以从这里继续。',
    en: 'Everything finished is saved. If you quit, it can go on from here at the next start.',
  },
  'quit.noTray': {
    'zh-CN': '这里没有托盘图标：选择在后台运行后，再次启动 EventLoom 即可回到窗口。',
    en: 'There is no tray icon here: if it keeps running in the background, start EventLoom again to come back to the window.',
  },
  'quit.run.quit': { 'zh-CN': '退出并下次继续', en: 'Quit and resume next time' },
  'quit.induction.message': {
    'zh-CN': '模型正在归纳，要退出吗？',
    en: 'The model is at work on a proposal. Quit?',
  },
  'quit.induction.detail': {
    'zh-CN': '已有的回答都已保存。退出后，下次启动可以从这里继续。',
    en: 'Every answer is saved. If you quit, it can go on from here at the next start.',
  },
  'quit.induction.quit': { 'zh-CN': '退出并下次继续', en: 'Quit and resume next time' },
  'quit.import.message': { 'zh-CN': '正在导入数据，要退出吗？', en: 'Data is being imported. Quit?' },
  'quit.import.detail': {
    'zh-CN': '退出会取消这次导入，工作区保持导入前的样子。',
    en: 'Quitting cancels the import and leaves the workspace as it was before.',
  },
  'quit.import.quit': { 'zh-CN': '取消导入并退出', en: 'Cancel the import and quit' },
  'quit.undo.message': { 'zh-CN': '正在撤销导入，要退出吗？', en: 'An import is being undone. Quit?' },
  'quit.undo.detail': {
    'zh-CN': '退出会停止撤销，这次导入保持原样。',
    en: 'Quitting stops the undo; the import stays as it is.',
  },
  'quit.undo.quit': { 'zh-CN': '停止撤销并退出', en: 'Stop the undo and quit' },
  'quit.export.message': { 'zh-CN': '正在导出文件，要退出吗？', en: 'A file is being exported. Quit?' },
  'quit.export.detail': {
    'zh-CN': '退出会取消这次导出，不会留下文件；工作区里的数据不受影响。',
    en: 'Quitting cancels the export and leaves no file; the data in the workspace stays as it is.',
  },
  'quit.export.quit': { 'zh-CN': '取消导出并退出', en: 'Cancel the export and quit' },
  'quit.rescue.message': { 'zh-CN': '正在抢救工作区，要退出吗？', en: 'A workspace is being rescued. Quit?' },
  'quit.rescue.detail': {
    'zh-CN': '退出会取消抢救，工作区保持原样，下次可以重新抢救。',
    en: 'Quitting cancels the rescue and leaves the workspace as it was; it can be rescued next time.',
  },
  'quit.rescue.quit': { 'zh-CN': '取消抢救并退出', en: 'Cancel the rescue and quit' },
  'quit.restore.message': { 'zh-CN': '正在恢复备份，要退出吗？', en: 'A backup is being restored. Quit?' },
  'quit.restore.detail': {
    'zh-CN': '退出会取消恢复，工作区保持原样。',
    en: 'Quitting cancels the restore and leaves the workspace as it was.',
  },
  'quit.restore.quit': { 'zh-CN': '取消恢复并退出', en: 'Cancel the restore and quit' },
  'quit.backup.message': {
    'zh-CN': '正在备份工作区，要退出吗？',
    en: 'The workspace is being backed up. Quit?',
  },
  'quit.backup.detail': {
    'zh-CN': '退出会取消这次备份，不会留下备份文件。',
    en: 'Quitting cancels the backup and leaves no backup file.',
  },
  'quit.backup.quit': { 'zh-CN': '取消备份并退出', en: 'Cancel the backup and quit' },
  'quit.asking.message': {
    'zh-CN': '模型正在回答分析中的问题，要退出吗？',
    en: 'The model is answering a question about insights. Quit?',
  },
  'quit.asking.detail': {
    'zh-CN': '退出会取消这次提问，已发出的请求可能已经计费。',
    en: 'Quitting cancels the question; the request that was sent may be billed.',
  },
  'quit.asking.quit': { 'zh-CN': '取消提问并退出', en: 'Cancel the question and quit' },
  'quit.keep': { 'zh-CN': '继续运行于后台', en: 'Keep running in the background' },
  'quit.cancel': { 'zh-CN': '取消', en: 'Cancel' },

  'hang.message': { 'zh-CN': '窗口没有响应', en: 'The window does not respond' },
  'hang.wait': { 'zh-CN': '继续等待', en: 'Wait' },
  'crash.message': { 'zh-CN': '窗口反复出错', en: 'The window keeps crashing' },
  'crash.detail': {
    'zh-CN': '任务不受影响，仍在后台进行。可以重新载入窗口，或先关闭它。',
    en: 'Runs are not affected and go on. Reload the window, or close it for now.',
  },
  'crash.reload': { 'zh-CN': '重新载入', en: 'Reload' },
  'crash.close': { 'zh-CN': '关闭窗口', en: 'Close the window' },

  'dialog.table': { 'zh-CN': '数据文件', en: 'Data files' },
  'dialog.workspace': { 'zh-CN': 'EventLoom 工作区', en: 'EventLoom workspaces' },
  'dialog.rules': { 'zh-CN': '规则文件', en: 'Rules files' },
  'dialog.codebook': { 'zh-CN': '事件类型文件', en: 'Event types files' },
  'dialog.question': { 'zh-CN': '问题文件', en: 'Question files' },
  'dialog.diagnostics': { 'zh-CN': '压缩文件', en: 'Zip files' },
  'dialog.export': { 'zh-CN': '导出的文件', en: 'Exported files' },
  'dialog.all': { 'zh-CN': '所有文件', en: 'All files' },

  'menu.file': { 'zh-CN': '文件', en: 'File' },
  'menu.import': { 'zh-CN': '导入数据…', en: 'Import Data…' },
  'menu.export': { 'zh-CN': '导出', en: 'Export' },
  'menu.exportData': { 'zh-CN': '事件、行为与用户…', en: 'Events, Behaviours, Users…' },
  'menu.exportTypes': { 'zh-CN': '事件类型…', en: 'Event Types…' },
  'menu.exportThemes': { 'zh-CN': '主题与规则…', en: 'Themes and Rules…' },
  'menu.newWorkspace': { 'zh-CN': '新建工作区…', en: 'New Workspace…' },
  'menu.openWorkspace': { 'zh-CN': '打开工作区…', en: 'Open Workspace…' },
  'menu.recent': { 'zh-CN': '最近的工作区', en: 'Recent Workspaces' },
  'menu.settings': { 'zh-CN': '设置…', en: 'Settings…' },
  'menu.help': { 'zh-CN': '帮助', en: 'Help' },
  'menu.updates': { 'zh-CN': '检查更新…', en: 'Check for Updates…' },
  'menu.logs': { 'zh-CN': '打开日志文件夹', en: 'Open the Folder of Logs' },
  'menu.diagnostics': { 'zh-CN': '导出诊断信息…', en: 'Export Diagnostics…' },
  'menu.newWindow': { 'zh-CN': '新建窗口', en: 'New Window' },
  'menu.closeWindow': { 'zh-CN': '关闭窗口', en: 'Close Window' },
  'menu.quit': { 'zh-CN': '退出 EventLoom', en: 'Quit EventLoom' },
  'start.failed': { 'zh-CN': 'EventLoom 事织无法启动', en: 'EventLoom cannot start' },
  'start.unexpected': {
    'zh-CN': '启动时出现了意外错误：{detail}。您的数据没有改动。请重新启动；若仍出现，请重新安装 EventLoom。',
    en: 'Something unexpected went wrong at the start: {detail}. Your data was left as it is. Start again; if it comes back, install EventLoom anew.',
  },
  'start.log': {
    'zh-CN': '详细信息在日志文件夹中：{path}',
    en: 'The details are in the folder of the log: {path}',
  },

  'menu.edit': { 'zh-CN': '编辑', en: 'Edit' },
  'menu.undo': { 'zh-CN': '撤销', en: 'Undo' },
  'menu.redo': { 'zh-CN': '重做', en: 'Redo' },
  'menu.cut': { 'zh-CN': '剪切', en: 'Cut' },
  'menu.copy': { 'zh-CN': '复制', en: 'Copy' },
  'menu.paste': { 'zh-CN': '粘贴', en: 'Paste' },
  'menu.selectAll': { 'zh-CN': '全选', en: 'Select All' },
  'menu.view': { 'zh-CN': '视图', en: 'View' },
  'menu.palette': { 'zh-CN': '命令面板…', en: 'Command Palette…' },
  'menu.shortcuts': { 'zh-CN': '键盘快捷键', en: 'Keyboard Shortcuts' },
  'menu.reload': { 'zh-CN': '重新载入窗口', en: 'Reload Window' },
  'menu.resetZoom': { 'zh-CN': '实际大小', en: 'Actual Size' },
  'menu.zoomIn': { 'zh-CN': '放大', en: 'Zoom In' },
  'menu.zoomOut': { 'zh-CN': '缩小', en: 'Zoom Out' },
  'menu.fullScreen': { 'zh-CN': '全屏', en: 'Full Screen' },
  'menu.devTools': { 'zh-CN': '开发者工具', en: 'Developer Tools' },
  'menu.about': { 'zh-CN': '关于 EventLoom', en: 'About EventLoom' },
  'menu.hide': { 'zh-CN': '隐藏 EventLoom', en: 'Hide EventLoom' },
} as const satisfies Record<string, Message>;

export type TextKey = keyof typeof texts;

/** A text of the shell in a language, its placeholders filled. */
export function shellText(
  locale: Locale,
  key: TextKey,
  params: Record<string, string | number> = {},
): string {
  return fillText(locale, texts[key][locale], params);
}

/** A span of time in words, rounded up to what a person waits for: seconds under a minute, then minutes, then hours. */
export function durationText(locale: Locale, seconds: number): string {
  const unit = (value: number, name: 'second' | 'minute' | 'hour'): string =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short' }).format(value);
  if (seconds <= 59) return unit(Math.ceil(seconds), 'second');
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return unit(minutes, 'minute');
  const hours = unit(Math.floor(minutes / 60), 'hour');
  return minutes % 60 === 0 ? hours : `${hours} ${unit(minutes % 60, 'minute')}`;
}

/** A wait that is counted down: seconds as long as they can be followed, then as a span of time. */
export function waitText(locale: Locale, seconds: number): string {
  if (seconds > 99) return durationText(locale, seconds);
  return shellText(locale, 'wait.seconds', { n: seconds });
}

/** A moment as local time, e.g. 14:05; with its date, 2026-01-31 14:05, when that is not the day of `now`. */
export function clockText(at: number, now: number): string {
  const [date = '', time = ''] = localTime(at).split(' ');
  return date === localTime(now).split(' ')[0] ? time : `${date} ${time}`;
}
