import { MessageFactory, type TurnContext } from 'botbuilder';
import type { Choice, Languages, Values } from './form/task.ts';
import { type DialogTurn, turnOf } from './turn.ts';

export type SayOptions = { choices?: Choice[]; receipt?: boolean };

/** The sentence for a key in the customer's language; English where there is no other. */
export function sentence(words: Languages, language: string, key: string, values: Values = {}): string {
  const word = (language === 'es' ? words.es : words.en)[key];
  if (word === undefined) throw new RangeError(`no words for ${key}`);
  return typeof word === 'function' ? word(values) : word;
}

/** Says one thing; choices become buttons where there are any, and numbered options where there are none. */
export async function say(
  context: TurnContext,
  words: Languages,
  key: string,
  values: Values = {},
  { choices, receipt }: SayOptions = {},
): Promise<void> {
  const text = sentence(words, turnOf(context).language, key, values);
  const actions = toActions(choices ?? []);
  const activity =
    actions.length > 0 ? MessageFactory.suggestedActions(actions, text) : MessageFactory.text(text);
  if (receipt) activity.channelData = { receipt: true };
  await context.sendActivity(activity);
}

/** From here on in the language that the customer has just written in, where there are words in it. */
export function followLanguage(turn: DialogTurn): void {
  const { language } = turn.recognised;
  if (language === 'en' || language === 'es') turn.language = language;
}

/** Choices as the buttons of an activity. */
export const toActions = (choices: Choice[]) =>
  choices.map(({ value, title }) => ({ type: 'imBack', title, value }));

/** The buttons for choice keys: what is shown is also what choosing says. */
export const choicesOf = (words: Languages, language: string, keys: string[]): Choice[] =>
  keys.map((key) => {
    const title = sentence(words, language, key);
    return { title, value: title };
  });
