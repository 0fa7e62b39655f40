/** Errors of extractors: the reasons a user can fail for, and mistakes in a rules file. */
export const extractMessages = {
  'extract.user_too_large': {
    'zh-CN':
      '该用户有 {count} 条行为，超过规则允许的 {limit} 条（limits.maxBehavioursPerUser）。可在规则文件中调高上限后重试该用户。',
    en: 'The user has {count} behaviours, more than the {limit} that the rules allow (limits.maxBehavioursPerUser). Raise the limit in a rules file and retry the user.',
  },
  'extract.user_too_long': {
    'zh-CN':
      '该用户的 {count} 条行为合起来太长，超过一个用户可用的内存（{limit} MB），因此没有抽象。请在日志中把该用户按时间拆成几个用户 ID，或在导入时忽略用不到的长列，然后重试。',
    en: 'The {count} behaviours of the user are too long together for the memory that one user may take ({limit} MB), so the user was not abstracted. Split the user in the log into several ids by time, or ignore long columns that are not needed when you import, then try again.',
  },
  'rules.unreadable': {
    'zh-CN':
      '无法读取规则文件 {path}：{detail}。请把它放回原处，或在“设置 → 抽象规则”中另选一个、恢复内置规则，再重试。',
    en: 'The rules file {path} cannot be read: {detail}. Put it back, or choose another one or the built-in rules in Settings → Rules, then try again.',
  },
  'rules.too_large': {
    'zh-CN': '{path} 有 {size} 字节，超过规则文件的上限 {limit} 字节。请确认选择的是规则文件。',
    en: '{path} has {size} bytes, more than the {limit} that a rules file may have. Check that it is a rules file.',
  },
  'rules.encoding': {
    'zh-CN': '规则文件 {path} 不是 UTF-8 编码，请用编辑器另存为 UTF-8 后重试。',
    en: 'The rules file {path} is not encoded in UTF-8. Save it as UTF-8 in your editor and try again.',
  },
  'rules.syntax': {
    'zh-CN': '规则文件 {path} 第 {line} 行有语法错误：{detail}。',
    en: 'The rules file {path} has a syntax error in line {line}: {detail}.',
  },
  'rules.invalid': {
    'zh-CN': '规则文件 {path} 第 {line} 行，字段 {field} 有误：应为 {expected}，实际为 {actual}。',
    en: 'The rules file {path} has a mistake in line {line}, field {field}: expected {expected}, found {actual}.',
  },
  'rules.missing_field': {
    'zh-CN': '规则文件 {path} 第 {line} 行起的部分缺少字段 {field}。',
    en: 'The rules file {path} lacks the field {field} in the part that begins in line {line}.',
  },
  'rules.unknown_field': {
    'zh-CN': '规则文件 {path} 第 {line} 行有未知字段 {field}，请检查拼写和缩进。',
    en: 'The rules file {path} has an unknown field {field} in line {line}. Check its spelling and indentation.',
  },
  'rules.duplicate': {
    'zh-CN': '规则文件 {path} 第 {line} 行，字段 {field} 的值“{value}”已经用过，必须唯一。',
    en: 'The rules file {path} uses “{value}” again in line {line}, field {field}, where each value must be unique.',
  },
  'rules.unknown_kind': {
    'zh-CN': '规则文件 {path} 第 {line} 行，字段 {field} 引用的“{value}”不在 kinds 中。',
    en: 'The rules file {path} refers in line {line}, field {field}, to “{value}”, which is not among the kinds.',
  },
} as const;
