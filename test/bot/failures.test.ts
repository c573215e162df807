import type { App } from '../../bot/app.ts';
import type { TaskDialog } from '../../dialogs/form/task.ts';
import * as registry from '../../dialogs/index.ts';
import type { Recogniser } from '../../language/recogniser.ts';
import { startApp } from '../support/app.ts';
import { Csr } from '../support/csr.ts';
import { Customer } from '../support/customer.ts';

/** A task whose system behind fails, once it has acted where `acts`. */
const failing = (kind: string, intent: string, finish: TaskDialog['finish']): TaskDialog => ({
  kind,
  version: 1,
  intents: [intent],
  skill: 'service',
  fields: [],
  finish,
  words: { en: {}, es: {} },
});

let app: App;
let csr: Csr;
let recognise: Recogniser['recognise'] | null = null;

beforeAll(async () => {
  const { createPlainRecogniser } = await import('../../language/plain/plainRecogniser.ts');
  const plain = createPlainRecogniser();
  const said: Record<string, 'OutageStatus' | 'CaseStatus' | 'MeterIssue'> = {
    'break now': 'OutageStatus',
    'break after acting': 'CaseStatus',
    'hang for ever': 'MeterIssue',
  };
  app = await startApp({
    turnDeadlineMs: 300,
    tasks: [
      ...Object.values(registry),
      failing('breaks', 'OutageStatus', async () => {
        throw new Error('the system behind is gone: secret internals');
      }),
      failing('breaksLate', 'CaseStatus', async ({ turn }) => {
        await turn.requestId('case.open', 'test');
        turn.done('case.opened', { caseNumber: 'C-1' });
        throw new Error('gone after the deed');
      }),
      failing('hangs', 'MeterIssue', () => new Promise(() => {})),
    ],
    recogniser: {
      recognise: async (text, language) => {
        if (recognise) return recognise(text, language);
        const understood = await plain.recognise(text, language);
        const intent = said[text];
        return intent ? { ...understood, intent, action: 'act' } : understood;
      },
    },
  });
  csr = await Csr.signIn(app.url);
});
afterAll(() => app.stop());
afterEach(() => {
  recognise = null;
});

describe('when something breaks in the middle of a turn', () => {
  it('tells the customer in plain words, offers a person, and brings one at "yes"', async () => {
    const customer = await Customer.open(app.url);
    const answer = await customer.say('break now');
    expect(answer).toMatch(/on our side.*try again, or talk to a person/);
    expect(answer).not.toMatch(/internals/);
    expect(await customer.say('yes')).toMatch(/bringing in a person/);
  });

  it('leaves the open question open, so that the customer can go on', async () => {
    const customer = await Customer.open(app.url);
    await customer.say('what do I owe');
    await customer.say('10023414');
    recognise = () => Promise.reject(new Error('no recogniser'));
    expect(await customer.say('94538')).toMatch(/How would you like to do it/);
    recognise = null;
    expect(await customer.say('use my PIN')).toMatch(/4-digit PIN/);
  });

  it('gives up a turn that hangs, and the next message is answered', async () => {
    const customer = await Customer.open(app.url);
    expect(await customer.say('hang for ever')).toMatch(/on our side/);
    expect(await customer.say('no')).toMatch(/What would you like to do/);
    expect(await customer.say('what do I owe')).toMatch(/account number/);
  });

  it('brings in a person at once where something was done already, and tells them what', async () => {
    const customer = await Customer.open(app.url);
    expect(await customer.say('break after acting')).toMatch(/A person will look at it/);
    const queue = await csr.queue();
    expect(queue.find((item) => item.conversationId === customer.conversationId)).toMatchObject({
      priority: 'high',
    });
    const { transcript } = await csr.read(customer.conversationId);
    expect(JSON.stringify(transcript)).toContain('case.opened');
  });
});
