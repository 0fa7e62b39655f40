/** Errors and notices of the local API (本机接口). */
export const apiMessages = {
  'api.started': {
    'zh-CN': '批量抽象任务已启动',
    en: 'The batch abstraction has started.',
  },
  'api.host_refused': {
    'zh-CN': '请求的主机名不被接受。请用 127.0.0.1 或 localhost 和正确的端口访问。',
    en: 'The host of the request is not accepted. Use 127.0.0.1 or localhost, with the right port.',
  },
  'api.origin_refused': {
    'zh-CN': '来自网页的请求不被接受：这个来源（Origin）不在允许列表中。',
    en: 'Requests of web pages are refused: this origin is not in the list of allowed ones.',
  },
  'api.unauthorized': {
    'zh-CN': '令牌缺失或不正确。请在请求头中写 Authorization: Bearer <令牌>。',
    en: 'The token is missing or wrong. Send the header Authorization: Bearer <token>.',
  },
  'api.too_many_attempts': {
    'zh-CN': '错误的令牌太多，请在 {seconds} 秒后再试。正确的令牌不受影响。',
    en: 'Too many wrong tokens; try again in {seconds} seconds. The right token is always accepted.',
  },
  'api.not_found': {
    'zh-CN': '没有这个地址。请对照接口说明 docs/api.md 检查。',
    en: 'There is no such address. Compare it with the description of the API, docs/api.md.',
  },
  'api.method_not_allowed': {
    'zh-CN': '这个地址不支持这种请求方法，请改用 {allow}。',
    en: 'The address does not take this method. Use {allow}.',
  },
  'api.bad_request': {
    'zh-CN': '请求不正确[[（{field}）]]。请对照接口说明 docs/api.md 检查。',
    en: 'The request is malformed[[ ({field})]]. Compare it with the description of the API, docs/api.md.',
  },
  'api.content_type': {
    'zh-CN': '请求正文必须是 JSON：请写请求头 Content-Type: application/json。',
    en: 'The body of a request has to be JSON: send the header Content-Type: application/json.',
  },
  'api.too_large': {
    'zh-CN': '请求过大。',
    en: 'The request is too large.',
  },
  'api.timeout': {
    'zh-CN': '请求没有在规定时间内发送完毕。',
    en: 'The request was not complete in time.',
  },
  'api.too_many_streams': {
    'zh-CN': '同时打开的进度流太多。请先关闭一些。',
    en: 'Too many progress streams are open. Close some first.',
  },
  'api.port_in_use': {
    'zh-CN': '端口 {port} 已被其他程序占用。请换一个端口，或关闭占用它的程序。',
    en: 'Another program uses port {port}. Choose another port, or end that program.',
  },
  'api.port_refused': {
    'zh-CN': '无法使用端口 {port}：{detail}。请换一个端口。',
    en: 'Port {port} cannot be used: {detail}. Choose another port.',
  },
} as const;
