import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { type Read, readDistrictFile, readYaml } from '../districtFile.ts';
import { ConfigurationError } from '../errors.ts';
import { day } from '../policy/fields.ts';
import { keyOf, nearest, plainWords, problemsOf } from '../policy/problems.ts';
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
      if (!known.includes(name)) {
        const meant = nearest(name, known);
        const message = `{${name}} is not a figure of the policy${meant ? `; did you mean {${meant}}?` : ''}`;
        context.addIssue({ code: 'custom', message });
      }
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

/** Answers with where each was read, for whoever has to correct one. */
type Found = { article: Article; where: string };

/**
 * The District's answers, from the YAML files of its `knowledge` folder.
 * @throws ConfigurationError `knowledge.invalid`, which lists every problem: file, line, answer, what is wrong.
 */
export async function loadKnowledge(districtDir: string): Promise<Article[]> {
  const read = await readKnowledge(districtDir);
  if (read.ok) return read.value;
  throw new ConfigurationError('knowledge.invalid', 'The District’s answers cannot be used', read.problems);
}

/** The same as a value: the answers, or every problem. */
export async function readKnowledge(districtDir: string): Promise<Read<Article[]>> {
  const folder = path.join(districtDir, 'knowledge');
  const names = await readdir(folder).catch(() => null);
  if (names === null) return { ok: false, problems: [`${folder}: is missing`] };
  const problems: string[] = [];
  const found: Found[] = [];
  for (const name of names.filter((one) => /\.ya?ml$/.test(one)).sort()) {
    const file = path.join(folder, name);
    const text = await readDistrictFile(file);
    if (!text.ok) problems.push(...text.problems);
    else {
      const read = articlesOf(text.value, file);
      problems.push(...read.problems);
      found.push(...read.found);
    }
  }
  problems.push(...twice(found));
  if (problems.length === 0 && found.length === 0)
    problems.push(`${folder}: has no answers; copy some from district/knowledge`);
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, value: found.map(({ article }) => article) };
}

function articlesOf(text: string, file: string): { found: Found[]; problems: string[] } {
  const yaml = readYaml(text, file);
  if (!yaml.ok) return { found: [], problems: yaml.problems };
  const { value, where } = yaml.value;
  if (!Array.isArray(value))
    return { found: [], problems: [`${file}: must be a list of answers, "- id: …"`] };
  const found: Found[] = [];
  const problems = value.flatMap((item: unknown, place) => {
    const parsed = articleSchema.safeParse(item, { error: plainWords, reportInput: true });
    if (parsed.success) {
      found.push({ article: parsed.data, where: where([place]) });
      return [];
    }
    const id = (item as { id?: unknown } | null)?.id;
    const name = typeof id === 'string' ? id : `answer ${place + 1}`;
    const inFile = (of: readonly PropertyKey[]) => where([place, ...of]);
    return problemsOf(parsed.error.issues, inFile, (of) => (of.length > 0 ? `${name}: ${keyOf(of)}` : name));
  });
  return { found, problems };
}

/** Two wordings of one answer that begin on one day leave open which one holds. */
function twice(found: Found[]): string[] {
  const keyOfAnswer = ({ article: { id, effectiveOn } }: Found) => `${id} of ${effectiveOn}`;
  return found.flatMap((one, place) => {
    const first = found.findIndex((other) => keyOfAnswer(other) === keyOfAnswer(one));
    if (first === place) return [];
    return [
      `${one.where}: ${keyOfAnswer(one)}: is there twice, first at ${found[first]?.where}; give one another id or day`,
    ];
  });
}
