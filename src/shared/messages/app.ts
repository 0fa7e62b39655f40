/** Errors of the shell and of requests between a window and the main process. */
export const appMessages = {
  'app.internal': {
    'zh-CN': '程序内部出错[[：{detail}]]。您的数据没有丢失；请重试，若仍出现请重新启动 EventLoom。',
    en: 'Something went wrong inside EventLoom[[: {detail}]]. No data was lost; try again, and restart EventLoom if it comes back.',
  },
  'app.settings_not_saved': {
    'zh-CN':
      '设置未能保存到 {path}：{detail}。请检查磁盘空间和该文件夹的权限，然后再改一次；您的数据不受影响。',
    en: 'The settings could not be saved to {path}: {detail}. Check the free disk space and the permissions of that folder, then make the change again. Your data is not affected.',
  },
  'app.file_failed': {
    'zh-CN': '无法读写 {path}：{detail}。请检查磁盘空间和权限，然后重试。',
    en: 'Cannot read or write {path}: {detail}. Check the free disk space and the permissions, then try again.',
  },
  'app.link_refused': {
    'zh-CN':
      '此链接未被打开：链接只能打开曾在此电脑上打开过的工作区。请在“设置 → 工作区”中打开该文件，之后链接即可使用。',
    en: 'The link was not opened: a link can only lead to a workspace that was opened on this machine before. Open the file in Settings → Workspace; after that the link works.',
  },
  'app.bad_request': {
    'zh-CN': '请求 {route} 的参数不正确（{field}）。请重新加载窗口后再试。',
    en: 'The request {route} was malformed ({field}). Reload the window and try again.',
  },
  'app.path_not_chosen': {
    'zh-CN': '文件 {path} 不是在本窗口中选择的，没有读取。请在对话框里选择它，或把它拖进窗口。',
    en: 'The file {path} was not chosen in the window, and was not read. Choose it in the dialog, or drop it on the window.',
  },
  'app.unknown_request': {
    'zh-CN': '未知的请求 {route}。请重新加载窗口后再试。',
    en: 'Unknown request {route}. Reload the window and try again.',
  },
  'app.sender_rejected': {
    'zh-CN': '请求来自不受信任的页面，已拒绝。',
    en: 'The request came from a page that is not trusted and was refused.',
  },
  'app.engine_stopped': {
    'zh-CN': '后台引擎已停止，正在重新启动。已完成的结果都在，请稍后再试。',
    en: 'The background engine stopped and is being restarted. Everything finished is safe; try again in a moment.',
  },
  'app.engine_given_up': {
    'zh-CN':
      '后台引擎反复停止，已不再自动启动。已完成的结果都在；点“重试”再启动一次，若仍出现请查看日志文件。',
    en: 'The background engine kept stopping and is no longer restarted by itself. Everything finished is safe; press Retry to start it again, and look into the log file if it comes back.',
  },
  'app.quitting': {
    'zh-CN': 'EventLoom 正在退出，不再接受新的操作。已完成的结果都在；请重新启动后再试。',
    en: 'EventLoom is quitting and takes no more requests. Everything finished is safe; start it again, then try again.',
  },
  'app.main_error': {
    'zh-CN': '程序内部出错，已写入日志。任务不受影响，已完成的结果都在；若界面不正常，请重新启动 EventLoom。',
    en: 'Something went wrong inside EventLoom and was written to its log. Runs are not affected and everything finished is safe; restart EventLoom if it behaves oddly.',
  },
  'app.settings_set_aside': {
    'zh-CN': '设置文件无法读取，已另存为 {path}，现在使用默认设置。',
    en: 'The settings could not be read. They were put aside as {path}, and the defaults are used now.',
  },
  'app.view_crashed': {
    'zh-CN': '窗口刚才出错，已重新载入。任务不受影响。',
    en: 'The window crashed and was reloaded. Runs are not affected.',
  },
} as const;
