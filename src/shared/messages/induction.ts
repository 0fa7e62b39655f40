/** Errors of inductions of event types. */
export const inductionMessages = {
  'induction.already_active': {
    'zh-CN': '已在归纳事件类型，请等它完成，或先取消。',
    en: 'Event types are being induced already. Wait for the end, or cancel it first.',
  },
  'induction.not_running': {
    'zh-CN': '当前没有正在进行的归纳：它可能已经结束。',
    en: 'No induction is in progress: it may have ended.',
  },
  'induction.not_resumable': {
    'zh-CN': '这次归纳不能继续：它已经完成或取消。请重新归纳，已有的回答不会重复付费。',
    en: 'This induction cannot be resumed: it is finished or cancelled. Start a new one; answers that are there are not paid for again.',
  },
  'induction.no_proposal': {
    'zh-CN': '没有待处理的归纳结果：它可能已在另一个窗口中采用或放弃。',
    en: 'There is no proposal to decide on: it may have been taken over or put away in another window.',
  },
  'induction.no_users': {
    'zh-CN': '工作区中没有带行为的用户，无从归纳。请先导入数据。',
    en: 'No user of the workspace has behaviours to learn from. Import data first.',
  },
  'induction.run_active': {
    'zh-CN': '批量抽象任务尚未结束，暂时不能归纳事件类型。请等它完成，或先取消。',
    en: 'A batch abstraction is under way, so event types cannot be induced now. Wait for its end, or cancel it first.',
  },
  'induction.import_active': {
    'zh-CN': '正在导入数据，暂时不能归纳事件类型。请等导入完成，或先取消导入。',
    en: 'Data is being imported, so event types cannot be induced now. Wait for the import, or cancel it first.',
  },
} as const;
