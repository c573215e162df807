import type { AddressInfo } from 'node:net';
import {
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  ConversationState,
  MemoryStorage,
} from 'botbuilder';
import restify from 'restify';
import { answerBench, usage } from './answers.ts';
import { profiled } from './profiler.ts';
import { createWaterfallBot } from './waterfallBot.ts';

/** A bot as botbuilder's samples have it: CloudAdapter without credentials, restify, state in memory. */
const adapter = new CloudAdapter(new ConfigurationBotFrameworkAuthentication({}));
const bot = createWaterfallBot(new ConversationState(new MemoryStorage()));
const server = restify.createServer();
server.use(restify.plugins.bodyParser());
server.post('/api/messages', async (request: unknown, response: unknown) => {
  await adapter.process(request as never, response as never, bot);
});

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  answerBench(
    { url: `http://127.0.0.1:${port}` },
    { usage, profiled: (ms) => profiled(ms as number), stop: () => {} },
  );
});
