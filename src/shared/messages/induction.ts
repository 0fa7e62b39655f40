/** Errors of inductions. */
export const inductionMessages = {
  'induction.already_active': {
    'zh-CN': '模型正在归纳类型或归并候选词，请等它完成，或先取消。',
    en: 'The model is inducing types or assigning words already. Wait for the end, or cancel it first.',
  },
  'induction.not_running': {
    'zh-CN': '当前没有正在进行的归纳或归并：它可能已经结束。',
    en: 'No induction is in progress: it may have ended.',
  },
  'induction.not_resumable': {
    'zh-CN': '它不能继续：已经完成或取消。请重新开始，已有的回答不会重复付费。',
    en: 'It cannot be resumed: it is finished or cancelled. Start anew; answers that are there are not paid for again.',
  },
  'induction.no_proposal': {
    'zh-CN': '没有待处理的结果：它可能已在另一个窗口中采用或放弃。',
    en: 'There is no proposal to decide on: it may have been taken over or put away in another window.',
  },
  'induction.no_users': {
    'zh-CN': '工作区中没有带行为的用户，无从归纳。请先导入数据。',
    en: 'No user of the workspace has behaviours to learn from. Import data first.',
  },
  'induction.no_words': {
    'zh-CN': '没有表外的候选词，无需归并。',
    en: 'There are no words without a type: nothing is to be assigned.',
  },
  'induction.no_things': {
    'zh-CN': '每个对象都已有主题，没有需要归类的对象。',
    en: 'Every thing has a theme already: nothing is to be classified.',
  },
  'induction.run_active': {
    'zh-CN': '批量抽象任务尚未结束，暂时不能请模型归纳或归并。请等它完成，或先取消。',
    en: 'A batch abstraction is under way, so the model cannot be asked for types now. Wait for its end, or cancel it first.',
  },
  'induction.import_active': {
    'zh-CN': '正在导入数据或撤销导入，暂时不能请模型归纳或归并。请等它完成，或先取消。',
    en: 'Data is being imported, or an import undone, so the model cannot be asked for types now. Wait for its end, or cancel it first.',
  },
} as const;
