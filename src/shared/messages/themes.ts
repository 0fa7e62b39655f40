/** Errors of the table of themes and of its files. */
export const themeMessages = {
  'themes.import_active': {
    'zh-CN': '正在导入数据或撤销导入，工作区被占用。请在完成后修改主题。',
    en: 'An import, or the undoing of one, is under way and has the workspace to itself. Change themes when it has ended.',
  },
  'themes.too_many': {
    'zh-CN':
      '主题表会有 {count} 条手工归类，超过上限 {limit} 条。请合并主题而不是逐个移动对象，或把归类写进规则文件的 themes 一节。',
    en: 'The table of themes would have {count} decisions, more than the {limit} it may have. Join themes instead of moving things one by one.',
  },
  'themes.none_in_file': {
    'zh-CN': '{path} 里没有 themes 一节，没有主题可导入。',
    en: '{path} has no section “themes”: there are no themes to import.',
  },
  'themes.too_large': {
    'zh-CN': '带主题的规则文件会有 {size} 字节，超过规则文件的上限 {limit} 字节，无法导出。',
    en: 'The rules file with the themes would have {size} bytes, more than the {limit} that a rules file may have; it was not written.',
  },
} as const;
