import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import { azureDirectLine } from '../adapters/azure/directLine.ts';
import type { Channel } from '../adapters/channel.ts';
import type { ChannelParts } from '../adapters/index.ts';
import { createChannels } from '../adapters/index.ts';
import { type Sandbox, startSandbox } from '../adapters/sandbox/sandbox.ts';
import { mountTryApi } from '../adapters/sandbox/tryApi.ts';
import { mountWorkResults } from '../adapters/work/workResults.ts';
import { sayPhone } from '../dialogs/dates.ts';
import type { TaskDialog } from '../dialogs/form/task.ts';
import * as registry from '../dialogs/index.ts';
import { noticeText } from '../dialogs/notices/notices.ts';
import { createPlainRecogniser } from '../language/plain/plainRecogniser.ts';
import type { Recogniser } from '../language/recogniser.ts';
import { type Conversation, ConversationModel } from '../models/conversation.ts';
import { connectStore, type StoreConnection } from '../models/store/connect.ts';
import { type DistrictFolder, loadDistrictFolder } from '../services/districtFolder.ts';
import { addressKey, networkKey } from '../services/network.ts';
import { sampleSenders } from '../services/sampleData.ts';
import { createTranscriptService } from '../services/transcript.ts';
import { mountPay } from '../site/pay.ts';
import { mountSite } from '../site/serve.ts';
import { tellAnswers } from './answered.ts';
import type { Config } from './config.ts';
import { mountDesk } from './desk.ts';
import { openDistrict } from './district.ts';
import { files } from './files.ts';
import { createHttpServer, listen } from './http.ts';
import { createLoop } from './loop.ts';
import { SupportBot } from './supportBot.ts';
import { createTurn, newId } from './turn/createTurn.ts';
import { type Faults, noFaults } from './turn/faults.ts';
import { createWakeups } from './turn/wake.ts';

/** What tests put in place of the product's own. */
export type AppDependencies = {
  log: Logger;
  faults?: Faults;
  recogniser?: Recogniser;
  tasks?: TaskDialog[];
  turnDeadlineMs?: number;
  synchronous?: 'FULL' | 'NORMAL';
  /** Carriers of the sandbox that outlive this process. */
  sandbox?: Sandbox;
  deliveryClaimMs?: number;
  /** Whose tokens count at /api/messages; unset it is Azure's public cloud. */
  azureAuthentication?: ChannelParts['azureAuthentication'];
};

export type App = {
  port: number;
  url: string;
  store: StoreConnection;
  sandbox: (Sandbox & { password: string | null; sample: DistrictFolder['sample'] }) | null;
  /** Stops taking in, lets turns end, gives the store back. */
  stop(): Promise<void>;
};

/** A turn that takes longer is given up and offered to a person, in milliseconds. */
const turnDeadlineMs = 20_000;
/** How often the District's clock is read anew: another process may have moved it, in milliseconds. */
const clockMs = 1_000;
/** How often what must happen later is looked for, in milliseconds. */
const followUpMs = 1_000;

/** Puts everything together and starts it: store, District, channels, turn, desk, site. */
export async function createApp(config: Config, dependencies: AppDependencies): Promise<App> {
  const { log, faults = noFaults, recogniser = createPlainRecogniser() } = dependencies;
  // First: a mistake in the District's folder is told before anything is opened.
  const folder = await loadDistrictFolder(config.districtDir, {
    now: config.clockStart ?? new Date(),
    sample: config.sandbox,
  });
  const store = await connectStore({
    uri: config.store.uri,
    dataDir: config.dataDir,
    embedded: { allowed: config.store.embeddedAllowed, synchronous: dependencies.synchronous ?? 'FULL' },
    log,
  });
  await store.ensureIndexes();
  const wakeups = createWakeups(log);
  const { policy, clock, secrets, services, followUps, changes, audit, identity, paying } =
    await openDistrict(config, log, wakeups, folder);
  const { district } = policy;
  const transcript = createTranscriptService();
  const channels = new Map<string, Channel>();
  const tasks = dependencies.tasks ?? Object.values(registry);
  const turn = createTurn({
    bot: new SupportBot(tasks, services),
    district,
    emergencies: services.emergencies,
    customers: services.customers,
    optedOut: (address, key) =>
      services.consents.optOut({ requestId: key, address, topic: 'all', source: 'carrier' }),
    recogniser,
    channels,
    wakeups,
    clock,
    secrets,
    faults,
    log,
    deadlineMs: dependencies.turnDeadlineMs ?? turnDeadlineMs,
    claimMs: dependencies.deliveryClaimMs,
    noticeText: (template, language, values) =>
      noticeText(template, language, {
        ...values,
        district: district.name,
        phone: sayPhone(district.phone),
        publicUrl,
      }),
  });

  tellAnswers(changes, { clock, wakeups, project: turn.project, log });

  let isReady = false;
  const server = createHttpServer(log, async () => isReady);
  const port = await listen(server, config.http);
  const publicUrl = config.http.publicUrlIsGiven ? config.http.publicUrl : `http://localhost:${port}`;
  const clientAddress = config.http.trustProxy ? behindProxy : undefined;
  const sandbox = config.sandbox
    ? (dependencies.sandbox ?? (await startSandbox(clock.now, sampleSenders(district.phone, folder.sample))))
    : null;
  const opened = createChannels({
    inbox: turn.inbox,
    reader: {
      find: (id) => ConversationModel.findById(id).lean<Conversation>(),
      shownAfter: transcript.shownAfter,
    },
    wakeups,
    files,
    log,
    publicUrl,
    clientAddress,
    networkOf: (address) => networkKey(address, secrets),
    addressKeyOf: (address) => addressKey(address, secrets),
    webchat: { signingKey: secrets.keyFor('directline'), ...config.webchat },
    sms: config.sms ?? sandbox?.sms ?? null,
    email: config.email ?? sandbox?.email ?? null,
    hub: config.hub,
    pager: {
      districtName: district.name,
      timeZone: district.timeZone,
      links: services.onCall,
      secret: config.pagerSecret ?? null,
    },
    azure: config.azure,
    azureAuthentication: dependencies.azureAuthentication,
  });
  for (const channel of opened) {
    channels.set(channel.id, channel);
    channel.mount?.(server);
  }
  const desk = await mountDesk(server, {
    config,
    clock,
    wakeups,
    log,
    policy,
    transcript,
    changed: turn.project,
    newId,
    tasks,
    services,
    identity,
    audit,
    clientAddress,
  });
  const { trustedOrigins, azureSecret } = config.webchat;
  const chatOrigin = azureSecret ? new URL(azureDirectLine).origin : undefined;
  const { start, stop, units, hours } = policy;
  const noticeBusinessDays = Math.max(start.noticeBusinessDays, stop.noticeBusinessDays);
  const figures = { cycleDays: units.cycleDays, noticeBusinessDays };
  mountSite(server, { district, publicUrl, trustedOrigins, chatOrigin, hours, figures });
  if (config.work) mountWorkResults(server, { config: config.work, fieldOrders: services.fieldOrders, log });
  const { payments } = services;
  mountPay(server, { payments, district, pages: paying.pages, publicUrl, log });
  paying.speak({
    publicUrl,
    hasCarrier: (channelId) => channels.get(channelId)?.deliver !== undefined,
    appended(conversation) {
      const { _id: conversationId, seq, shown } = conversation;
      wakeups.publish({ type: 'changed', conversationId, seq, shown });
      turn.project(conversation);
    },
  });
  if (sandbox) mountTryApi(server, { sandbox, clock });

  wakeups.watch();
  turn.start();
  const loops = [
    createLoop('reading the clock', clock.refresh, clockMs, log),
    createLoop('follow-ups', followUps.runDue, followUpMs, log),
  ];
  for (const loop of loops) loop.start();
  isReady = true;

  return {
    port,
    url: publicUrl,
    store,
    sandbox: sandbox && { ...sandbox, password: desk.samplePassword, sample: folder.sample },
    async stop() {
      isReady = false;
      await Promise.all(loops.map((loop) => loop.stop()));
      desk.close();
      await Promise.all(opened.map((channel) => channel.close?.()));
      server.server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await turn.stop();
      await wakeups.close();
      await sandbox?.close();
      await store.close();
    },
  };
}

/** The customer's address as the proxy in front tells it: the last entry is the one that it added itself. */
function behindProxy(request: IncomingMessage): string {
  const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().join(',');
  return forwarded.split(',').at(-1)?.trim() || (request.socket.remoteAddress ?? '');
}
