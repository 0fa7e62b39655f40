/** Errors and notices of runs. */
export const runMessages = {
  'run.already_active': {
    'zh-CN': '已有批量抽象任务正在运行',
    en: 'A batch abstraction is already running.',
  },
  'run.nothing_to_do': {
    'zh-CN': '没有需要抽象的用户：所选用户都已抽象完成，或尚未导入数据。',
    en: 'There is no user to abstract: all of them are done, or no data has been imported yet.',
  },
  'run.not_running': {
    'zh-CN': '当前没有正在运行的任务：它可能已经结束。结果见“事件抽象”页和“任务历史”。',
    en: 'No run is in progress: it may have ended. Its results are on the pages Events and Runs.',
  },
  'run.not_resumable': {
    'zh-CN': '该任务不能继续：它已经完成或取消。请重新开始批量抽象，已抽象的用户不会重做。',
    en: 'This run cannot be resumed: it is completed or cancelled. Start a new one; users that are done are not done again.',
  },
  'run.kept_dying': {
    'zh-CN': '任务在十分钟内异常中断了 {count} 次，已停下等待您处理。已完成的结果都在；点“继续”再试。',
    en: 'The run died {count} times within ten minutes and now waits for you. Everything finished is safe; press Resume to try again.',
  },
  'run.import_active': {
    'zh-CN': '正在导入数据或撤销导入，暂时不能开始、继续或放弃任务。请等它完成，或先取消。',
    en: 'Data is being imported, or an import undone, so no run can be started, resumed or cancelled now. Wait for its end, or cancel it first.',
  },
  'run.induction_active': {
    'zh-CN': '正在归纳事件类型，暂时不能开始或继续任务。请在“事件类型”页等它完成，或先取消归纳。',
    en: 'Event types are being induced, so no run can be started or resumed now. Wait for the end on the page Event types, or cancel it there.',
  },
  'run.detail_fixed': {
    'zh-CN': '只有在试跑完成、等待确认时才能更换粒度。要用别的粒度，请取消任务后重新开始。',
    en: 'The detail can be changed only while the run waits after its pilot. For another detail, cancel the run and start again.',
  },
  'run.no_pilot': {
    'zh-CN': '当前没有可供比较的试跑结果。',
    en: 'There are no results of a pilot to compare.',
  },
  'run.unknown_user': {
    'zh-CN': '工作区中没有这些用户：{userIds}。请检查用户 ID 的拼写。',
    en: 'These users are not in the workspace: {userIds}. Check the spelling of the ids.',
  },
} as const;
