import type { App } from '../../bot/app.ts';
import type { Step } from '../../bot/turn/faults.ts';
import { OutboxModel } from '../../models/outbox.ts';
import { startApp } from '../support/app.ts';
import { Customer, until } from '../support/customer.ts';

let app: App;
const steps: Step[] = [];
beforeAll(async () => {
  app = await startApp({ faults: (step) => void steps.push(step) });
});
afterAll(() => app.stop());

/** The steps of the turn in which a code is asked for, up to the end of its delivery. */
async function askingForCode(accountNumber: string, zip: string): Promise<Step[]> {
  const customer = await Customer.open(app.url);
  for (const line of ['what do I owe', accountNumber, zip]) await customer.say(line);
  steps.length = 0;
  expect(await customer.say('Text me a code')).toMatch(/If .* match/i);
  await until('the outbox to be drained', async () => steps.includes('deliver.recorded'));
  // Projecting is of the turns before as well, and who is nobody is sent nothing.
  return steps.filter((step) => step !== 'deliver.sent' && !step.startsWith('project.'));
}

describe('a code that is asked for', () => {
  it('costs the same work for an account that is there and one that is not, and none of it before the answer', async () => {
    const real = await askingForCode('10023414', '94538');
    const wrongZip = await askingForCode('10023414', '94555');
    const unknown = await askingForCode('10155398', '94538');
    expect(real.filter((step) => step === 'deliver.claimed')).toHaveLength(1);
    expect(real.indexOf('deliver.claimed')).toBeGreaterThan(real.indexOf('commit.done'));
    expect(wrongZip).toEqual(real);
    expect(unknown).toEqual(real);
    expect(await OutboxModel.countDocuments({ template: 'verificationCode', status: 'refused' })).toBe(2);
    expect(await OutboxModel.countDocuments({ template: 'verificationCode', status: 'delivered' })).toBe(1);
  });
});
