/** Errors of questions about events. */
export const insightMessages = {
  'insight.unknown_type': {
    'zh-CN': '问题里的事件类型“{name}”在事件类型表和事件里都没有。请改成“事件类型”页上的名称、编号或别名。',
    en: 'The question names the event type “{name}”, which neither the codebook nor the events have. Use a name, id or alias of the page “Event types”.',
  },
  'insight.in_stages': {
    'zh-CN':
      '在“阶段”一级没有“{name}”：两次转化之间的事件都并入了阶段，只有转化还是单独的事件。请去掉这个条件，或改看“事件”（问题文件中为 level: events）。',
    en: 'There is no “{name}” among the stages: what lies between two conversions is one stage, and only conversions are events of their own. Remove this condition, or look at events (level: events in a question file).',
  },
  'insight.unknown_object': {
    'zh-CN': '没有任何事件是关于“{name}”的。请改成“主题”页上的名称。',
    en: 'No event is about “{name}”. Use a name of the page “Themes”.',
  },
  'insight.no_such_field': {
    'zh-CN': '用户画像里没有字段“{name}”。有的字段：{known}。',
    en: 'No profile has the field “{name}”. Fields that there are: {known}.',
  },
  'insight.no_such_step': {
    'zh-CN': '漏斗没有第 {step} 步（by.object），只有 {steps} 步。',
    en: 'The funnel has no step {step} (by.object): it has {steps}.',
  },
  'insight.no_events': {
    'zh-CN': '工作区里还没有事件。请先做批量事件抽象。',
    en: 'The workspace has no events yet. Abstract the behaviours first.',
  },
  'insight.cancelled': {
    'zh-CN': '分析已取消。',
    en: 'The analysis was cancelled.',
  },
  'insight.needs_memory': {
    'zh-CN':
      '工作区有 {events} 个事件，分析它们约需 {needed} MB 内存，最多可用 {limit} MB（本机内存的一半）。请关闭其他程序后重试，或把日志按时间分成几个工作区，或以“概括”粒度重新抽象（事件更少），或换一台内存更大的电脑。',
    en: 'The workspace has {events} events. Their analysis needs about {needed} MB of memory, and may use {limit} MB (half of what this computer has). Close other programs and try again, split the log by time into several workspaces, abstract it again at the detail “brief” (which makes fewer events), or use a computer with more memory.',
  },
  'insight.question_memory': {
    'zh-CN': '这个问题需要的内存超过上限。请缩小范围（时间、用户或最小支持度）再试。',
    en: 'This question needs more memory than it may use. Narrow it down (time, users, or the least support) and try again.',
  },
  'insight.unknown_row': {
    'zh-CN': '结果里没有“{name}”这一行。可以写行号，或表格第一列的文字。',
    en: 'The result has no row “{name}”. Give the number of a row, or the text of its first columns.',
  },
  'insight.unknown_table': {
    'zh-CN': '这个结果没有名为“{name}”的表。有的表：{known}。',
    en: 'This answer has no table “{name}”. Tables that there are: {known}.',
  },
  'insight.unknown_question': {
    'zh-CN': '工作区里没有名为“{name}”的问题。已存的问题：{known}。',
    en: 'The workspace has no saved question “{name}”. Saved questions: {known}.',
  },
  'insight.unknown_selection': {
    'zh-CN': '工作区里没有名为“{name}”的筛选。已存的筛选：{known}。',
    en: 'The workspace has no saved selection “{name}”. Saved selections: {known}.',
  },
  'insight.name_taken': {
    'zh-CN': '已有名为“{name}”的一项。请换一个名称。',
    en: 'The name “{name}” is taken. Choose another one.',
  },
  'insight.too_many_saved': {
    'zh-CN': '工作区里已存满 {limit} 项问题和筛选。请先删除不再需要的。',
    en: 'The workspace already holds {limit} saved questions and selections, the most it can. Delete some first.',
  },
  'insight.saved_gone': {
    'zh-CN': '这一项已被删除，可能是在另一个窗口里。',
    en: 'This item has been deleted, perhaps in another window.',
  },
  'insight.unknown_format': {
    'zh-CN': '不能把结果写成 {name}：文件名应以 {known} 结尾。',
    en: 'Answers cannot be written as {name}. Give a file name that ends in {known}.',
  },
  'insight.no_graph': {
    'zh-CN': '这个分析的结果不是图。dot、GraphML 和 JSON 只用于流程图和事理图谱。',
    en: 'The answer of this analysis is no graph. Only the process graph and the evolution graph are written as dot, GraphML or JSON.',
  },
  'insight.no_font': {
    'zh-CN': '系统里没有找到可用的字体，无法画成 PNG。请安装一种中文字体（如 Noto Sans CJK），或导出为 SVG。',
    en: 'No usable font was found on this system, so no PNG can be drawn. Install one with Chinese characters (such as Noto Sans CJK), or export as SVG.',
  },
  'insight.report_full': {
    'zh-CN': '报告已有 {limit} 项，是最多的了。请先移除不再需要的。',
    en: 'The report already has {limit} items, the most it can hold. Remove some first.',
  },
  'insight.report_too_large': {
    'zh-CN': '这个结果的数字太多，放不进报告。请缩小范围，或改用更粗的时间单位。',
    en: 'This answer has too many figures for a report. Narrow the question down, or use larger time bins.',
  },
  'insight.report_empty': {
    'zh-CN': '报告里还没有内容。请先在分析的各页点击“加入报告”。',
    en: 'The report is empty. Add answers to it first, with “Add to report” on their pages.',
  },
  'insight.unreadable': {
    'zh-CN': '无法读取问题文件 {path}：{detail}。',
    en: 'The question file {path} cannot be read: {detail}.',
  },
  'insight.too_large': {
    'zh-CN': '{path} 有 {size} 字节，超过问题文件的上限 {limit} 字节。请确认选择的是问题文件。',
    en: '{path} has {size} bytes, more than the {limit} that a question file may have. Check that it is one.',
  },
  'insight.encoding': {
    'zh-CN': '问题文件 {path} 不是 UTF-8 编码，请用编辑器另存为 UTF-8 后重试。',
    en: 'The question file {path} is not encoded in UTF-8. Save it as UTF-8 in your editor and try again.',
  },
  'insight.syntax': {
    'zh-CN': '问题文件 {path} 第 {line} 行有语法错误：{detail}。',
    en: 'The question file {path} has a syntax error in line {line}: {detail}.',
  },
  'insight.invalid': {
    'zh-CN':
      '问题文件 {path} 第 {line} 行，字段 {field} 有误：应为 {expected}，实际为 {actual}。写法见 docs/insight.md。',
    en: 'The question file {path} has a mistake in line {line}, field {field}: expected {expected}, found {actual}. docs/insight.md explains it.',
  },
  'insight.missing_field': {
    'zh-CN': '问题文件 {path} 第 {line} 行起的部分缺少字段 {field}。写法见 docs/insight.md。',
    en: 'The question file {path} lacks the field {field} in the part that begins in line {line}. docs/insight.md explains it.',
  },
  'insight.unknown_field': {
    'zh-CN': '问题文件 {path} 第 {line} 行有未知字段 {field}，请检查拼写和缩进。',
    en: 'The question file {path} has an unknown field {field} in line {line}. Check its spelling and indentation.',
  },
  'insight.explain_busy': {
    'zh-CN': '模型正在回答关于分析的一次提问。请等它完成，或先取消。',
    en: 'The model is being asked about the analyses. Wait until it has finished, or cancel it first.',
  },
  'insight.explain_run_active': {
    'zh-CN': '批量抽象任务尚未结束，暂时不能向模型提问。请等它完成，或先取消。',
    en: 'A batch abstraction is under way, so the model cannot be asked now. Wait for its end, or cancel it first.',
  },
  'insight.explain_induction_active': {
    'zh-CN': '模型正在归纳类型或归并候选词，暂时不能向它提问。请等它完成，或先取消。',
    en: 'The model is inducing types or assigning words, so it cannot be asked now. Wait for the end, or cancel it first.',
  },
  'insight.explain_import_active': {
    'zh-CN': '正在导入数据或撤销导入，暂时不能向模型提问。请等它完成，或先取消。',
    en: 'Data is being imported, or an import undone, so the model cannot be asked now. Wait for its end, or cancel it first.',
  },
  'insight.explain_cancelled': {
    'zh-CN': '解释已取消。',
    en: 'The explanation was cancelled.',
  },
  'insight.words_cancelled': {
    'zh-CN': '提问已取消。',
    en: 'The question was cancelled.',
  },
  'insight.words_unclear': {
    'zh-CN': '模型两次都没有给出可用的问题（{detail}）。请换一种说法再问，或在下面的分析中自己设置。',
    en: 'The model did not give a question that can be used, asked twice ({detail}). Ask in other words, or set it up yourself in an analysis below.',
  },
  'insight.explain_empty': {
    'zh-CN': '这个结果没有数字，没有可以解释的内容。请放宽问题的条件。',
    en: 'This answer has no figures to explain. Widen the question.',
  },
} as const;
