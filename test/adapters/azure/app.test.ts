import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { type App, createApp } from '../../../bot/app.ts';
import { loadConfig } from '../../../bot/config.ts';
import { createLogger } from '../../../bot/logger.ts';
import { AuditEntryModel } from '../../../models/auditEntry.ts';
import { BlockedSenderModel } from '../../../models/blockedSender.ts';
import { OutboxModel } from '../../../models/outbox.ts';
import { createAudit } from '../../../services/audit.ts';
import { createBlocked } from '../../../services/customers/blocked.ts';
import type { CustomersDeps } from '../../../services/customers.ts';
import { createSecrets } from '../../../services/secrets.ts';
import { makeDataDir, settings } from '../../support/app.ts';
import { until } from '../../support/webchatServer.ts';
import { type Azure, appId, authenticationBy, startAzure } from './azureServer.ts';

let azure: Azure;
let app: App;
let dataDir: string;
beforeAll(async () => {
  azure = await startAzure();
  dataDir = await makeDataDir();
  const { CLOCK, ...env } = settings(dataDir);
  const credentials = {
    MicrosoftAppId: appId,
    MicrosoftAppType: 'MultiTenant',
    MicrosoftAppPassword: 'not-a-secret',
  };
  app = await createApp(loadConfig({ ...env, ...credentials, SECRET_KEY: 'x'.repeat(48) }), {
    log: createLogger(process.env.TEST_LOG ?? 'silent'),
    azureAuthentication: authenticationBy(azure),
  });
});
afterAll(async () => {
  await app.stop();
  await azure.stop();
  await rm(dataDir, { recursive: true, force: true });
});

function customer() {
  const envelope = {
    channelId: 'directline',
    serviceUrl: azure.url,
    conversation: { id: randomUUID() },
    from: { id: 'dl_ana' },
    recipient: { id: 'bot@1' },
  };
  const activity = (parts: object) => ({ ...envelope, type: 'message', id: randomUUID(), ...parts });
  async function post(sent: object) {
    const authorization = `Bearer ${await azure.token()}`;
    const response = await fetch(`${app.url}/api/messages`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(sent),
    });
    const text = await response.text();
    return { status: response.status, json: text ? JSON.parse(text) : undefined };
  }
  const heard = () =>
    azure.posted.filter(({ path }) => path.includes(envelope.conversation.id)).map(({ body }) => body.text);
  return { activity, post, heard };
}

describe('The whole way of a message through Azure', () => {
  it('greets, answers once through the connector though it came twenty times', async () => {
    const { activity, post, heard } = customer();
    await post(activity({ type: 'conversationUpdate', membersAdded: [{ id: 'dl_ana' }] }));
    await until(() => heard().length === 1);
    const asked = activity({ text: 'talk to a person' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(asked)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await until(() => heard().length > 1);
    await until(async () => !(await OutboxModel.exists({ status: { $in: ['queued', 'sending'] } })));
    expect(new Set(heard()).size).toBe(heard().length);
  });

  it('refuses a sender who is blocked, and answers others', async () => {
    const clock = { now: () => new Date(), timeZone: 'America/Los_Angeles' };
    const audit = createAudit({ store: AuditEntryModel, clock });
    const secrets = createSecrets(Buffer.from('x'.repeat(48)));
    const deps = { blocks: BlockedSenderModel, audit, secrets, clock } as unknown as CustomersDeps;
    const by = { id: 'csr-2', role: 'csr2' as const };
    const sender = '29:1aB+/c==';
    const block = { requestId: 'b1', channel: 'azure', sender, reason: 'Threats', by };
    expect(await createBlocked(deps).blockSender(block)).toMatchObject({ ok: true });
    const { activity, post } = customer();
    const asking = { text: 'what do I owe?', deliveryMode: 'expectReplies' };
    const { json } = await post(activity({ ...asking, from: { id: sender } }));
    expect(json.activities.map(({ text }: { text: string }) => text).join()).toMatch(
      /do not answer messages/,
    );
    const other = customer();
    const answered = await other.post(other.activity(asking));
    expect(JSON.stringify(answered.json)).not.toMatch(/do not answer messages/);
  });

  it('answers in the request who expects replies, and settles the outbox without sending', async () => {
    const { activity, post, heard } = customer();
    const asked = activity({ text: 'what do I owe?', deliveryMode: 'expectReplies' });
    const { status, json } = await post(asked);
    expect(status).toBe(200);
    expect(json.activities.length).toBeGreaterThan(0);
    const row = () => OutboxModel.findOne({ code: 'azure.answered', status: 'delivered' }).lean();
    await until(row);
    expect((await post(asked)).json).toEqual(json);
    expect(heard()).toEqual([]);
  });
});
