/** Errors and notes of exports. */
export const exportMessages = {
  'export.output_unwritable': {
    'zh-CN': '输出没有写完：{detail}。请把标准输出改到别处，再次运行同一命令；工作区中已完成的结果都在。',
    en: 'The output is not complete: {detail}. Send standard output elsewhere and run the same command again; everything finished in the workspace is safe.',
  },
  'export.unwritable': {
    'zh-CN': '无法写入文件 {path}：{detail}。请检查文件夹是否存在、可写，或换一个位置。',
    en: 'The file {path} cannot be written: {detail}. Check that the folder exists and is writable, or choose another place.',
  },
  'export.over_database': {
    'zh-CN': '{path} 是数据库文件（可能是某个工作区），不会被覆盖。请换一个文件名。',
    en: '{path} belongs to a database (perhaps a workspace) and is not overwritten. Choose another name.',
  },
  'export.not_carried': {
    'zh-CN': '{format} 格式不能承载“{what}”。它可以承载：{possible}；可以承载“{what}”的格式：{formats}。',
    en: 'The format {format} cannot carry {what}. It can carry: {possible}. Formats that carry {what}: {formats}.',
  },
  'export.other_detail': {
    'zh-CN':
      '没有导出：要的粒度是“{detail}”，而 {count} 个用户的事件是模型按“{stored}”抽象的；模型合并了的，导出时无法再分开。请先按粒度“{detail}”重做，再导出；或按更粗的粒度、或按存储的粒度导出。',
    en: 'Nothing was exported: the detail {detail} is asked for, and a model abstracted the events of {count} users at {stored}; what it joined, an export cannot tell apart. Do all again at the detail {detail} first, or export at a coarser detail, or as they are stored.',
  },
  'export.user_too_large': {
    'zh-CN':
      '没有导出：用户 {user} 有 {count} 条行为，超过规则允许的 {limit} 条（limits.maxBehavioursPerUser），无法按另一粒度计算。请在规则文件中调高上限，或按存储的粒度导出。',
    en: 'Nothing was exported: the user {user} has {count} behaviours, more than the {limit} that the rules allow (limits.maxBehavioursPerUser), so the events cannot be computed at another detail. Raise the limit in a rules file, or export the events as they are stored.',
  },
  'export.user_too_long': {
    'zh-CN':
      '没有导出：用户 {user} 的 {count} 条行为合起来太长，超过一个用户可用的内存（{limit} MB），无法按另一粒度计算。请按存储的粒度导出。',
    en: 'Nothing was exported: the {count} behaviours of the user {user} are too long together for the memory that one user may take ({limit} MB), so the events cannot be computed at another detail. Export them as they are stored.',
  },
  'export.note.abstracted': {
    'zh-CN':
      '{count} 个用户的事件是为这次导出按“{detail}”重新抽象的（规则 {rules}）；工作区里的事件没有改变。',
    en: 'The events of {count} users were abstracted for this export at the detail {detail}, by the rules {rules}; the workspace keeps its own.',
  },
  'export.note.joined': {
    'zh-CN': '{count} 个用户的事件由模型抽象，为这次导出合并到“{detail}”；工作区里的事件没有改变。',
    en: 'The events of {count} users, which a model abstracted, were joined for this export to the detail {detail}; the workspace keeps its own.',
  },
  'export.detail.fine': { 'zh-CN': '细', en: 'Fine' },
  'export.detail.standard': { 'zh-CN': '标准', en: 'Standard' },
  'export.detail.unknown': { 'zh-CN': '不明', en: 'unknown' },
  'export.detail.brief': { 'zh-CN': '概括', en: 'Brief' },
  'export.note.details': {
    'zh-CN':
      '事件的粒度不止一种：多数用户是“{detail}”，{count} 个用户是“{stored}”。需要一致时，请在导出时选定一种粒度。',
    en: 'The events have more than one detail: {detail} for most users, {stored} for {count}. Choose a detail for the export where they have to be alike.',
  },
  'export.already_active': {
    'zh-CN': '已有导出正在进行。请等它完成，或先取消它。',
    en: 'An export is going on already. Wait for its end, or cancel it first.',
  },
  'export.cancelled': {
    'zh-CN': '导出已取消，没有留下文件。',
    en: 'The export was cancelled; no file was left behind.',
  },
  'export.nothing': {
    'zh-CN': '工作区里还没有可导出的内容（{what}）。请先导入日志并抽象事件。',
    en: 'The workspace has nothing of this kind to export yet ({what}). Import a log and abstract events first.',
  },
  'export.note.sheets': {
    'zh-CN': '一张工作表放不下 {rows} 行，已分到 {sheets} 张工作表，每张都有表头。',
    en: '{rows} rows do not fit into one sheet: they are in {sheets} sheets, each with the header.',
  },
  'export.note.long_cells': {
    'zh-CN': '{cells} 个单元格超过 {limit} 个字符，其余部分在后面的续列中：{columns}。',
    en: '{cells} cells are longer than {limit} characters: the rest is in continuation columns that follow: {columns}.',
  },
  'export.note.illegal_characters': {
    'zh-CN': '{texts} 段文字含有 XML 不允许的字符，这些字符已去掉。',
    en: '{texts} texts had characters that XML does not allow; those characters were left out.',
  },
  'export.note.short_ids': {
    'zh-CN':
      '{users} 个用户的 ID 不足 {least} 个字符，Amplitude 不接受；文件中写作“user-…”，原 ID 在用户属性 original_user_id 中。',
    en: '{users} users have ids of fewer than {least} characters, which Amplitude refuses: the file has them as “user-…”, and the ids as they are in the user property original_user_id.',
  },
  'export.note.more_columns': {
    'zh-CN': '日志或画像的列超过 {limit} 个，其余 {count} 列合在 {column} 列中（JSON）。',
    en: 'The log or the profiles have more than {limit} columns: the other {count} are together in the column {column}, as JSON.',
  },
  'export.note.zones': {
    'zh-CN': '各次导入使用了不同的时区（{zones}）；文件中的时间按 {zone} 写出。',
    en: 'The imports were read with different time zones ({zones}); times in the file are those of {zone}.',
  },
  'export.note.machine_zone': {
    'zh-CN': '日志没有说明时区；文件中的时间按本机时区 {zone} 写出。',
    en: 'The log does not say its time zone: times in the file are those of this machine’s zone, {zone}.',
  },
} as const;
