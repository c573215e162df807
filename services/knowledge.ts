import MiniSearch, { type SearchResult } from 'minisearch';
import type { Day } from './calendar.ts';
import type { Article } from './knowledge/load.ts';
import { contentWords } from './knowledge/words.ts';
import { inForce } from './policy.ts';

export type Answer = Pick<Article, 'id' | 'effectiveOn' | 'owner' | 'source'> & {
  /** In the language asked for, else in English; its figures still in {braces}. */
  text: string;
  language: string;
};

export type KnowledgeService = ReturnType<typeof createKnowledge>;

/**
 * How much of a question an answer must know, rare words counting more, and how far it must be before the next
 * one. Set on questions of our own (test/services/knowledge.test.ts): a wrong answer is worse than none.
 */
const leastKnown = 0.55;
const leastLead = 1.05;
/** How customers ask tells more than the words of the answer, which count so much. */
const answerWeight = 0.4;

/** A word that no answer has counts as one that two have: it is telling, but people also tell stories. */
const unknownUses = 2;

type Search = { index: MiniSearch; rarity(word: string): number };

/**
 * What the District has written down for customers. The bot gives these answers and no other: where none is
 * near enough, a person is asked.
 */
export function createKnowledge(deps: { articles: readonly Article[]; clock: { today(): Day } }) {
  const { articles, clock } = deps;
  const ids = [...new Set(articles.map(({ id }) => id))];
  const searches = new Map<string, Search>();
  let searchedOn: Day | null = null;

  /** The wording that holds today, or null. */
  const current = (id: string): Article | null =>
    inForce(
      articles.filter((article) => article.id === id),
      clock.today(),
    );

  /** Only the wordings that hold today are searched: one of tomorrow must not stand before another answer. */
  function searchIn(language: string): Search {
    const today = clock.today();
    if (searchedOn !== today) searches.clear();
    searchedOn = today;
    let search = searches.get(language);
    if (search === undefined) {
      search = toSearch(
        ids.map(current).filter((article) => article !== null),
        language,
      );
      searches.set(language, search);
    }
    return search;
  }

  function toAnswer(article: Article, language: string): Answer {
    const { id, effectiveOn, owner, source, answer } = article;
    const text = answer[language];
    return text === undefined
      ? { id, effectiveOn, owner, source, text: answer.en, language: 'en' }
      : { id, effectiveOn, owner, source, text, language };
  }

  return {
    ids,
    /** The answer of that name that holds today, or null. */
    byId(id: string, language: string): Answer | null {
      const article = current(id);
      return article && toAnswer(article, language);
    },
    /** The answer to a question in the customer's own words, or null where none is near enough. */
    find(question: string, language: string): Answer | null {
      const asked = [...new Set(contentWords(question))];
      const { index, rarity } = searchIn(language);
      const weigh = (words: readonly string[]) => words.reduce((sum, word) => sum + rarity(word), 0);
      const [first, second] = byArticle(index.search(question));
      if (first === undefined || weigh([...first.words]) < leastKnown * weigh(asked)) return null;
      if (second !== undefined && first.score < second.score * leastLead) return null;
      const article = current(first.id);
      return article && toAnswer(article, language);
    },
  };
}

/** Each article by its best piece, the best article first, with all words of the question that it knows. */
function byArticle(results: SearchResult[]): { id: string; score: number; words: Set<string> }[] {
  const found = new Map<string, { id: string; score: number; words: Set<string> }>();
  for (const { article, score, queryTerms } of results) {
    const before = found.get(article) ?? { id: article, score, words: new Set<string>() };
    for (const word of queryTerms) before.words.add(word);
    found.set(article, before);
  }
  return [...found.values()];
}

/** Every ask and every answer is a piece of its own, so that a short ask is not outdone by a long one. */
function toSearch(articles: readonly Article[], language: string): Search {
  const index = new MiniSearch({
    fields: ['text'],
    storeFields: ['article', 'weight'],
    tokenize: (text) => contentWords(text),
    processTerm: (term) => term,
    searchOptions: {
      boostDocument: (_id, _term, stored) => Number(stored?.weight),
      fuzzy: (term) => (term.length > 4 ? 0.2 : false),
      prefix: (term) => term.length > 4,
    },
  });
  const pieces = articles.flatMap(({ id, asks, answer }) => [
    ...(asks[language] ?? asks.en).map((text) => ({ article: id, text, weight: 1 })),
    { article: id, text: answer[language] ?? answer.en, weight: answerWeight },
  ]);
  index.addAll(pieces.map((piece, id) => ({ id, ...piece })));
  const users = new Map<string, Set<string>>();
  for (const { article, text } of pieces)
    for (const word of contentWords(text)) users.set(word, (users.get(word) ?? new Set()).add(article));
  const rarity = (word: string) => Math.log(1 + articles.length / (users.get(word)?.size ?? unknownUses));
  return { index, rarity };
}
