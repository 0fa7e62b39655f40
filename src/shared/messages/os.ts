/** Why the system refused a file operation; parts of other messages. */
export const osMessages = {
  'os.not_found': { 'zh-CN': '文件或文件夹不存在', en: 'no such file or folder' },
  'os.denied': { 'zh-CN': '没有访问权限', en: 'permission denied' },
  'os.is_folder': { 'zh-CN': '这是一个文件夹', en: 'it is a folder' },
  'os.not_a_file': { 'zh-CN': '这不是普通文件', en: 'it is no ordinary file' },
  'os.disk_full': { 'zh-CN': '磁盘已满', en: 'the disk is full' },
  'os.busy': { 'zh-CN': '文件正被其他程序占用', en: 'another program is using the file' },
  'os.other': { 'zh-CN': '系统报告错误（{cause}）', en: 'the system reported an error ({cause})' },
} as const;
