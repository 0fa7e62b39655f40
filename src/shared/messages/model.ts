/** Why a model's provider, a request or a user's answer failed; the reasons of FAILURE_CLASSES first. */
export const modelMessages = {
  'model.rate_limited': {
    'zh-CN': '限流：服务商限制了请求速度。任务会自动等待后继续。[[服务商的说明：{detail}]]',
    en: 'Rate limited: the provider limits the pace. The run waits and goes on by itself. [[The provider says: {detail}]]',
  },
  'model.timeout': {
    'zh-CN': '超时：模型在限定时间内没有回答。请重试；若经常出现，请降低并发或换一个模型。[[说明：{detail}]]',
    en: 'Time-out: the model did not answer in time. Try again; if it happens often, lower the concurrency or change the model. [[Detail: {detail}]]',
  },
  'model.timeout_too_short': {
    'zh-CN':
      '超时过短：服务器一直表示仍在处理，但在设定的 {seconds} 秒内没有开始回答。请在“设置 → 模型”中调大或清空超时，然后继续。',
    en: 'Time-out too short: the server kept saying that it was at work, but did not begin to answer within the {seconds} seconds set. Raise or clear the time-out in Settings → Model, then continue.',
  },
  'model.network': {
    'zh-CN': '网络中断：无法连接到模型服务。请检查网络和接口地址后重试。[[说明：{detail}]]',
    en: 'Network: the model service cannot be reached. Check the network and the base URL, then try again. [[Detail: {detail}]]',
  },
  'model.unreachable': {
    'zh-CN':
      '无法连接：{minutes} 分钟内一直连不上 {host}，任务已停止。请检查接口地址的主机名和端口、该处的模型服务是否已启动，以及网络和代理，然后继续。[[说明：{detail}]]',
    en: 'No connection: {host} could not be reached for {minutes} minutes, so the run stopped. Check the host name and the port of the base URL, that the model service is started there, the network and the proxy, then continue. [[Detail: {detail}]]',
  },
  'model.server_error': {
    'zh-CN': '服务故障：模型服务返回了错误。请稍后重试。[[服务商的说明：{detail}]]',
    en: 'Server error: the model service answered with an error. Try again later. [[The provider says: {detail}]]',
  },
  'model.unauthorized': {
    'zh-CN': '鉴权失败：API 密钥无效。请在“设置 → 模型”中检查密钥，然后继续。[[服务商的说明：{detail}]]',
    en: 'Key rejected: the API key is not valid. Check it in Settings → Model, then continue. [[The provider says: {detail}]]',
  },
  'model.forbidden': {
    'zh-CN':
      '没有权限：服务商拒绝了请求。请在服务商处开通该模型，或在“设置 → 模型”中更换，然后继续。[[服务商的说明：{detail}]]',
    en: 'No permission: the provider refuses the request. Enable the model at the provider or change it in Settings → Model, then continue. [[The provider says: {detail}]]',
  },
  'model.quota': {
    'zh-CN': '余额不足：账户余额或额度已用完。充值后继续。[[服务商的说明：{detail}]]',
    en: 'Out of balance: the account has no balance or quota left. Top it up, then continue. [[The provider says: {detail}]]',
  },
  'model.usage_limit': {
    'zh-CN':
      '用量已达上限：服务商的限制还没有解除[[，到 {until} 为止]]。到时间后继续，或在服务商处提高限额；也可以在“设置 → 模型”中调大“最长等待”。[[服务商的说明：{detail}]]',
    en: 'Usage limit reached: a limit of the provider still holds[[ until {until}]]. Continue when it has ended, or raise the limit at the provider; the longest wait can be raised in Settings → Model. [[The provider says: {detail}]]',
  },
  'model.not_an_answer': {
    'zh-CN':
      '收到的不是模型的回答（例如一个网页）。接口地址可能不完整（是否缺少 /v1？），或网络需要先登录。请检查后继续。[[收到的内容：{detail}]]',
    en: 'What came back is not an answer of a model (a web page, for example). The base URL may be incomplete (is /v1 missing?), or the network asks you to sign in first. Check this, then continue. [[What came: {detail}]]',
  },
  'model.model_unknown': {
    'zh-CN':
      '模型不存在：服务商没有这个模型，或接口地址有误。请在“设置 → 模型”中更正，然后继续。[[服务商的说明：{detail}]]',
    en: 'Unknown model: the provider does not have this model, or the base URL is wrong. Correct it in Settings → Model, then continue. [[The provider says: {detail}]]',
  },
  'model.bad_request': {
    'zh-CN': '请求被拒：服务商不接受这样的请求。请在“设置 → 模型”中测试连接。[[服务商的说明：{detail}]]',
    en: 'Request refused: the provider does not take such a request. Test the connection in Settings → Model. [[The provider says: {detail}]]',
  },
  'model.useless': {
    'zh-CN':
      '模型不可用：连续 {count} 次回答都没有可用的内容，任务已停止以免浪费费用。请在“设置 → 模型”中换一个模型或检查提示词，然后继续。[[最近一次回答：{detail}]]',
    en: 'Unusable model: of {count} answers in a row nothing could be used, so the run stopped before it costs more. Change the model in Settings → Model, or check the prompt, then continue. [[The latest answer: {detail}]]',
  },
  'model.too_long': {
    'zh-CN':
      '内容过长：超出模型的上下文长度。请在“设置 → 模型”中调小上下文长度后重试。[[服务商的说明：{detail}]]',
    en: 'Too long: more than the context of the model. Lower the context size in Settings → Model and try again. [[The provider says: {detail}]]',
  },
  'model.refused': {
    'zh-CN': '被拒答：模型或其内容审查拒绝回答。可换一个模型重试。[[服务商的说明：{detail}]]',
    en: 'Refused: the model or its content filter would not answer. Another model may. [[The provider says: {detail}]]',
  },
  'model.truncated': {
    'zh-CN': '截断：回答在结束前被切断。请调大“最大输出”后重试。[[说明：{detail}]]',
    en: 'Cut off: the answer ended early. Raise the maximum output and try again. [[Detail: {detail}]]',
  },
  'model.empty': {
    'zh-CN': '空回答：模型没有给出任何内容。请重试或换一个模型。[[说明：{detail}]]',
    en: 'Empty: the model gave no answer. Try again or change the model. [[Detail: {detail}]]',
  },
  'model.bad_format': {
    'zh-CN': '响应格式错误：回答无法解析。请重试或换一个模型。[[说明：{detail}]]',
    en: 'Bad format: the answer cannot be read. Try again or change the model. [[Detail: {detail}]]',
  },
  'model.missing_user': {
    'zh-CN': '缺少用户：模型的回答漏掉了该用户。请重试。',
    en: 'Left out: the answer of the model does not mention this user. Try again.',
  },
  'model.duplicate_user': {
    'zh-CN': '用户重复：模型对该用户给出了互相矛盾的回答。请重试。',
    en: 'Doubled: the model answered for this user twice, and differently. Try again.',
  },
  'model.low_coverage': {
    'zh-CN': '覆盖不足：该用户的一段行为没有出现在任何事件的依据中。可重试该用户。',
    en: 'Low coverage: a stretch of this user’s behaviours is in no event’s evidence. The user can be tried again.',
  },
  'model.not_configured': {
    'zh-CN': '还没有设置模型。请在“设置 → 模型”中填写接口地址和模型名称。',
    en: 'No model is set up yet. Enter the base URL and the model in Settings → Model.',
  },
  'model.no_key': {
    'zh-CN': '还没有填写 API 密钥。请在“设置 → 模型”中填写。',
    en: 'There is no API key yet. Enter it in Settings → Model.',
  },
  'model.key_held_back': {
    'zh-CN':
      '密钥没有发送到 {origin}：需要您先同意。请继续，或在“设置 → 模型”中测试连接，并在询问中选择“发送密钥”。',
    en: 'The key was not sent to {origin}: you have to agree first. Continue, or test the connection in Settings → Model, and choose Send the key.',
  },
  'model.bad_base_url': {
    'zh-CN': '接口地址 {url} 无法使用：应以 http:// 或 https:// 开头。',
    en: 'The base URL {url} cannot be used: it must begin with http:// or https://.',
  },
  'model.bad_key': {
    'zh-CN': '这不像一个 API 密钥：其中有空格、换行或不能使用的字符。请重新复制后粘贴。',
    en: 'This does not look like an API key: it contains spaces, line breaks or characters that cannot be sent. Copy it again.',
  },
  'model.test_cancelled': {
    'zh-CN': '连接测试已取消。可以再次测试。',
    en: 'The test of the connection was cancelled. Try again whenever you like.',
  },
  'model.key_not_stored': {
    'zh-CN': '密钥没有保存：{detail}。可以选择仅在本次使用期间保留。',
    en: 'The key was not stored: {detail}. You can keep it for this session only.',
  },
  'prompt.missing_placeholder': {
    'zh-CN': '提示词缺少占位符 {placeholder}，模型将无法得到必要的内容。请补上后保存。',
    en: 'The prompt lacks the placeholder {placeholder}, without which the model misses what it needs. Put it back and save.',
  },
  'prompt.too_long': {
    'zh-CN': '提示词有 {count} 个字符，超过上限 {limit}。请缩短后保存。',
    en: 'The prompt has {count} characters, more than the {limit} allowed. Shorten it and save.',
  },
  'prompt.unreadable': {
    'zh-CN': '无法读取提示词文件 {path}：{detail}。请检查路径和读取权限后重试。',
    en: 'The prompt file {path} cannot be read: {detail}. Check its path and permissions, then try again.',
  },
  'run.budget_reached': {
    'zh-CN':
      '已达预算上限：已花费 {spent}，上限 {cap}，下一次请求最多可能花费 {needed}，因此没有发出。已完成的结果都在；调高上限后继续。',
    en: 'Spending cap reached: {spent} of {cap} spent, and the next request could cost up to {needed}, so it was not sent. Everything finished is kept; raise the cap and continue.',
  },
  'run.cap_needs_price': {
    'zh-CN': '要设置预算上限，请先在“设置 → 模型”中填写单价。',
    en: 'To set a spending cap, enter the prices in Settings → Model first.',
  },
} as const;
