const MAX_CHARS = 1_500;
const SORRY =
  /\b(?:i['’]?m|i am|we['’]?re|we are) (?:really |very |so )?(?:sorry|unable|not able)\b|\bi (?:can(?:no|['’])?t|cannot|won['’]?t|will not|must decline|have to decline)\b|\bas an ai\b|\bcannot (?:assist|help|comply|fulfil)|content (?:policy|filter)|(?:很)?抱歉|对不起|我(?:无法|不能|不便|没办法)|无法(?:回答|提供|处理|完成|协助|满足|为您)|不能(?:回答|提供|处理|协助)|作为(?:一个|一名)?(?:AI|人工智能)|违反.{0,12}(?:规定|政策|准则|法规)|不予(?:回答|提供)|敏感(?:内容|信息)/i;

/** Whether a text without any data in it is a model declining, rather than a model that lost the format. */
export function isRefusal(text: string): boolean {
  return text.length <= MAX_CHARS && SORRY.test(text);
}
