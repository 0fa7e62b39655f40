import type { ModelAnswer } from '../types.ts';
import { parseJson, scanJson } from './scan-json.ts';
import { stripThoughts } from './strip-thoughts.ts';

/** The beginning of the data in an answer. */
const DATA = /[{[]\s*["{]|```|$/;
/** Longest line of text before the data that is accepted in an answer that broke off. */
const LEAD_IN_CHARS = 40;
/** Words before the data that mark it as a draft in a thought. */
const THINKING = /草稿|初稿|先|试|想|draft|\b(try|let me|think|first|maybe|hmm|okay|wait)\b/i;

/** What was said in an answer, without thoughts and drafts. */
export interface SpokenText {
  /** Empty where everything may be a thought. */
  text: string;
  /** The text before the data of an answer that broke off; empty otherwise. */
  preface: string;
}

/** What an answer says and how it ended: `finishReason` is one of ModelAnswer. */
type SaidAnswer = Pick<ModelAnswer, 'text' | 'reasoning'> & { finishReason: string };

/** Whether the model stopped by itself. With any other finish reason, or none, the answer broke off. */
export const isEnded = ({ finishReason }: Pick<SaidAnswer, 'finishReason'>): boolean =>
  finishReason === 'stop';

/** What an answer says that is meant as an answer. Never throws. */
export function spokenIn(answer: SaidAnswer): SpokenText {
  const ended = isEnded(answer);
  const raw = answer.text.trim() === '' && ended ? answerInReasoning(answer.reasoning) : answer.text;
  const spoken = stripThoughts(raw, ended);
  const preface = prefaceOf(spoken, raw, ended);
  // Text after the data of an answer that broke off: the data may be a draft in a thought that goes on.
  const isOverruled = !ended && goesOn(spoken);
  return { text: isThought(preface) || isOverruled ? '' : spoken, preface };
}

/**
 * The text before the data of an answer that broke off and has no marked thoughts; empty otherwise. With some models the
 * opening mark of the thoughts is part of the prompt and only the closing mark is in the answer: without the closing
 * mark, the whole text may be a thought, and the data in it a draft.
 */
function prefaceOf(text: string, raw: string, ended: boolean): string {
  return ended || text !== raw ? '' : text.slice(0, text.search(DATA)).trim();
}

/** Whether the text before the data may be a thought: it is more than a short introduction. */
const isThought = (preface: string): boolean =>
  preface.length > LEAD_IN_CHARS || preface.includes('\n') || THINKING.test(preface);

/** Whether words follow the data of the text. */
function goesOn(text: string): boolean {
  return parseJson(text) === undefined && scanJson(text).goesOn;
}

/**
 * The answer in the reasoning field, where some servers put all of the text; empty if there is none. It is an answer only
 * if it is JSON from the first to the last character, after the closing mark of a thought if there is one.
 */
function answerInReasoning(reasoning: string): string {
  const spoken = stripThoughts(reasoning)
    .trim()
    .replace(/^```\w*\s*|\s*```$/g, '');
  return /^[{[]/.test(spoken) && parseJson(spoken) !== undefined ? spoken : '';
}

const MAX_REFUSAL_CHARS = 1_500;
const SORRY =
  /\b(?:i['’]?m|i am|we['’]?re|we are) (?:really |very |so )?(?:sorry|unable|not able)\b|\bi (?:can(?:no|['’])?t|cannot|won['’]?t|will not|must decline|have to decline)\b|\bas an ai\b|\bcannot (?:assist|help|comply|fulfil)|content (?:policy|filter)|(?:很)?抱歉|对不起|我(?:无法|不能|不便|没办法)|无法(?:回答|提供|处理|完成|协助|满足|为您)|不能(?:回答|提供|处理|协助)|作为(?:一个|一名)?(?:AI|人工智能)|违反.{0,12}(?:规定|政策|准则|法规)|不予(?:回答|提供)|敏感(?:内容|信息)/i;

/** Whether a text without any data in it is a model declining, rather than a model that lost the format. */
export function isRefusal(text: string): boolean {
  return text.length <= MAX_REFUSAL_CHARS && SORRY.test(text);
}
