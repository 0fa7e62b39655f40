/** Errors of event types and of their files. */
export const codebookMessages = {
  'codebook.word_taken': {
    'zh-CN': '“{word}”已经是事件类型“{type}”的名称或别名。请换一个名称，或把两个类型合并。',
    en: '“{word}” is already a name or alias of the event type “{type}”. Choose another name, or join the two types.',
  },
  'codebook.two_categories': {
    'zh-CN': '“{type}”和“{other}”一个是转化、一个是互动，不能合并：转化的数量会因此改变。',
    en: 'Of “{type}” and “{other}” one is a conversion and the other is not: they cannot be joined, because the number of conversions would change.',
  },
  'codebook.other_needed': {
    'zh-CN': '归不进任何类型的事件需要一个“其他”类型，它不能停用，也不能并入别的类型。',
    en: 'Events that fit no type need a type of their own: it can be neither retired nor joined into another one.',
  },
  'codebook.unknown_type': {
    'zh-CN': '没有事件类型“{type}”，它可能已被合并。请刷新后再试。',
    en: 'There is no event type “{type}”; it may have been joined into another one. Reload and try again.',
  },
  'codebook.import_active': {
    'zh-CN': '正在导入数据或撤销导入，工作区被占用。请在完成后修改事件类型。',
    en: 'An import, or the undoing of one, is under way and has the workspace to itself. Change event types when it has ended.',
  },
  'codebook.unreadable': {
    'zh-CN': '无法读取事件类型文件 {path}：{detail}。',
    en: 'The event types file {path} cannot be read: {detail}.',
  },
  'codebook.too_large': {
    'zh-CN': '{path} 有 {size} 字节，超过事件类型文件的上限 {limit} 字节。请确认选择的是事件类型文件。',
    en: '{path} has {size} bytes, more than the {limit} that an event types file may have. Check that it is one.',
  },
  'codebook.encoding': {
    'zh-CN': '事件类型文件 {path} 不是 UTF-8 编码，请用编辑器另存为 UTF-8 后重试。',
    en: 'The event types file {path} is not encoded in UTF-8. Save it as UTF-8 in your editor and try again.',
  },
  'codebook.syntax': {
    'zh-CN': '事件类型文件 {path} 第 {line} 行有语法错误：{detail}。',
    en: 'The event types file {path} has a syntax error in line {line}: {detail}.',
  },
  'codebook.invalid': {
    'zh-CN': '事件类型文件 {path} 第 {line} 行，字段 {field} 有误：应为 {expected}，实际为 {actual}。',
    en: 'The event types file {path} has a mistake in line {line}, field {field}: expected {expected}, found {actual}.',
  },
  'codebook.missing_field': {
    'zh-CN': '事件类型文件 {path} 第 {line} 行起的部分缺少字段 {field}。',
    en: 'The event types file {path} lacks the field {field} in the part that begins in line {line}.',
  },
  'codebook.unknown_field': {
    'zh-CN': '事件类型文件 {path} 第 {line} 行有未知字段 {field}，请检查拼写和缩进。',
    en: 'The event types file {path} has an unknown field {field} in line {line}. Check its spelling and indentation.',
  },
  'codebook.duplicate': {
    'zh-CN':
      '事件类型文件 {path} 第 {line} 行，字段 {field} 的词“{value}”已属于另一个类型；一个词只能属于一个类型。',
    en: 'The event types file {path} gives the word “{value}” in line {line}, field {field}, to a second type; a word has one type.',
  },
  'codebook.no_such_type': {
    'zh-CN': '事件类型文件 {path} 第 {line} 行，字段 {field} 指定的“{value}”不是文件中启用的互动类型。',
    en: 'The event types file {path} names “{value}” in line {line}, field {field}, which is no active type of engagement in it.',
  },
} as const;
