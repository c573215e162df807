import type { App } from '../../bot/app.ts';
import { createLogger } from '../../bot/logger.ts';
import { AuditEntryModel } from '../../models/auditEntry.ts';
import { BlockedSenderModel } from '../../models/blockedSender.ts';
import { CaseModel } from '../../models/case.ts';
import { SettingModel } from '../../models/setting.ts';
import { createAudit } from '../../services/audit.ts';
import { createBlocked } from '../../services/customers/blocked.ts';
import type { CustomersDeps } from '../../services/customers.ts';
import { createSecrets, loadSecretKey } from '../../services/secrets.ts';
import { mondayMorning, startApp } from '../support/app.ts';
import { Csr } from '../support/csr.ts';
import { Customer, until } from '../support/customer.ts';
import { conversationOf } from '../support/store.ts';

let app: App;
const logged: object[] = [];
beforeAll(async () => {
  const log = createLogger('silent');
  app = await startApp({ log: Object.assign(log, { info: (line: object) => void logged.push(line) }) });
});
afterAll(() => app.stop());

/** The desk's verbs, as another process has them that shares the store. */
async function desk() {
  const clock = { now: () => new Date(mondayMorning), timeZone: 'America/Los_Angeles' };
  const secrets = createSecrets(await loadSecretKey({ sandbox: true, store: SettingModel }));
  const audit = createAudit({ store: AuditEntryModel, clock });
  return createBlocked({ blocks: BlockedSenderModel, audit, secrets, clock } as unknown as CustomersDeps);
}

it('a sender on web chat who is blocked is refused politely, has no case of it, and is answered once it is lifted', async () => {
  const customer = await Customer.open(app.url);
  const conversation = await conversationOf(customer.conversationId);
  const sender = conversation?.customer.id ?? '';
  const { blockSender, unblockSender } = await desk();
  const by = { id: 'csr-2', role: 'csr2' as const };
  const block = { requestId: 'b1', channel: 'webchat', sender, reason: 'Threats against Lee', by };
  expect(await blockSender(block)).toMatchObject({ ok: true });

  expect(await customer.say('what do I owe')).toMatch(/do not answer messages from here.*510/s);
  expect(await customer.say('hola, ¿cuánto debo?')).toMatch(/no contestamos mensajes desde aquí/);
  const csr = await Csr.signIn(app.url);
  const { transcript } = await csr.read(customer.conversationId);
  const refused = transcript.filter(({ event }) => event === 'sender.refused');
  expect(refused).toHaveLength(2);
  expect(refused[0]?.text).toBe('Threats against Lee');
  expect(logged).toContainEqual(expect.objectContaining({ event: 'sender.refused', blockId: 'b1' }));
  expect(JSON.stringify(logged)).not.toMatch(/Lee/);

  // Another customer is answered.
  expect(await (await Customer.open(app.url)).say('what do I owe')).toMatch(/account number/i);
  // A danger is seen to whoever tells of it.
  expect(await customer.say('I smell gas')).toMatch(/911/);
  await until('the case', () => CaseModel.findOne({ conversationId: customer.conversationId }).lean());
  await csr.claim(customer.conversationId);
  await csr.resolve(customer.conversationId);
  await unblockSender({ requestId: 'u1', blockId: 'b1', by });
  expect(await customer.say('what do I owe')).toMatch(/account number|número de cuenta/i);
});
