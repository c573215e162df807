import mongoose from 'mongoose';
import type { App } from '../../bot/app.ts';
import type { Step } from '../../bot/turn/faults.ts';
import { startApp } from '../support/app.ts';
import { Csr } from '../support/csr.ts';
import { Customer, until } from '../support/customer.ts';
import { conversationOf, faultsInRecord } from '../support/store.ts';

let app: App;
let csr: Csr;
let atStep: (step: Step) => void | Promise<void> = () => {};
beforeAll(async () => {
  app = await startApp({ faults: (step) => atStep(step) });
  csr = await Csr.signIn(app.url);
});
afterAll(() => app.stop());
afterEach(() => {
  atStep = () => {};
});

const handled = (id: string) =>
  until('the turn to end', async () => {
    const conversation = await conversationOf(id);
    return conversation?.lease === null && conversation.handled === conversation.seq && conversation;
  });

/** Does something once, when the next turn comes to a step. */
function onceAt(step: Step, deed: () => Promise<unknown>): void {
  let done = false;
  atStep = async (at) => {
    if (at !== step || done) return;
    done = true;
    await deed();
  };
}

const textsOf = async (customer: Customer) => (await customer.shown()).map((activity) => activity.text ?? '');
const dangersOf = async (id: string) =>
  (await csr.read(id)).transcript.filter((line) => line.event === 'emergency.raised');

describe('a danger', () => {
  it('makes an emergency of a conversation that a CSR took before anybody asked for a person', async () => {
    const customer = await Customer.open(app.url);
    await customer.say('what do I owe');
    await csr.claim(customer.conversationId);
    await customer.send('I smell gas in the house');
    const { handoff } = await handled(customer.conversationId);
    expect(handoff).toMatchObject({ priority: 'emergency', reason: 'emergency', skills: ['emergency'] });
    expect(handoff?.at).toBeInstanceOf(Date);
    expect(await dangersOf(customer.conversationId)).toHaveLength(1);
    expect((await csr.read(customer.conversationId)).conversation).toMatchObject({ holder: 'csr' });
  });

  it('is answered with what to do and whom to call while a CSR has the customer, and the CSR reads that', async () => {
    const customer = await Customer.open(app.url);
    const id = customer.conversationId;
    await customer.say('what do I owe');
    await csr.claim(id);
    await customer.send('hay una fuga de gas en la casa');
    await handled(id);
    const said = (await textsOf(customer)).filter((text) => /salga del edificio ahora.*510/s.test(text));
    expect(said).toHaveLength(1);
    const { conversation, transcript } = await csr.read(id);
    expect(conversation).toMatchObject({ holder: 'csr' });
    expect(transcript.filter(({ text }) => /salga del edificio ahora/.test(text))).toHaveLength(1);
    expect(transcript.filter(({ event }) => event === 'emergency.reported')).toHaveLength(1);
  });

  it('rings anew where the first one was seen already; the same one told again does not', async () => {
    const customer = await Customer.open(app.url);
    const id = customer.conversationId;
    await csr.claim(id);
    await customer.send('I smell gas in the house');
    const first = await handled(id);
    expect(first.handoff).toMatchObject({ priority: 'emergency', seen: false });
    await csr.seen(id);
    await customer.send('still that smell, I smell gas');
    expect((await handled(id)).handoff).toMatchObject({ seen: true, rung: first.handoff?.rung });
    await customer.send('and now there are sparks in the water');
    const second = await handled(id);
    expect(second.handoff).toMatchObject({ priority: 'emergency', seen: false });
    expect(second.handoff?.rung).toBeGreaterThan(first.handoff?.rung as number);
    expect((await textsOf(customer)).filter((text) => /Keep away from the water/.test(text))).toHaveLength(1);
  });

  it('stays one, and the safety words are said, where a CSR takes over in that instant', async () => {
    const customer = await Customer.open(app.url);
    onceAt('turn.ran', () => csr.claim(customer.conversationId));
    await customer.send('I smell gas in the house');
    const conversation = await handled(customer.conversationId);
    expect(conversation).toMatchObject({ holder: 'csr', handoff: { priority: 'emergency' } });
    expect((await textsOf(customer)).filter((text) => /leave the building now/.test(text))).toHaveLength(1);
    expect(await dangersOf(customer.conversationId)).toHaveLength(1);
    expect(await faultsInRecord(customer.conversationId)).toEqual([]);
  });

  it('goes in line where the CSR closed the conversation in that instant', async () => {
    const customer = await Customer.open(app.url);
    await csr.claim(customer.conversationId);
    onceAt('turn.ran', () => csr.resolve(customer.conversationId));
    await customer.send('I smell gas in the house');
    const conversation = await handled(customer.conversationId);
    expect(conversation).toMatchObject({ holder: 'waiting', handoff: { priority: 'emergency' } });
    const first = (await csr.queue())[0];
    expect(first).toMatchObject({ conversationId: customer.conversationId, priority: 'emergency' });
  });
});

describe('a PIN that was asked for', () => {
  it('is masked when it comes after a CSR has taken over, and what comes next is not', async () => {
    const customer = await Customer.open(app.url);
    for (const line of ['what do I owe', '10023414', '94538', 'Use my PIN']) await customer.say(line);
    await csr.claim(customer.conversationId);
    await customer.send('4821');
    await customer.send('my house number is 1212');
    await handled(customer.conversationId);
    expect((await textsOf(customer)).slice(-2)).toEqual(['••••', 'my house number is 1212']);
    const everything = await until('all to be projected', async () => {
      const conversation = await conversationOf(customer.conversationId);
      if (conversation?.workAt !== null) return false;
      return mongoose.connection
        .collection('transcriptentries')
        .find({ conversationId: customer.conversationId })
        .toArray();
    });
    expect(JSON.stringify(everything)).not.toMatch(/"text":"[^"]*4821|sealed":"1/);
  });
});

describe('a conversation that was closed', () => {
  it('leaves nothing half done behind: who writes again begins anew', async () => {
    const customer = await Customer.open(app.url);
    await customer.verify();
    await customer.say('stop my water service on dec 3');
    await customer.say('talk to a person');
    await csr.claim(customer.conversationId);
    await csr.resolve(customer.conversationId);
    expect(await customer.say('hello')).toMatch(/What can I do for you/);
    expect(await conversationOf(customer.conversationId)).toMatchObject({
      holder: 'bot',
      handoff: null,
      task: null,
      proof: null,
      disposition: null,
    });
  });
});
