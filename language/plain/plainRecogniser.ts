import type { Recognised, Recogniser } from '../recogniser.ts';
import { dangerIn } from '../safety.ts';
import { patterns } from './patterns.ts';
import { languageOf, plain } from './reading.ts';

/** The first recogniser: tell-tale words, no learning. It answers at once and knows little, and says so. */
export const createPlainRecogniser = (): Recogniser => ({
  async recognise(text, soFar): Promise<Recognised> {
    const read = plain(text);
    const language = languageOf(read, soFar);
    const safety = dangerIn(text);
    const ranked = patterns
      .filter(([, words]) => words.test(read))
      .slice(0, 3)
      .map(([intent], index) => ({ intent, score: 0.9 - index * 0.2 }));
    const best = ranked[0];
    if (!best) return { intent: 'None', score: 0, ranked: [], action: 'reject', safety, language };
    return { intent: best.intent, score: best.score, ranked, action: 'act', safety, language };
  },
});
