/** Errors of exports. */
export const exportMessages = {
  'export.unwritable': {
    'zh-CN': '无法写入文件 {path}：{detail}。请检查文件夹是否存在、可写，或换一个位置。',
    en: 'The file {path} cannot be written: {detail}. Check that the folder exists and is writable, or choose another place.',
  },
  'export.over_database': {
    'zh-CN': '{path} 是数据库文件（可能是某个工作区），不会被覆盖。请换一个文件名。',
    en: '{path} belongs to a database (perhaps a workspace) and is not overwritten. Choose another name.',
  },
} as const;
