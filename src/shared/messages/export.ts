/** Errors of exports. */
export const exportMessages = {
  'export.unwritable': {
    'zh-CN': '无法写入文件 {path}：{detail}。请检查文件夹是否存在、可写，或换一个位置。',
    en: 'The file {path} cannot be written: {detail}. Check that the folder exists and is writable, or choose another place.',
  },
} as const;
