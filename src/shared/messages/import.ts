/** Errors of imports, and the reasons a row can be rejected for. */
export const importMessages = {
  'import.unknown': {
    'zh-CN': '工作区里没有这次导入，可能已被撤销。',
    en: 'The workspace has no such import; it may have been undone already.',
  },
  'import.undo_profiles': {
    'zh-CN':
      '无法撤销画像导入“{file}”：各次导入的值没有完整保留（它由早期版本导入，当时后导入的画像替换了先前的；或者工作区曾经损坏，修复时丢失了一部分画像）。请重新导入正确的画像文件。',
    en: 'The import of profiles “{file}” cannot be undone: what each import said is not wholly kept. It was made by an earlier version, which had several of them replace each other, or the workspace was damaged and lost profiles when it was rescued. Import the right profiles again instead.',
  },
  'import.unreadable': {
    'zh-CN':
      '无法读取文件 {path}：{detail}。请检查它能否打开（读取权限、是否被其他程序占用），或把它复制到别处再导入。',
    en: 'The file {path} cannot be read: {detail}. Check that it opens (permission, another program using it), or copy it elsewhere and import the copy.',
  },
  'import.not_found': {
    'zh-CN': '找不到文件 {path}。请检查它是否被移动或改名。',
    en: 'The file {path} does not exist. Check whether it was moved or renamed.',
  },
  'import.empty': {
    'zh-CN': '文件 {path} 是空的。请确认选对了文件、导出已经完成，再导入。',
    en: 'The file {path} is empty. Check that it is the right file and that its export has finished, then import it again.',
  },
  'import.unpack_first': {
    'zh-CN':
      '文件 {path} 是压缩包，其中的内容不能直接读取（压缩方式不支持、有密码，或包中还有压缩包）。请先解压，再导入得到的文件。',
    en: 'The file {path} is an archive whose content cannot be read directly (another way of packing, a password, or an archive within the archive). Unpack it, and import the file that comes out.',
  },
  'import.unpack_space': {
    'zh-CN':
      '文件 {path} 要先解压到临时文件才能读取，而解压后超过 {gigabytes} GB（临时文件所在磁盘剩余空间的一半，最多 8 GB），因此没有导入任何内容。请自行解压到有空间的磁盘，再导入得到的文件。',
    en: 'The file {path} has to be unpacked to a temporary file to be read, and becomes larger than {gigabytes} GB (half of what is free on the disk of temporary files, 8 GB at the most). Nothing was imported. Unpack it on a disk with enough space, and import the file that comes out.',
  },
  'import.unpack_failed': {
    'zh-CN':
      '文件 {path} 要先解压到临时文件才能读取，而临时文件写不进文件夹 {folder}：{detail}。没有导入任何内容。请清理该磁盘，或自行解压到有空间的磁盘，再导入得到的文件。',
    en: 'The file {path} has to be unpacked to a temporary file to be read, and that cannot be written to the folder {folder}: {detail}. Nothing was imported. Free space on that disk, or unpack the file on a disk with enough space, and import the file that comes out.',
  },
  'import.zip_of_several': {
    'zh-CN': '压缩包 {path} 里有 {count} 个文件，无法判断要导入哪一个。请先解压，再导入需要的文件。',
    en: 'There are {count} files in the archive {path}, and it cannot be told which one is meant. Unpack it, and import the file you want.',
  },
  'import.packed_truncated': {
    'zh-CN':
      '压缩文件 {path} 不完整（在中途结束），多半是下载或复制没有完成。没有导入任何内容。请重新取得该文件，再导入。',
    en: 'The packed file {path} ends in the middle: most likely it was not downloaded or copied completely. Nothing was imported. Get the file again, and import it then.',
  },
  'import.packed_damaged': {
    'zh-CN': '压缩文件 {path} 已损坏，无法解压。没有导入任何内容。请重新取得该文件，再导入。',
    en: 'The packed file {path} is damaged and cannot be unpacked. Nothing was imported. Get the file again, and import it then.',
  },
  'import.bomb': {
    'zh-CN':
      '文件 {path} 解压后超过其大小的 {times} 倍，不像是日志，可能是恶意的“压缩炸弹”，因此停止读取，没有导入任何内容。如果内容可信，请先解压，再导入得到的文件。',
    en: 'The file {path} unpacks to more than {times} times its size, which no log does: it may be made to fill the memory or the disk. Reading was stopped and nothing was imported. If you trust it, unpack it and import the file that comes out.',
  },
  'import.workbook_encrypted': {
    'zh-CN':
      '工作簿 {path} 有密码，无法读取。请在 Excel 中打开它，取消密码（文件 → 信息 → 保护工作簿），保存后再导入。',
    en: 'The workbook {path} is protected by a password and cannot be read. Open it in Excel, remove the password (File → Info → Protect Workbook), save it, and import it again.',
  },
  'import.workbook_legacy': {
    'zh-CN':
      '文件 {path} 是旧格式或其他格式的工作簿（.xls、.xlsb、.ods、.numbers 或 XML 表格），不能直接读取。请在 Excel、Numbers 或 LibreOffice 中打开它，另存为 .xlsx，再导入得到的文件。',
    en: 'The file {path} is a workbook of an old or another format (.xls, .xlsb, .ods, .numbers or an XML spreadsheet), which is not read. Open it in Excel, Numbers or LibreOffice, save it as .xlsx, and import that file.',
  },
  'import.workbook_too_large': {
    'zh-CN':
      '工作簿 {path} 的文本共超过 {limit} 个字符，读取它会占用过多内存。请在 Excel 中把工作表另存为 CSV UTF-8，再导入得到的文件。',
    en: 'The texts of the workbook {path} have more than {limit} characters together, which would take too much memory. In Excel, save the sheet as CSV UTF-8, and import that file.',
  },
  'import.xml': {
    'zh-CN': '文件 {path} 是 XML，但不是 XES 日志，无法读取。请从来源导出为 CSV、JSON 或 XES，再导入。',
    en: 'The file {path} is XML, but no XES log, and cannot be read. Export it as CSV, JSON or XES where it comes from, and import that file.',
  },
  'import.encrypted': {
    'zh-CN': '文件 {path} 是加密的，无法读取。请从来源导出不加密的文件，再导入。',
    en: 'The file {path} is encrypted and cannot be read. Export it without encryption where it comes from, and import that file.',
  },
  'import.broken_file': {
    'zh-CN':
      '文件 {path} 无法按 {format} 读取：{detail}。它可能已损坏或不完整，没有导入任何内容。请重新导出或取得该文件，再导入。',
    en: 'The file {path} cannot be read as {format}: {detail}. It may be damaged or incomplete; nothing was imported. Export it or get it again, and import it then.',
  },
  'import.json_broken': {
    'zh-CN':
      '文件 {path} 像是 JSON，但开头的记录都不能按 JSON 读取，例如“{example}”。请确认导出完整，名称和文本用双引号，再导入。',
    en: 'The file {path} looks like JSON, but none of its first records can be read as JSON, such as “{example}”. Check that the export is complete, and that names and texts are in double quotes, and import it again.',
  },
  'import.ocel_other': {
    'zh-CN':
      '文件 {path} 是 OCEL 日志，但版本是 1.0 或写成了 XML，不能读取；能读取的是 OCEL 2.0 的 JSON 和 SQLite。请用 pm4py 等工具转换（例如 read_ocel 或 read_ocel2_xml，再 write_ocel2_json），再导入。',
    en: 'The file {path} is an OCEL log, but of version 1.0 or written as XML, which is not read; OCEL 2.0 as JSON or SQLite is. Convert it, for example with pm4py (read_ocel or read_ocel2_xml, then write_ocel2_json), and import that file.',
  },
  'import.json_shape': {
    'zh-CN':
      '文件 {path} 是 JSON，但其中没有可以作为行的对象或数组。可读取的是：每行一个对象或数组（JSON Lines），或由它们组成的数组。',
    en: 'The file {path} is JSON, but has no objects or arrays that could be rows. What can be read is an object or an array on each line (JSON Lines), or an array of those.',
  },
  'import.own_workspace': {
    'zh-CN': '文件 {path} 是事织的工作区，不是日志。请用“打开工作区”打开它，而不是导入。',
    en: 'The file {path} is a workspace of EventLoom, not a log. Open it as a workspace instead of importing it.',
  },
  'import.no_tables': {
    'zh-CN':
      '文件 {path} 里没有可以导入的工作表或数据表（数据库的视图和虚拟表不能导入）。请确认选对了文件，或把视图导出为 CSV 再导入。',
    en: 'There is no sheet or table in the file {path} that could be imported (views and virtual tables of a database are none). Check that it is the right file, or export the view as CSV and import that.',
  },
  'import.database_busy': {
    'zh-CN':
      '数据库 {path} 正由其他程序写入，或上次写入没有正常结束，现在读取可能只读到一半，因此没有导入任何内容。请关闭那个程序（没有结束的写入：用它再打开一次数据库），然后重试。',
    en: 'The database {path} is being written by another program, or a change of it was not ended, so that only half of it might be read. Nothing was imported. Close that program (open the database in it once more where a change was not ended), then try again.',
  },
  'import.no_such_part': {
    'zh-CN': '文件 {path} 里没有名为“{part}”的工作表或数据表。有这些：{found}。',
    en: 'The file {path} has no sheet or table called “{part}”. There are: {found}.',
  },
  'import.which_part': {
    'zh-CN': '文件 {path} 里有几个工作表或数据表都可以导入：{found}。请指定要导入哪一个。没有导入任何内容。',
    en: 'Several sheets or tables of the file {path} could be imported: {found}. Say which one is meant. Nothing was imported.',
  },
  'import.out_of_memory': {
    'zh-CN':
      '文件 {path} 需要的内存超过导入的上限，因此停止读取，没有导入任何内容。请把它分成几个较小的文件，或导出为 CSV，再导入。',
    en: 'The file {path} takes more memory than an import may have. Reading was stopped and nothing was imported. Split it into smaller files, or export it as CSV, and import those.',
  },
  'import.not_text': {
    'zh-CN':
      '文件 {path} 含有二进制内容，不是 CSV 文本（加密的数据库也是这样）。请从来源把数据导出为 CSV（编码选 UTF-8；在 Excel 中是“另存为”→“CSV UTF-8”），再导入得到的文件。',
    en: 'The file {path} has binary content and is no CSV text (an encrypted database looks like this, too). Export the data as CSV where it comes from (encoded in UTF-8; in Excel: save as “CSV UTF-8”), and import that file.',
  },
  'import.server_log': {
    'zh-CN':
      '文件 {path} 是 Web 服务器日志（IIS/Apache/Nginx），各列用空格隔开，没有用户列，不能直接导入。请先用日志工具把它转成 CSV（至少含用户或访客标识、时间、行为），再导入。',
    en: 'The file {path} is a log of a web server (IIS, Apache, Nginx): its fields are separated by blanks and name no user, so it cannot be imported as it is. Turn it into CSV with a user or visitor, a time and a behaviour first, and import that.',
  },
  'import.box_drawing': {
    'zh-CN':
      '文件 {path} 是数据库工具画的表格（带 +----+ 边框），不是数据文件。请改用 mysql --batch（得到制表符分隔的文本），或用工具的“导出为 CSV”，再导入。',
    en: 'The file {path} is a table drawn by a database tool (with borders of +----+), no data file. Run mysql with --batch (which separates by tabs), or use the export to CSV of the tool, and import that.',
  },
  'import.web_page': {
    'zh-CN':
      '文件 {path} 是网页（HTML），不是数据文件；有些系统把网页存成 .xls。请用 Excel 打开它，“另存为”选择“CSV UTF-8（逗号分隔）”，再导入得到的文件。',
    en: 'The file {path} is a web page (HTML), no data file; some systems save one as .xls. Open it in Excel, save it as “CSV UTF-8 (Comma delimited)”, and import that file.',
  },
  'import.one_column': {
    'zh-CN':
      '文件只有一列（“{found}”），多半是没有认出分隔符。可用的分隔符：逗号、制表符、分号、竖线、双冒号（::）、全角逗号、\\x01；用连续空格隔开的文件不能导入。请指定分隔符，或从来源导出为 CSV。',
    en: 'The file has one column only (“{found}”): most likely its delimiter is none that is known. Known are comma, tab, semicolon, bar, double colon (::), full-width comma and \\x01; blanks are none. Say the delimiter, or export the data as CSV where it comes from.',
  },
  'import.missing_column': {
    'zh-CN': '缺少必需的列：{missing}。文件中的列有：{found}。请在“列的含义”中指定，或在文件第一行补上表头。',
    en: 'A required column is missing: {missing}. The columns found are: {found}. Say what the columns mean, or add a header in the first line.',
  },
  'import.header_too_long': {
    'zh-CN':
      '文件的第一行（表头）超过 {limit} 个字符，因此没有导入。请确认文件是 CSV：第一行是列名，每行以换行结束；如果引号没有闭合，请补上；如果列太多，请先删去用不到的列。',
    en: 'The first line of the file (its header) is longer than {limit} characters, so nothing was imported. Check that the file is CSV: column names in the first line, a line break after each row, and no quotation mark left open. If there are very many columns, remove those that are not used.',
  },
  'import.too_many_columns': {
    'zh-CN':
      '文件有 {count} 列，超过上限 {limit} 列，因此没有导入。请只导出需要的列，或把宽表转成每行一个行为，再导入。',
    en: 'The file has {count} columns, more than the limit of {limit}, so nothing was imported. Export only the columns you need, or turn the wide table into one row per behaviour, and import it again.',
  },
  'import.no_usable_rows': {
    'zh-CN':
      '文件中没有一行可用：{count} 行全部被拒绝，第一行（第 {line} 行）的原因：{reason}。工作区未改动。',
    en: 'No row of the file is usable: all {count} were rejected, the first (line {line}) because: {reason}. The workspace is unchanged.',
  },
  'import.no_rows': {
    'zh-CN': '文件 {path} 只有表头，没有数据行。工作区未改动。',
    en: 'The file {path} has a header but no data rows. The workspace is unchanged.',
  },
  'import.mapping_length': {
    'zh-CN': '列映射有 {found} 项，而文件有 {expected} 列。请重新预览该文件后再设置映射。',
    en: 'The mapping has {found} entries, but the file has {expected} columns. Preview the file again, then set the mapping.',
  },
  'import.duplicate_role': {
    'zh-CN': '多个列被指定为同一用途：{columns}。请只保留其中一列。',
    en: 'Several columns are mapped to the same meaning: {columns}. Keep one of them only.',
  },
  'import.bad_time_zone': {
    'zh-CN': '无法识别时区“{zone}”。请使用 Asia/Shanghai 这样的名称。',
    en: 'The time zone “{zone}” is not known. Use a name like Asia/Shanghai.',
  },
  'import.bad_rows_unwritable': {
    'zh-CN': '无法把被拒绝的行保存到 {path}：{detail}。请换一个位置再试。',
    en: 'The rejected rows cannot be saved to {path}: {detail}. Try another place.',
  },
  'import.bad_rows_gone': {
    'zh-CN': '这次失败的导入已被收起，它的拒绝行没有保留。请重新导入该文件，再保存。',
    en: 'The failed import was put away, and its rejected rows were not kept. Import the file again, then save them.',
  },
  'sample.unwritable': {
    'zh-CN':
      '无法写入示例数据文件 {path}：{detail}。请检查该文件夹是否存在、可写，磁盘是否有空间，再试一次。',
    en: 'The sample data cannot be written to {path}: {detail}. Check that the folder exists, is writable and has space, then try again.',
  },
  'import.other_reading': {
    'zh-CN':
      '文件 {path} 以前按另一种方式读取并导入过，不同之处：{reason}。为避免正确与错误的行为混在一起，这次没有导入。请先撤销以前的那次导入（只去掉它的行，其余数据不受影响），再导入。',
    en: 'The file {path} was imported before, read another way: {reason}. It was not imported now, because wrong and right behaviours would stand side by side. Undo that import first (only its rows go, all other data stays), then import the file again.',
  },
  'import.reading.encoding': {
    'zh-CN': '编码（以前 {before}，这次 {now}）',
    en: 'the encoding ({before} then, {now} now)',
  },
  'import.reading.delimiter': { 'zh-CN': '分隔符', en: 'the delimiter' },
  'import.reading.header': { 'zh-CN': '第一行是不是表头', en: 'whether the first row is a header' },
  'import.reading.roles': { 'zh-CN': '列的含义', en: 'what the columns mean' },
  'import.reading.date_order': { 'zh-CN': '日期中年月日的顺序', en: 'the order of day and month' },
  'import.reading.duration_unit': { 'zh-CN': '时长的单位', en: 'the unit of durations' },
  'import.reading.time_zone': {
    'zh-CN': '时区（以前 {before}，这次 {now}）',
    en: 'the time zone ({before} then, {now} now)',
  },
  'import.durations_unread': {
    'zh-CN':
      '{count} 行的时长无法识别，这些行已导入，时长留空。第一处在第 {line} 行：“{value}”（列“{column}”）。可识别的写法：秒数、“12s”、“12秒”、“mm:ss”、“hh:mm:ss”。',
    en: 'Durations that cannot be read: {count}. Their rows were imported without one. The first is in line {line}: “{value}” (column “{column}”). What can be read: seconds, “12s”, “mm:ss”, “hh:mm:ss”.',
  },
  'sample.cancelled': {
    'zh-CN': '已取消。示例行为已经导入（新增 {count} 行），示例画像没有导入。不需要时可在“数据”页清空。',
    en: 'Cancelled. The sample behaviours are in already ({count} rows added), the sample profiles are not. Clear the data on the Data page if you do not want them.',
  },
  'import.already_active': {
    'zh-CN': '正在导入或撤销导入，请等待其完成或取消。',
    en: 'An import, or the undoing of one, is already in progress. Wait for it, or cancel it.',
  },
  'import.induction_active': {
    'zh-CN': '正在归纳事件类型，暂时不能导入。请在“事件类型”页等它完成，或先取消归纳。',
    en: 'Event types are being induced, so nothing can be imported now. Wait for the end on the page Event types, or cancel it there.',
  },
  'import.run_active': {
    'zh-CN': '批量抽象任务进行中，不能导入。请先等待任务完成，或取消任务。',
    en: 'A run is in progress, so nothing can be imported now. Wait for it to finish, or cancel it first.',
  },
  'import.undo_cancelled': {
    'zh-CN': '没有撤销导入，工作区未改动。',
    en: 'The import was not undone. The workspace is unchanged.',
  },
  'import.cancelled': {
    'zh-CN': '导入已取消，工作区未改动。',
    en: 'The import was cancelled. The workspace is unchanged.',
  },
  'import.changed_while_reading': {
    'zh-CN': '文件 {path} 在导入过程中被修改，导入已停止，工作区未改动。请在文件写完后重试。',
    en: 'The file {path} changed while it was being imported. The import stopped and the workspace is unchanged. Try again when the file is complete.',
  },
  'import.mostly_refused': {
    'zh-CN':
      '文件的 {rows} 行中有 {count} 行不能导入，工作区未改动。第一处在第 {line} 行，原因：{reason}。请检查列的含义和数据的写法；也可以放弃这些行，只导入其余的。',
    en: 'Of the {rows} rows of the file {count} cannot be imported, and the workspace is unchanged. The first is in line {line}, because: {reason}. Check what the columns mean and how the values are written. Or do without them, and import the others.',
  },
  'import.undecided_dates': {
    'zh-CN':
      '文件中的日期（如“{example}”）可以读作 {first}，也可以读作 {second}，从数据本身[[（前 {rows} 行）]]无法判断，因此没有导入。请在导入窗口里选择日期的顺序；命令行请加 --date-order day-first、month-first 或 year-first。',
    en: 'The dates of the file (such as “{example}”) may be {first} or {second}, and no value[[ of the first {rows} rows]] tells which. Nothing was imported. Choose the order of dates in the import dialog; on the command line add --date-order day-first, month-first or year-first.',
  },
  'import.doubt.no_header': {
    'zh-CN':
      '文件看来没有表头：第 {line} 行就是数据。各列用 #1、#2…… 表示，含义是按数据推断的，请逐列确认；如果第一行其实是列名，请把“表头”改为“有”。',
    en: 'The file seems to have no header: line {line} is data already. The columns are called #1, #2 …, and what they mean was told from their values: check each. If the first line does name the columns, choose “Present” under “Header”.',
  },
  'import.doubt.known_columns': {
    'zh-CN': '文件没有表头，但各列与 {form} 的数据一致，列名按它的格式补上，请核对。',
    en: 'The file has no header, but its columns are those of {form}: they have the names of that format. Check them.',
  },
  'import.doubt.titles': {
    'zh-CN': '表头（或数据）之前有 {count} 行标题或说明，没有导入，例如“{example}”。',
    en: 'Titles or comments above the table are left out ({count} lines, such as “{example}”).',
  },
  'import.doubt.second_header_line': {
    'zh-CN': '第 {line} 行看来是表头的第二行（译名、类型或单位），没有作为数据导入；列名取第 {header} 行。',
    en: 'Line {line} looks like a second line of the header (translations, types or units) and is not imported as data. The names are those of line {header}.',
  },
  'import.doubt.merged_header': {
    'zh-CN':
      '表头有两行（多半是合并的单元格）：列名取自第 {header} 行，其中没有或几列合用的取自第 {line} 行，请核对。',
    en: 'The header has two lines, most likely of merged cells. The names are those of line {header}, and of line {line} where that has none or one for several columns: check them.',
  },
  'import.doubt.broken_header': {
    'zh-CN': '表头（第 {line} 行）的引号不配对，已忽略其中的引号来读列名，请核对。',
    en: 'The quotation marks of the header (line {line}) do not match. The names were read without them: check them.',
  },
  'import.doubt.header_delimiter': {
    'zh-CN': '表头（第 {line} 行）用的分隔符与数据行不同，已分别读取，请核对列名。',
    en: 'The header (line {line}) has another delimiter than the rows. Each was read with its own: check the names.',
  },
  'import.doubt.fullwidth_commas': {
    'zh-CN': '文件用全角逗号（，）分隔各列，已照此读取；文字里的全角逗号会被当作分隔符，请核对。',
    en: 'The cells of the file are separated by full-width commas (，) and read so. Such a comma in a text separates, too: check the rows.',
  },
  'import.doubt.decimal_commas': {
    'zh-CN': '列“{column}”的小数点写作逗号（例如“{example}”），按小数读取；点号视为千位分隔符。',
    en: 'The numbers of the column “{column}” have a decimal comma (such as “{example}”) and are read so; points separate thousands.',
  },
  'import.doubt.shifted_header': {
    'zh-CN':
      '表头（第 {line} 行）比每一行数据少一列：第一列没有名字（R 导出的行名），列名已向右移一列，请核对。',
    en: 'The header (line {line}) has one name less than the rows have cells: the first column has none, as in tables of R with names of rows. The names were moved by one column: check them.',
  },
  'import.note.encoding_changed': {
    'zh-CN': '文件前面只有英文字符，后面的文字按 {encoding} 读取（按内容推断），请核对。',
    en: 'The first part of the file is plain ASCII; the texts further on were read as {encoding}, which was told from them. Check how they look.',
  },
  'import.note.repeated_hour': {
    'zh-CN':
      '{count} 行的时间在 {zone} 秋季拨回时钟后重复的那一小时里。为了不打乱先后顺序，它们记在前一小时的最后一秒；需要确切的时刻时，请把时区改为 UTC。',
    en: 'Rows whose time lies in the hour that clocks in {zone} show a second time in autumn: {count}. To keep their order they are put into the last second of the first such hour. Choose the zone UTC where you need their exact time.',
  },
  'import.doubt.same_names': {
    'zh-CN': '有几列都叫“{name}”，都作为附加列保存。列号和保存的名字：{columns}。',
    en: 'Several columns are called “{name}”. All are kept as extra columns, under these names: {columns}.',
  },
  'import.doubt.same_name_read': {
    'zh-CN':
      '有几列都叫“{name}”。按含义读取的列：{read}；只作为附加列保存或不导入的列：{others}。如果要用的是另一列，请改列的含义。',
    en: 'Several columns are called “{name}”. Read for what it means: {read}. Kept as extra columns or left out: {others}. Change the columns if another one is meant.',
  },
  'import.doubt.unnamed_columns': {
    'zh-CN':
      '第 {columns} 列没有列名，不会导入，但其中有值（例如“{example}”）。需要时请在列的含义中改为附加列，或在文件里补上列名。',
    en: 'The columns without a name are left out, but have values: {columns} (such as “{example}”). If they are needed, make them extra columns, or name them in the file.',
  },
  'import.note.kept_lists': {
    'zh-CN':
      '这些列里是列表，按一段 JSON 文本保存，其中的每一项没有成为单独的行：{columns}。如果每一项都是一个行为，请在来源把它们展开后再导出。',
    en: 'Lists are kept as text (JSON), and what stands in them is no row of its own, in the columns: {columns}. If each item is a behaviour, unfold them before the export.',
  },
  'import.note.beside_records': {
    'zh-CN':
      '文件是一个大的 JSON 对象：只读取其中列表里的对象，列表之外的值（{names}）没有导入。如果其中有用户，请在来源把它写进每个对象再导出。',
    en: 'The file is one large JSON object: the objects of the list in it are read, what stands beside it ({names}) is not imported. If it names the user, write that into each object before the export.',
  },
  'import.note.empty_lists': {
    'zh-CN': '{count} 条记录的列表“{list}”是空的，没有可以导入的行。',
    en: 'Records whose list “{list}” is empty have no row to be imported: {count}.',
  },
  'import.note.repeated_names': {
    'zh-CN': '有记录把字段名“{name}”写了两次，读取的是后一个值，前一个值没有导入。请在来源检查这个字段。',
    en: 'A record has the field “{name}” twice. The last value is read, the one before is not imported. Check the field where the file comes from.',
  },
  'import.note.nested_attributes': {
    'zh-CN': '事件属性中的列表和嵌套属性没有导入，共 {count} 个，例如“{example}”。',
    en: 'Lists and nested attributes of events are not imported ({count}, such as “{example}”).',
  },
  'import.note.formulas': {
    'zh-CN':
      '{count} 个单元格是公式，但文件里没有保存结果（第一处：{place}），按空值读取。请在 Excel 或 LibreOffice 中打开该文件并保存一次，再导入。',
    en: 'Cells with a formula whose result is not stored in the file are read as empty ({count}, the first is {place}). Open the file in Excel or LibreOffice, save it once, and import it then.',
  },
  'import.note.error_cells': {
    'zh-CN': '{count} 个单元格是错误值（例如 {place} 的“{example}”），按空值读取。',
    en: 'Cells with an error are read as empty ({count}, such as “{example}” in {place}).',
  },
  'import.note.merged_cells': {
    'zh-CN':
      '跨行合并的单元格对其中每一行都有效：有 {count} 行取了合并单元格的值，第一处在 {place}。如果不是这个意思，请在表格中取消合并，再导入。',
    en: 'Cells that are merged over several rows count for each of these rows: so {count} rows have a value, the first in {place}. If that is not meant, unmerge them in the sheet, and import it again.',
  },
  'import.note.hidden_rows': {
    'zh-CN':
      '有 {count} 行在表格里被隐藏（多半是筛选，第一处是第 {line} 行），它们也会导入。不需要时请先在表格里删除。',
    en: 'Rows that are hidden in the sheet, most likely by a filter, are imported too ({count}, the first is row {line}). Delete them in the sheet if they are not wanted.',
  },
  'import.note.views': {
    'zh-CN':
      '数据库里的视图不读取：{views}；读取的是表“{table}”。如果要的是视图里的数据，请把它存成表，或导出为 CSV。',
    en: 'Views of the database are not read: {views}. What is read is the table “{table}”. If the rows of a view are meant, store them as a table, or export them as CSV.',
  },
  'import.note.computed_columns': {
    'zh-CN':
      '数据表的这些列由表达式计算得出，没有保存值，不会导入：{columns}。需要时请在数据库里把它们存成普通列，或导出为 CSV。',
    en: 'Columns that the database computes by an expression hold no values and are not imported: {columns}. If they are needed, store them as plain columns, or export the table as CSV.',
  },
  'import.note.implausible_times': {
    'zh-CN':
      '{count} 行的时间早于 1990 年或晚于明天，已照样导入；第一处在第 {line} 行：“{example}”（列“{column}”）。如果是占位值，或时间的读法不对，请撤销这次导入，在来源改正或换一种读法，再导入。',
    en: 'Rows whose time is before 1990 or after tomorrow were imported as they are: {count}. The first is in line {line}: “{example}” (column “{column}”). If these are placeholders, or read in a wrong way, undo this import, correct the file or how it is read, and import it again.',
  },
  'import.note.ids_scientific': {
    'zh-CN':
      '列“{column}”有 {count} 个 ID 已被 Excel 改成科学计数法，第一处在第 {line} 行：“{example}”。后面的数字已经丢失，不同的人可能合并成一个。请撤销这次导入，从来源把该列按文本重新导出，再导入。',
    en: 'A spreadsheet has turned ids of the column “{column}” into scientific notation: {count}, the first in line {line} (“{example}”). Their last digits are lost, so that several people may have become one. Undo this import, export the file again with this column as text, and import that.',
  },
  'import.note.ids_rounded': {
    'zh-CN':
      '列“{column}”的长 ID 第 15 位以后都是 0，共 {count} 个，第一处在第 {line} 行：“{example}”。它们很可能被 Excel 截断过，不同的人可能合并成一个。请撤销这次导入，从来源把该列按文本重新导出，再导入。',
    en: 'The long ids of the column “{column}” have only zeros after their fifteenth digit: {count}, the first in line {line} (“{example}”). Most likely a spreadsheet has cut them, so that several people may have become one. Undo this import, export the file again with this column as text, and import that.',
  },
  'import.note.ids_spelled_twice': {
    'zh-CN':
      '列“{column}”有 {count} 个 ID 可能是另一个 ID 的另一种写法，都作为不同的用户导入；第一处在第 {line} 行：“{second}”与“{first}”。如果是同一个人，请撤销这次导入，在来源统一写法（该列设为文本，大小写一致），再导入。',
    en: 'Ids of the column “{column}” that may be other spellings of one before were imported as users of their own: {count}, the first in line {line} (“{second}” beside “{first}”). If they are the same person, undo this import, write the ids in one way where the file comes from (the column as text, with the same capitals), and import it again.',
  },
  'import.note.blank_rows': {
    'zh-CN': '跳过了 {count} 个空行（只有分隔符）。',
    en: 'Rows without any value were skipped: {count}.',
  },
  'import.note.trailing_cells': {
    'zh-CN': '{count} 行末尾有多余的空单元格，已忽略。',
    en: 'Rows with empty cells behind the last column were imported without them: {count}.',
  },
  'import.note.short_rows': {
    'zh-CN': '{count} 行缺少末尾的列，缺少的部分按空值导入。',
    en: 'Rows that lack the last columns were imported with these empty: {count}.',
  },
  'import.undecided_encoding': {
    'zh-CN':
      '无法判断文件用的是哪种编码，因此没有导入。可能的编码：{candidates}。请在导入窗口里按显示的样子选择；命令行请加 --encoding。',
    en: 'The bytes of the file do not tell its encoding, so nothing was imported. It may be one of: {candidates}. Choose the one in which the text looks right in the import dialog; on the command line add --encoding.',
  },
  'import.doubt.encoding_guessed': {
    'zh-CN': '编码是按内容推断的：{encoding}。请核对文字，例如“{example}”；如果是乱码，请选择别的编码。',
    en: 'The encoding was told from the text: {encoding}. Check how it looks, as in “{example}”; if it is garbled, choose another encoding.',
  },
  'import.note.damaged_cells': {
    'zh-CN':
      '{count} 个单元格里有无法按文件编码解读的字节，该处显示为 \uFFFD，其余照样导入；第一处在第 {line} 行：“{example}”（列“{column}”）。如果这些文字重要，请从来源重新导出；如果到处都是，请换一种编码再导入。',
    en: 'Cells with bytes that are no text in the encoding of the file were imported with \uFFFD in their place: {count}. The first is in line {line}: “{example}” (column “{column}”). If these texts matter, export the file again; if there are very many, import it in another encoding.',
  },
  'import.note.cut_texts': {
    'zh-CN':
      '{count} 行的文字在最后一个字的中间被截断（多半是来源按字节截断的），已导入，截断处显示为 \uFFFD。',
    en: 'Rows with a text that was cut in the middle of its last character, as by programs that count bytes, were imported: {count}. The character is shown as \uFFFD.',
  },
  'import.doubt.every_row_a_user': {
    'zh-CN': '列“{column}”每一行的值都不同，它可能只是行号或记录编号，而不是用户。请确认哪一列是用户。',
    en: 'Each row has another value in the column “{column}”: it may be a number of the row, not the user. Check which column is the user.',
  },
  'import.doubt.placeholder_user': {
    'zh-CN':
      '列“{column}”试读的行中有 {count} 行的用户都是“{example}”，它多半不是一个人，而是来源对未知用户的占位写法：这些人会合并成一个用户。如果不要这些行，请先在来源里清空这些单元格再导出。',
    en: '“{example}” is the user of {count} of the rows tried (column “{column}”). Most likely it is no person, but what a program writes for unknown users, who become one user. To leave these rows out, empty these cells where the file comes from, and export it again.',
  },
  'import.doubt.several_users': {
    'zh-CN':
      '列“{column}”和“{other}”都可能是用户：“{column}”里有 {count} 种值，“{other}”里有 {others} 种。现在用“{column}”。如果不对，请改列的含义。',
    en: 'The columns “{column}” ({count} different values) and “{other}” ({others}) may both be the user. “{column}” is taken: change the columns if that is wrong.',
  },
  'import.doubt.ids_dates': {
    'zh-CN':
      '列“{column}”有 {count} 个 ID 像是被 Excel 改成了日期（例如“{example}”）。请从来源重新导出，并把该列设为文本。',
    en: 'Ids of the column “{column}” look as if a spreadsheet had turned them into dates ({count}, such as “{example}”). Export the file again with this column as text.',
  },
  'import.doubt.old_instants': {
    'zh-CN':
      '列“{column}”里的数字从 1970 年算起是 {year} 年前后的时间。如果日志没有这么旧，它们可能是从 2001 年算起的秒（苹果系统的计时），读出来的时间就全错了：请让来源写成日期时间再导出。',
    en: 'Counted from 1970, the numbers of the column “{column}” are times of about {year}. If the log is not that old, they may count from 2001 (as systems of Apple do), and all times are wrong: export the file again with dates.',
  },
  'import.doubt.one_time_of_day': {
    'zh-CN':
      '列“{column}”每一天都是同一个时刻（例如“{example}”），多半只有日期，没有真正的时刻：同一天的行为按文件中的顺序排列。如果另有时刻列，请在列的含义中指定。',
    en: 'The times of the column “{column}” have the same time of day on each day (such as “{example}”): most likely they are dates only. Behaviours of one day stay in the order of the file. If another column has the time of day, say so in the columns.',
  },
  'import.doubt.zone_column': {
    'zh-CN':
      '列“{other}”写着时区（例如“{example}”），但“{column}”里的时间没有写时区：它们都按写出的钟点读取，这一列没有用上。如果不同行的时区不同，先后顺序可能会错；请让来源把时区写在时间里再导出。',
    en: 'The column “{other}” names zones (such as “{example}”), which are not used: the times of the column “{column}” are taken as written. If the zones differ, the order of behaviours may be wrong. Export the file again with the zone in the time.',
  },
  'import.doubt.garbled': {
    'zh-CN':
      '列“{column}”试读的行中有 {count} 个值已经是乱码（例如“{example}”）：文字在写成这个文件之前就损坏了，换编码也读不出来。请从来源重新导出（UTF-8）。',
    en: 'Texts of the column “{column}” are garbled in the file itself ({count} of the rows tried, such as “{example}”): they were damaged before it was written, and no other encoding mends them. Export the file again, in UTF-8.',
  },
  'import.doubt.negative_durations': {
    'zh-CN': '列“{column}”有 {count} 个时长是负数（例如“{example}”），会照样导入。请确认来源是怎么算的。',
    en: 'The column “{column}” has negative durations ({count}, such as “{example}”). They are imported as they are. Check how they were computed.',
  },
  'import.doubt.implied_action': {
    'zh-CN': '文件里没有动作列，也没有描述文本：每一行都会记为“{action}”。如果不对，请改列的含义或这个动作。',
    en: 'The file has no column of actions and no texts: each row is taken for “{action}”. Change the columns, or this action, if that is wrong.',
  },
  'import.doubt.part_open': {
    'zh-CN': '文件里有几个工作表或数据表都可以导入，现在显示的是“{part}”。请确认是不是要导入的那一个。',
    en: 'Several sheets or tables of the file could be imported; “{part}” is shown. Check that it is the one you mean.',
  },
  'import.doubt.anonymous': {
    'zh-CN':
      '试读的行中有 {count} 行的“{column}”为空，这些行用“{other}”作为用户。同一个人登录前后会成为两个用户；如果不要这些行，请把“{other}”改为附加列。',
    en: 'In {count} of the rows tried “{column}” is empty: “{other}” stands for the user there. One person is then two users, before and after signing in. To leave these rows out, make “{other}” an extra column.',
  },
  'import.doubt.time_of_user': {
    'zh-CN':
      '列“{other}”对同一用户总是同一个时间（例如注册时间），因此用“{column}”作为行为时间。如果不对，请改列的含义。',
    en: 'The column “{other}” has one time for each user, such as that of the sign-up, so “{column}” is taken for the time of the behaviour. Change the columns if that is wrong.',
  },
  'import.doubt.action_is_text': {
    'zh-CN':
      '列“{column}”的名称像动作，内容却是句子（例如“{example}”），因此作为行为文本读取。如果每一种内容就是一种动作，请把列的含义改为动作。',
    en: 'The column “{column}” has the name of an action, but sentences in it (such as “{example}”), and is read as text. If each of them is the name of an action, change the columns.',
  },
  'import.doubt.many_actions': {
    'zh-CN':
      '列“{column}”作为动作，但 {rows} 行里有 {count} 种不同的值（例如“{example}”），多半是编号或网址，每一种都会成为一种动作。如果动作在别的列，请改列的含义。',
    en: 'The column “{column}” is taken for the action, but has {count} different values in {rows} rows (such as “{example}”): most likely numbers or addresses, each of which becomes an action. If another column says what was done, change the columns.',
  },
  'import.doubt.sparse_action': {
    'zh-CN':
      '列“{column}”作为动作。列“{other}”的名称更像动作，但只在 {rows} 行中的 {count} 行有值，因此作为附加列保存；如果只要这些行的动作，请改列的含义。',
    en: 'The column “{column}” is taken for the action. By its name “{other}” says more of what was done, but has values in {count} of {rows} rows only, and is kept as an extra column. To import those rows by it, change the columns.',
  },
  'import.doubt.case_is_user': {
    'zh-CN':
      '文件是流程日志，用案例列“{column}”作为用户。列“{other}”看来也是人（例如处理人），作为附加列保存；如果要按它分析，请改列的含义。',
    en: 'The file is the log of a process: the case, column “{column}”, is taken for the user. The column “{other}” names people as well, such as those who worked on it, and is kept as an extra column. To analyse by it, change the columns.',
  },
  'import.doubt.no_durations': {
    'zh-CN':
      '列“{column}”的名称像时长，但其中没有能识别的时长（例如“{example}”），因此作为附加列保存。可识别的写法：秒数、“12s”、“12秒”、“mm:ss”、“hh:mm:ss”。',
    en: 'The column “{column}” has the name of a duration, but nothing in it can be read as one (such as “{example}”). It is kept as an extra column. What can be read: seconds, “12s”, “mm:ss”, “hh:mm:ss”.',
  },
  'import.doubt.implausible_time': {
    'zh-CN':
      '列“{column}”有 {count} 个时间早于 1990 年或晚于明天，例如“{example}”。它们会照样导入，请确认不是占位值，或读法不对。',
    en: 'The column “{column}” has times before 1990 or after tomorrow ({count}), such as “{example}”. They are imported as they are. Check that they are no placeholders, and read in the right way.',
  },
  'import.doubt.mixed_zones': {
    'zh-CN':
      '列“{column}”里有 {count} 个时间没有写时区，其余的写了（时间戳也算）。没写的按 {zone} 读取；如果它们是别的时区，同一用户的行为顺序会错，请核对时区。',
    en: 'Of the times of the column “{column}”, {count} name no zone and the others do, as epochs do. Those without are read in the zone {zone}: if they are of another one, the order of behaviours is wrong. Check the zone.',
  },
  'import.doubt.several_times': {
    'zh-CN':
      '列“{column}”和“{other}”都可能是行为时间，列名看不出是哪一个，现在用“{column}”。如果不对，请改列的含义。',
    en: 'The columns “{column}” and “{other}” may both be the time of the behaviour, and their names do not tell which. “{column}” is taken: change the columns if that is wrong.',
  },
  'import.doubt.one_time_a_user': {
    'zh-CN':
      '列“{column}”对同一用户总是同一个时间（例如会话开始或注册时间）：同一用户的行为都记在这一刻，按文件中的顺序排列。如果另有每次行为的时间，请改列的含义。',
    en: 'The column “{column}” has one time for each user, such as the start of a session: all behaviours of a user are put at that moment, in the order of the file. If another column has the time of each behaviour, change the columns.',
  },
  'import.doubt.mixed_date_orders': {
    'zh-CN':
      '列“{column}”里日和月的先后不一致：有 {count} 个日期（例如“{example}”）与其余的顺序相反，这些行不会导入；日和月都不大于 12 的日期可能读反。这通常是表格程序改写了一部分日期，请从来源重新导出。',
    en: 'The column “{column}” has dates of both orders of day and month. Those of the other order ({count}, such as “{example}”) are not imported, and dates whose day and month are both at most 12 may be read in a wrong way. Most likely a spreadsheet has changed some of them: export the file again.',
  },
  'import.doubt.no_time_of_day': {
    'zh-CN':
      '列“{column}”只有日期，没有时刻：同一天的行为按文件中的顺序排列，都记在 0 点。如果另有时刻列，请在列的含义中指定。',
    en: 'The column “{column}” has dates without a time of day: behaviours of one day stay in the order of the file, at midnight. If another column has the time of day, say so in the columns.',
  },
  'import.doubt.ids_with_point': {
    'zh-CN': '列“{column}”的 ID 都带“.0”（例如“{example}”），这是导出程序加上的，导入时会去掉。',
    en: 'The ids of the column “{column}” end with “.0” (such as “{example}”), as some programs write whole numbers. It is left out.',
  },
  'import.doubt.ids_scientific': {
    'zh-CN':
      '列“{column}”有 {count} 个 ID 已被 Excel 改成科学计数法（例如“{example}”），后面的数字已经丢失，不同的人可能合并成一个。请从来源重新导出，并把该列设为文本。',
    en: 'A spreadsheet has turned ids of the column “{column}” into scientific notation ({count}, such as “{example}”). Their last digits are lost, so that several people may become one. Export the file again with this column as text.',
  },
  'import.doubt.ids_rounded': {
    'zh-CN':
      '列“{column}”的长 ID 结尾都是 0（例如“{example}”，共 {count} 个），很可能被 Excel 截断过，不同的人可能合并成一个。请从来源重新导出，并把该列设为文本。',
    en: 'The long ids of the column “{column}” all end in zeros ({count}, such as “{example}”): most likely a spreadsheet has cut them, so that several people may become one. Export the file again with this column as text.',
  },
  'import.doubt.ids_spelled_twice': {
    'zh-CN':
      '列“{column}”里“{first}”和“{second}”可能是同一个 ID 的两种写法，现在会被当作两个用户。如果是同一个人，请在来源统一写法（该列设为文本，大小写一致）再导出。',
    en: '“{first}” and “{second}” in the column “{column}” may be two spellings of one id. They are taken for two users. If they are the same person, write the ids in one way where the file comes from (the column as text, with the same capitals), and export it again.',
  },
  'import.doubt.long_durations': {
    'zh-CN': '列“{column}”的时长很大（中位数 {example}），单位可能是毫秒。现在按秒读取，请确认单位。',
    en: 'The durations of the column “{column}” are long (the median is {example}): their unit may be milliseconds. They are read as seconds. Check the unit.',
  },
  'import.row.missing_user': {
    'zh-CN': '缺少用户 ID（列“{column}”）',
    en: 'The user id is missing (column “{column}”)',
  },
  'import.row.bad_time': {
    'zh-CN': '无法识别时间“{value}”（列“{column}”）',
    en: 'The time “{value}” cannot be read (column “{column}”)',
  },
  // Rows are no longer rejected for it; workspaces of before hold some that were.
  'import.row.bad_duration': {
    'zh-CN': '时长“{value}”不是数字（列“{column}”）',
    en: 'The duration “{value}” is not a number (column “{column}”)',
  },
  'import.row.column_count': {
    'zh-CN': '应有 {expected} 列，实际 {found} 列',
    en: 'Expected {expected} columns, found {found}',
  },
  'import.row.repeated_header': {
    'zh-CN': '这一行又是表头，不是数据（多半是几个导出文件拼成了一个）',
    en: 'The row is the header once more, no data (most likely several exports were joined to one file)',
  },
  'import.row.other_header': {
    'zh-CN':
      '这一行在另一个表头之后，那个表头的列与文件开头的不同，不能按开头的列读取（多半是几个导出文件拼成了一个）。请把它们分成几个文件导入',
    en: 'The row stands below another header, whose columns are not those of the first one (most likely several exports were joined to one file). Import them as several files',
  },
  'import.row.totals': {
    'zh-CN': '这一行是合计或行数统计，不是行为',
    en: 'The row is a total or a count of rows, no behaviour',
  },
  'import.row.bad_quotes': { 'zh-CN': '引号不配对', en: 'Unbalanced quotation marks' },
  'import.row.bad_encoding': {
    'zh-CN': '含有无法按文件编码解读的字节（可能是几个编码不同的文件拼成了一个，或选错了编码）',
    en: 'Some bytes are no text in the encoding of the file (files of several encodings may have been joined, or the encoding is another)',
  },
  'import.row.nul': {
    'zh-CN': '含有空字符（NUL），该行不是完好的文本',
    en: 'There are NUL characters in the row, so it is no sound text',
  },
  'import.row.long_user': {
    'zh-CN': '用户 ID 有 {count} 个字符，超过上限 {limit} 个（列“{column}”）。请确认这一列是用户 ID',
    en: 'The user id has {count} characters, more than the limit of {limit} (column “{column}”). Check that this column is the user id',
  },
  'import.row.bad_json': {
    'zh-CN': '不是完好的 JSON 对象或数组',
    en: 'This is no sound JSON object or array',
  },
  'import.row.json_unclosed': {
    'zh-CN': '文件在这个 JSON 对象的中间结束',
    en: 'The file ends in the middle of this JSON object',
  },
  'import.row.too_long': {
    'zh-CN': '该行超过 {limit} 个字符（多半是引号没有闭合）',
    en: 'The row is longer than {limit} characters (most likely a quotation mark is never closed)',
  },
  'import.row.no_content': {
    'zh-CN': '没有行为内容（{column}）',
    en: 'There is no behaviour in the row ({column})',
  },
} as const;
