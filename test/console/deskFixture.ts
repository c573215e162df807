import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import restify from 'restify';
import { createProjector } from '../../bot/turn/project.ts';
import { mountConsoleApi, mountConsoleWeb } from '../../console/api/index.ts';
import { append, held } from '../../models/append.ts';
import { type Conversation, ConversationModel } from '../../models/conversation.ts';
import type { ActivityParts } from '../../models/entry.ts';
import { connectStore } from '../../models/store/connect.ts';
import { createCsrsService, type Speaker, seedSampleCsrs } from '../../services/csrs.ts';
import { createDeskService, type DeskDependencies } from '../../services/desk.ts';
import { newEntry } from '../../services/transcript.ts';

export const password = 'a sample password';
const names = ['Jo (CSR I)', 'Sam (CSR II)', 'Ana (Lead)'];
const sample = {
  csrs: names.map((name, index) => ({
    email: `csr${index + 1}@alder.example.com`,
    name,
    role: 'csr2' as const,
    skills: ['billing'],
    languages: ['en'],
  })),
};

type Listener = (wakeup: never) => void;
/** The wake-up port within one process. */
export function localWakeups() {
  const listeners = new Set<[string, Listener]>();
  return {
    subscribe(id: string, listener: Listener) {
      const one: [string, Listener] = [id, listener];
      listeners.add(one);
      return () => void listeners.delete(one);
    },
    publish(wakeup: { conversationId: string }) {
      for (const [id, listener] of listeners)
        if (id === '*' || id === wakeup.conversationId) listener(wakeup as never);
    },
  };
}

export type Fixture = Awaited<ReturnType<typeof openDesk>>;

/** A desk on a real store: services, API and page; `now` moves District time, `machineNow` sessions. */
export async function openDesk(more: Partial<DeskDependencies> = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'headgate-desk-'));
  const log = pino({ level: 'silent' });
  const uri = process.env.MONGODB_URI;
  const store = await connectStore({ uri, dataDir, embedded: { allowed: true, synchronous: 'NORMAL' }, log });
  await store.ensureIndexes();
  const time = { district: Date.parse('2026-12-01T17:00:00Z'), machine: Date.now() };
  const clock = { now: () => new Date(time.district) };
  const wakeups = localWakeups();
  const csrs = createCsrsService({ clock, log, now: () => new Date(time.machine) });
  await seedSampleCsrs(sample, password);
  const desk = createDeskService({
    clock,
    policy: { verify: { keepMinutes: 30 } },
    wakeups,
    log,
    districtName: 'Alder Valley Water District',
    findCsr: csrs.speaker,
    findCsrByEmail: csrs.speakerByEmail,
    ...more,
  });
  const [jo, sam, ana] = (await Promise.all(sample.csrs.map(({ email }) => csrs.speakerByEmail(email)))) as [
    Speaker,
    Speaker,
    Speaker,
  ];
  const projector = createProjector({ faults: async () => {}, log, hasCarrier: () => false, deliver() {} });

  const server = restify.createServer({ name: 'headgate' });
  const api = mountConsoleApi(server, {
    desk,
    csrs,
    wakeups,
    log,
    secureCookies: false,
    districtName: 'Alder Valley Water District',
    timeZone: 'America/Los_Angeles',
  });
  mountConsoleWeb(server);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${server.address().port}`;

  let made = 0;
  /** A customer in line, unless said otherwise, who has written what is given. */
  async function customer(given: Partial<Conversation> & { says?: string[] } = {}): Promise<string> {
    const { says = ['I need a person'], ...fields } = given;
    const id = `conversation-${++made}-${Math.random().toString(36).slice(2)}`;
    const document = new ConversationModel({
      _id: id,
      channelId: 'webchat',
      customer: { id: 'dl_1', name: 'Pat Rivera' },
      createdAt: clock.now(),
      updatedAt: clock.now(),
      holder: 'waiting',
      handoff: { reason: 'asked', priority: 'normal', skills: ['billing'], at: clock.now() },
      ...fields,
    });
    await ConversationModel.collection.insertOne(document.toObject() as never);
    for (const text of says) await write(id, text);
    return id;
  }
  const line = (from: 'customer' | 'bot', text: string, activity?: ActivityParts) =>
    newEntry({ at: clock.now(), from, kind: 'message', visible: true, text, activity });
  async function write(id: string, text: string, activity?: ActivityParts): Promise<Conversation> {
    const after = (await append(id, {}, { entries: [line('customer', text, activity)] })) as Conversation;
    wakeups.publish({ type: 'changed', conversationId: id, seq: after.seq, shown: after.shown } as never);
    return after;
  }
  let rung = 0;
  /** What a turn writes when the customer tells of a danger, whoever has the conversation. */
  async function danger(id: string): Promise<void> {
    const event = newEntry({
      ...{ at: clock.now(), from: 'bot', kind: 'event', visible: false, text: 'gas' },
      activity: { name: 'emergency.raised', value: { danger: 'gas' } },
    });
    rung += 1;
    const raised = { priority: 'emergency', reason: 'emergency', seen: false, rung };
    const handoff = { $mergeObjects: ['$handoff', { $literal: raised }] };
    const after = (await append(id, {}, { entries: [event], set: { handoff } })) as Conversation;
    wakeups.publish({ type: 'changed', conversationId: id, seq: after.seq, shown: after.shown } as never);
  }
  /** What a bot's turn does at its end: it counts only where nobody took over since `epoch`. */
  const botSays = (id: string, text: string, epoch: number) =>
    append(id, { holder: 'bot', epoch }, { entries: [line('bot', text)], set: held('bot') });

  async function close(): Promise<void> {
    api.close();
    server.server.closeAllConnections();
    await new Promise<void>((closed) => server.close(() => closed()));
    await store.close();
    await rm(dataDir, { recursive: true, force: true });
  }
  return {
    ...{ desk, csrs, wakeups, projector, server, url, time, jo, sam, ana },
    ...{ customer, write, danger, botSays, close },
  };
}
