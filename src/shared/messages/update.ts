/** Errors and notices of updates. */
export const updateMessages = {
  'update.off': {
    'zh-CN': '这个安装不检查更新。请在发布页面查看新版本。',
    en: 'This installation does not look for updates. Look for a new version where you got this one.',
  },
  'update.check_failed': {
    'zh-CN': '无法检查更新：{detail}。请检查网络后重试；当前版本不受影响。',
    en: 'Cannot look for updates: {detail}. Check the network and try again; the installed version is not affected.',
  },
  'update.download_failed': {
    'zh-CN': '更新没有下载成功：{detail}。请重试；当前版本不受影响。',
    en: 'The update was not downloaded: {detail}. Try again; the installed version is not affected.',
  },
  'update.forged': {
    'zh-CN':
      '下载的更新与发布者的校验值或签名不符，已删除，没有安装。请稍后重试；若仍出现，请联系发布者。当前版本不受影响。',
    en: 'The downloaded update does not match the checksum or signature of its publisher. It was deleted and not installed. Try again later, and tell the publisher if it comes back; the installed version is not affected.',
  },
  'update.install_failed': {
    'zh-CN': '更新没有安装成功：{detail}。当前版本不受影响，可以再试一次。',
    en: 'The update was not installed: {detail}. The installed version is not affected; try again.',
  },
  'update.not_ready': {
    'zh-CN': '更新还没有下载完成，暂时不能安装。请先下载。',
    en: 'The update is not downloaded yet. Download it first.',
  },
  'update.work_active': {
    'zh-CN': '有任务正在进行，更新没有安装。请等待其完成，或选择现在安装：任务会在重新启动后继续。',
    en: 'Work is in progress, so the update was not installed. Wait for its end, or choose to install now: the run goes on after the restart.',
  },
  'update.installed': {
    'zh-CN': '已更新到 {version}。',
    en: 'Updated to {version}.',
  },
  'update.not_installed': {
    'zh-CN': '更新到 {version} 没有完成，仍在使用 {current}。可以再试一次更新。',
    en: 'The update to {version} was not completed; this is still {current}. The update can be tried again.',
  },
} as const;
