import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { App } from '../../../bot/app.ts';
import { startApp } from '../../support/app.ts';
import { Customer, until } from '../../support/customer.ts';

type Posted = { headers: IncomingHttpHeaders; body: string };
const secret = 'a secret of the hub';

let hub: Server;
let app: App;
const posted: Posted[] = [];
/** What the hub answers next; then it takes what comes. */
const answers: number[] = [];

beforeAll(async () => {
  hub = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    posted.push({ headers: request.headers, body });
    response.writeHead(answers.shift() ?? 202);
    response.end();
  });
  await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve));
  const { port } = hub.address() as AddressInfo;
  const env = { HUB_WEBHOOK_URL: `http://127.0.0.1:${port}/handoff`, HUB_WEBHOOK_SECRET: secret };
  app = await startApp({}, env);
});
afterAll(async () => {
  await app.stop();
  hub.close();
});

describe('an agent hub elsewhere', () => {
  it('is told that a person is needed, with the full transcript, signed, and again until it takes it', async () => {
    answers.push(503);
    const customer = await Customer.open(app.url);
    await customer.say('what do I owe');
    await customer.say('talk to a person');
    const [first, second] = await until(
      'the hub to be told twice',
      async () => posted.length === 2 && posted,
    );
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    const { headers, body } = second as Posted;
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    expect(headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`,
    );
    const activity = JSON.parse(body);
    expect(activity).toMatchObject({
      type: 'event',
      name: 'handoff.initiate',
      conversation: { id: customer.conversationId },
      value: { reason: 'asked', intent: 'TalkToHuman' },
      attachments: [{ contentType: 'application/json', name: 'Transcript' }],
    });
    const said = activity.attachments[0].content.activities.map(
      ({ text, from }: { text: string; from: { role: string } }) => `${from.role}: ${text}`,
    );
    expect(said).toContain('user: what do I owe');
    expect(said).toContain('user: talk to a person');
    expect(said.join('\n')).toMatch(/bot: Hello! I am the automated assistant/);
  });
});
