import { readFile } from 'node:fs/promises';
import * as registry from '../../dialogs/index.ts';
import { answerText } from '../../dialogs/knowledge.ts';
import { createPlainRecogniser } from '../../language/plain/plainRecogniser.ts';
import { localTime } from '../../services/calendar.ts';
import { readDistrictFolder } from '../../services/districtFolder.ts';
import { type Answer, createKnowledge } from '../../services/knowledge.ts';

/**
 * `npm run district:ask -- FOLDER "a question" [es]`: what the bot answers, in the customer's language, and where that is
 * written. `npm run district:ask -- FOLDER questions.tsv`: how many of a list of questions (question, id of the wanted
 * answer or `none`, language, with tabs between) get the wanted answer, and which do not.
 */
const [dir, what, spoken = 'en'] = process.argv.slice(2);
if (dir === undefined || what === undefined) {
  console.error('Usage: npm run -s district:ask -- FOLDER "question" [es] (or a file of questions, .tsv)');
  process.exit(2);
}
const read = await readDistrictFolder(dir, { now: new Date(), sample: false });
if (!read.ok) {
  for (const problem of read.problems) console.error(problem);
  process.exit(1);
}
const { policy, articles } = read.value;
const today = () => localTime(new Date(), policy.district.timeZone).day;
const knowledge = createKnowledge({ articles, clock: { today } });
const recogniser = createPlainRecogniser();

if (what.endsWith('.tsv')) await measure(what);
else await tell(what, spoken);

/** What comes of a question as the first thing that a customer writes: the root dialog goes the same way. */
async function outcomeOf(
  question: string,
  soFar: string,
): Promise<{ language: string; begins: string | null; answer: Answer | null }> {
  const { intent, action, safety, language } = await recogniser.recognise(question, soFar);
  const task = Object.values(registry).find(({ intents }) => intents.includes(intent));
  const small = ['Greeting', 'Help', 'ThanksBye', 'Cancel', 'TalkToHuman'].includes(intent);
  const begins = safety ?? (action === 'act' && (task || small) ? (task?.kind ?? intent) : null);
  const answer =
    knowledge.find(question, language) ??
    (intent === 'FaqHoursLocation' ? knowledge.byId('hours', language) : null);
  return { language, begins, answer };
}

async function tell(question: string, soFar: string): Promise<void> {
  const { language, begins, answer } = await outcomeOf(question, soFar);
  if (begins) console.log(`The bot takes this for ${begins} and begins that; no answer is read out.`);
  else if (answer === null)
    console.log('No answer is near enough: the bot asks again, or brings in a person.');
  else {
    const { id, source, effectiveOn, owner } = answer;
    console.log(`${answerText(answer, { policy, today })}\n`);
    console.log(
      `  ${id}, ${language === answer.language ? language : `${language} wanted, ${answer.language} given`}; ${source}, since ${effectiveOn}; kept by ${owner}`,
    );
  }
}

async function measure(file: string): Promise<void> {
  const lines = (await readFile(file, 'utf8'))
    .split(/\r?\n/)
    .filter((line) => line.trim() && !line.startsWith('#'));
  let right = 0;
  let wrong = 0;
  let begun = 0;
  for (const line of lines) {
    const [question = '', wanted = '', soFar = 'en'] = line.split('\t').map((part) => part.trim());
    if (wanted !== 'none' && !knowledge.ids.includes(wanted)) {
      console.log(`"${question}": ${wanted || 'nothing'} is no answer's id`);
      continue;
    }
    const { begins, answer } = await outcomeOf(question, soFar);
    const got = begins ? `begins ${begins}` : (answer?.id ?? 'none');
    if (got === wanted) right++;
    else {
      if (begins) begun++;
      else if (answer !== null) wrong++;
      console.log(`"${question}": ${got}, not ${wanted}`);
    }
  }
  const share = lines.length === 0 ? 0 : (100 * right) / lines.length;
  console.log(
    `${right} of ${lines.length} as wanted (${share.toFixed(1)}%); ${begun} begin a task instead, ${wrong} get a wrong answer`,
  );
}
