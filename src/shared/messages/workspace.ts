/** Errors of the workspace file. */
export const workspaceMessages = {
  'workspace.none': {
    'zh-CN': '尚未打开工作区。请先打开或新建一个工作区。',
    en: 'No workspace is open. Open one, or make a new one.',
  },
  'workspace.not_found': {
    'zh-CN': '找不到工作区文件 {path}。请检查它是否被移动或删除。',
    en: 'The workspace file {path} does not exist. Check whether it was moved or deleted.',
  },
  'workspace.not_a_workspace': {
    'zh-CN': '{path} 不是 EventLoom 工作区，未做任何改动。',
    en: '{path} is not an EventLoom workspace. It was left untouched.',
  },
  'workspace.too_new': {
    'zh-CN':
      '工作区 {path} 由更新版本的 EventLoom 创建（格式 {found}，本版本支持到 {supported}）。请升级 EventLoom；文件未做任何改动。',
    en: 'The workspace {path} was made by a newer EventLoom (format {found}, this version knows up to {supported}). Update EventLoom; the file was left untouched.',
  },
  'workspace.damaged': {
    'zh-CN': '工作区 {path} 已损坏（{detail}）。可以抢救：另存一份副本，并恢复仍能读取的内容。',
    en: 'The workspace {path} is damaged ({detail}). It can be rescued: a copy is put aside and everything that still reads is recovered.',
  },
  'workspace.bad_value': {
    'zh-CN':
      '工作区 {path} 中有一处内容不是由 EventLoom 写入的，无法读取。文件没有被改动；请在“设置 → 工作区”中从备份恢复，或新建工作区并重新导入数据。',
    en: 'The workspace {path} holds a value that EventLoom has not written and cannot read. The file was left as it is; restore a backup in Settings → Workspace, or import the data into a new workspace.',
  },
  'workspace.foreign_object': {
    'zh-CN': '其结构与本程序建立的不同：{object}',
    en: 'its structure is not the one that this program makes: {object}',
  },
  'workspace.rescue_interrupted': {
    'zh-CN': '工作区 {path} 已损坏。上次抢救在完成前中断，原文件未做任何改动。请重新抢救。',
    en: 'The workspace {path} is damaged. The last rescue was interrupted before it was complete; the file was left as it was. Start the rescue again.',
  },
  'workspace.rescue_cancelled': {
    'zh-CN': '抢救已取消。工作区 {path} 没有被改动，旁边也没有留下文件。',
    en: 'The rescue was cancelled. The workspace {path} was left as it was, and no file was left beside it.',
  },
  'workspace.restore_cancelled': {
    'zh-CN': '恢复备份已取消。工作区 {path} 没有被改动，旁边也没有留下文件。',
    en: 'The restore was cancelled. The workspace {path} was left as it was, and no file was left beside it.',
  },
  'workspace.backup_cancelled': {
    'zh-CN': '备份已取消，没有留下备份文件。工作区 {path} 没有被改动。',
    en: 'The backup was cancelled; no backup file was left. The workspace {path} was left as it was.',
  },
  'workspace.rescue_no_space': {
    'zh-CN':
      '磁盘空间不足，无法抢救工作区 {path}：大约需要 {needed} MB，只剩 {free} MB。请清理磁盘后重试；原文件未做任何改动。',
    en: 'There is not enough disk space to rescue the workspace {path}: about {needed} MB are needed, {free} MB are free. Free some space, then try again; the file was left as it was.',
  },
  'workspace.not_damaged': {
    'zh-CN': '只有因损坏而未能打开的工作区才能抢救；{path} 不是，未做任何改动。',
    en: 'Only a workspace that is closed because it is damaged can be rescued. {path} is not; it was left untouched.',
  },
  'workspace.replaced': {
    'zh-CN':
      '工作区文件 {path} 在使用中被另一个文件替换（例如同步软件，或恢复的备份）。新文件未做任何改动；原来的数据已完整另存为 {recovered}。打开其中任意一个即可继续。',
    en: 'While it was in use, the workspace file {path} was replaced by another file, for example by a sync client or a restored backup. The new file was left untouched; the data from before was saved whole as {recovered}. Open either of them to go on.',
  },
  'workspace.log_set_aside': {
    'zh-CN':
      'EventLoom 上次异常退出后，工作区文件 {path} 被另一个文件替换。留在旁边的日志属于原来的文件，已移到 {aside}；新文件未做任何改动。点“重试”即可打开它。',
    en: 'After EventLoom ended unexpectedly, the workspace file {path} was replaced by another file. The log beside it belongs to the file from before and was moved to {aside}; the new file was left untouched. Press Try again to open it.',
  },
  'workspace.in_use': {
    'zh-CN': '工作区 {path} 正被另一个 EventLoom 使用。请先关闭它，再重试。',
    en: 'The workspace {path} is in use by another EventLoom. Close that one first, then try again.',
  },
  'workspace.linked': {
    'zh-CN':
      '工作区 {path} 的文件还有另一个名称（硬链接）。以两个名称打开会损坏它，因此没有打开，也未做任何改动。请删除另一个名称；或复制一份文件，打开副本。',
    en: 'The file of the workspace {path} has another name, too (a hard link). Opened under both names it would be damaged, so it was not opened and was left untouched. Remove the other name, or copy the file and open the copy.',
  },
  'workspace.path_too_long': {
    'zh-CN':
      '工作区的路径太长，系统放不下它旁边的文件（日志、备份）：{path}。请改用较短的名称，或移到层级较浅的文件夹。',
    en: 'The path of the workspace is too long for the files beside it (its log, its backups): {path}. Give it a shorter name, or move it into a folder that is not so deep.',
  },
  'workspace.locked': {
    'zh-CN': '工作区 {path} 被其他程序锁定。请关闭占用它的程序，再继续或重试；已完成的结果都在。',
    en: 'The workspace {path} is locked by another program. Close that program, then resume or try again; everything finished is safe.',
  },
  'workspace.waits_for_lock': {
    'zh-CN': '工作区 {path} 正被其他程序锁定（例如杀毒或同步软件），释放后自动继续。',
    en: 'Another program, such as a virus scanner or a sync client, has locked the workspace {path}. What you asked for goes on by itself when it lets go.',
  },
  'workspace.read_only': {
    'zh-CN': '工作区 {path} 不可写入（只读）。请恢复写入权限，再继续或重试；已完成的结果都在。',
    en: 'The workspace {path} cannot be written (read-only). Make it writable, then resume or try again; everything finished is safe.',
  },
  'workspace.beside_read_only': {
    'zh-CN':
      '工作区 {path} 旁边的文件 {file} 不可写入，因此没有打开工作区，也未做任何改动。请恢复这个文件的写入权限，再试一次。',
    en: 'The file {file} beside the workspace {path} cannot be written, so the workspace was not opened and was left untouched. Make that file writable, then try again.',
  },
  'workspace.disk_full': {
    'zh-CN': '工作区 {path} 所在磁盘已满。请清理出空间，再继续或重试；已完成的结果都在。',
    en: 'The disk that holds the workspace {path} is full. Free some space, then resume or try again; everything finished is safe.',
  },
  'workspace.gone': {
    'zh-CN':
      '工作区文件 {path} 在使用中被移走或删除。把它放回原处后点“继续”；若已删除，点“继续”会从内存中的连接恢复它。',
    en: 'The workspace file {path} was moved or deleted while in use. Put it back and press Resume; if it was deleted, Resume restores it from the open connection.',
  },
  'workspace.io': {
    'zh-CN': '读写工作区 {path} 时出错（{detail}）。请检查磁盘，再继续或重试；已完成的结果都在。',
    en: 'Reading or writing the workspace {path} failed ({detail}). Check the disk, then resume or try again; everything finished is safe.',
  },
  'workspace.backup_no_space': {
    'zh-CN': '磁盘空间不足，无法备份工作区 {path}。请清理磁盘后重试；工作区未做任何改动。',
    en: 'There is not enough disk space for a backup of the workspace {path}. Free some space and try again; the workspace was left as it was.',
  },
  'workspace.backup_failed': {
    'zh-CN': '无法备份工作区 {path}（{detail}）。请检查磁盘和权限后重试；工作区未做任何改动。',
    en: 'The workspace {path} cannot be backed up ({detail}). Check the disk and the permissions and try again; the workspace was left as it was.',
  },
  'workspace.backup_unusable': {
    'zh-CN': '备份 {path} 不完整，不能用来恢复（{detail}）。工作区未做任何改动；请选择另一个备份。',
    en: 'The backup {path} is not whole and cannot be restored ({detail}). The workspace was left as it was; choose another backup.',
  },
  'workspace.backup_unknown': {
    'zh-CN': '{path} 不是这个工作区的备份，未做任何改动。',
    en: '{path} is not a backup of this workspace. Nothing was changed.',
  },
  'workspace.value_too_large': {
    'zh-CN':
      '内容太大，没有保存：{size} 个字符，上限 {limit}。请减少其中的词语、例子或条件；原来的内容没有改动。',
    en: 'It was not saved, because it is too large: {size} characters, and {limit} is the most. Take out words, examples or conditions; what was there before is unchanged.',
  },
  'workspace.upgraded': {
    'zh-CN': '工作区已升级到新的格式。升级前的备份在 {path}。',
    en: 'The workspace was brought to the new format. A backup from before is at {path}.',
  },
  'workspace.busy': {
    'zh-CN':
      '有任务、导入、撤销、导出、备份或对模型的提问正在进行，暂时不能执行此操作。请先等待其完成，或将其取消。',
    en: 'A run, an import, the undoing of one, an export, a backup or a question to the model is in progress. Wait for it to finish, or cancel it first.',
  },
  'workspace.user_not_found': {
    'zh-CN': '工作区中没有用户 {userId}：数据可能已被清除。请检查用户 ID，或重新导入数据。',
    en: 'There is no user {userId} in the workspace: the data may have been cleared. Check the id, or import the data again.',
  },
} as const;
