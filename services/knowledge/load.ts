import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { ConfigurationError } from '../errors.ts';
import { day } from '../policy/fields.ts';
import { placeholders, placeholdersIn } from './placeholders.ts';

const inEachLanguage = <Shape extends z.ZodType>(shape: Shape) =>
  z.object({ en: shape, es: shape }).catchall(shape);
const known: readonly string[] = placeholders;

const answer = z
  .string()
  .trim()
  .min(1)
  .max(1_000)
  .superRefine((text, context) => {
    for (const name of placeholdersIn(text))
      if (!known.includes(name))
        context.addIssue({ code: 'custom', message: `{${name}} is not a figure of the policy` });
  });

const articleSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z_]*$/, 'must be lower case, words joined by _'),
  effectiveOn: day,
  /** Who keeps it true. */
  owner: z.string().min(1),
  source: z.string().min(1),
  /** How customers ask for it. */
  asks: inEachLanguage(z.array(z.string().min(1)).min(1)),
  answer: inEachLanguage(answer),
});

/** An answer that the bot may give, as one person of the District wrote it and keeps it. */
export type Article = z.infer<typeof articleSchema>;

/**
 * The District's answers, from the YAML files of its `knowledge` folder.
 * @throws ConfigurationError `knowledge.invalid`, which lists every problem: file, answer, what is wrong.
 */
export async function loadKnowledge(districtDir: string): Promise<Article[]> {
  const folder = path.join(districtDir, 'knowledge');
  const names = await readdir(folder).catch(() => []);
  const problems: string[] = [];
  const articles: Article[] = [];
  for (const name of names.filter((one) => /\.ya?ml$/.test(one)).sort()) {
    const file = path.join(folder, name);
    const read = parseArticles(await readFile(file, 'utf8'), file);
    problems.push(...read.problems);
    articles.push(...read.articles);
  }
  problems.push(...twice(articles));
  if (problems.length > 0)
    throw new ConfigurationError('knowledge.invalid', 'The District’s answers cannot be used', problems);
  return articles;
}

function parseArticles(text: string, file: string): { articles: Article[]; problems: string[] } {
  const document = parseDocument(text, { prettyErrors: false });
  const faults = document.errors.map(({ message }) => `${file}: ${message}`);
  if (faults.length > 0) return { articles: [], problems: faults };
  const items: unknown = document.toJS() ?? [];
  if (!Array.isArray(items)) return { articles: [], problems: [`${file}: must be a list of answers`] };
  const articles: Article[] = [];
  const problems: string[] = [];
  items.forEach((item, place) => {
    const parsed = articleSchema.safeParse(item);
    if (parsed.success) articles.push(parsed.data);
    else {
      const id = (item as { id?: unknown } | null)?.id ?? `answer ${place + 1}`;
      problems.push(
        ...parsed.error.issues.map((issue) => `${file}: ${id}: ${issue.path.join('.')}: ${issue.message}`),
      );
    }
  });
  return { articles, problems };
}

/** Two wordings of one answer that begin on one day leave open which one holds. */
function twice(articles: Article[]): string[] {
  const keys = articles.map(({ id, effectiveOn }) => `${id} of ${effectiveOn}`);
  return [...new Set(keys.filter((key, place) => keys.indexOf(key) !== place))].map(
    (key) => `knowledge: ${key}: is there twice`,
  );
}
