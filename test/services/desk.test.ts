import { append } from '../../models/append.ts';
import { type Conversation, ConversationModel } from '../../models/conversation.ts';
import { OutboxModel } from '../../models/outbox.ts';
import { createTranscriptService, newEntry } from '../../services/transcript.ts';
import { type Fixture, openDesk } from '../console/deskFixture.ts';

let fixture: Fixture;
const finished: string[] = [];
beforeAll(async () => {
  fixture = await openDesk({
    completers: {
      stopService: async (_, { requestId }) => {
        if (!finished.includes(requestId)) finished.push(requestId);
        return { ok: true, summary: 'SO-1 booked', say: 'Your stop is booked.' };
      },
      needsProof: async (_, { conversation }) =>
        conversation.proof ? { ok: true, summary: 'done' } : { ok: false, reason: 'notVerified' },
    },
    taskFields: (kind) => (kind === 'stopService' ? ['lastDay', 'forwardingAddress'] : undefined),
  });
});
afterAll(() => fixture.close());
const transcript = createTranscriptService();
const inOrder = (length: number) => Array.from({ length }, (_, index) => index + 1);

describe('claiming', () => {
  it('gives a customer to one of twenty CSRs who take them at once, and tells the others by whom', async () => {
    const { desk, customer, sam, jo } = fixture;
    const id = await customer();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        desk.claim({ conversationId: id, csr: n % 2 ? sam : jo, requestId: `${n}` }),
      ),
    );
    const winner = (await desk.read(id, {}, sam))?.conversation.assignee;
    const lost = answers.filter((answer) => !answer.ok);
    expect(lost).toHaveLength(10); // the other ten asked for what was theirs already
    for (const answer of lost)
      expect(answer).toMatchObject({ reason: 'taken', by: { email: winner?.email } });
    expect(
      (await transcript.read(id)).filter(({ activity }) => activity?.name === 'desk.claimed'),
    ).toHaveLength(1);
  });

  it('tells the customer who has joined, in their language', async () => {
    const { desk, customer, sam } = fixture;
    const [english, spanish] = [await customer(), await customer({ language: 'es' })];
    await desk.claim({ conversationId: english, csr: sam });
    await desk.claim({ conversationId: spanish, csr: sam });
    expect((await transcript.shownAfter(english, 1))[0]).toMatchObject({
      from: 'system',
      text: 'Sam from Alder Valley Water District has joined the chat.',
    });
    expect((await transcript.shownAfter(spanish, 1))[0]?.text).toMatch(/se ha unido al chat/);
  });

  it('takes over from a bot that hangs; its turn then writes nothing', async () => {
    const { desk, customer, botSays, jo } = fixture;
    const id = await customer({ holder: 'bot', handoff: null });
    const { epoch } = (await ConversationModel.findById(id).lean()) as { epoch: number };
    expect(await desk.claim({ conversationId: id, csr: jo })).toMatchObject({ ok: true });
    expect(await botSays(id, 'What is your account number?', epoch)).toBeNull();
  });

  it('never lets two speak: only who holds the conversation says something', async () => {
    const { desk, customer, sam, jo } = fixture;
    const id = await customer();
    expect(await desk.say({ conversationId: id, csr: sam, text: 'Hello' })).toMatchObject({
      reason: 'notYours',
      by: null,
    });
    await desk.claim({ conversationId: id, csr: sam });
    expect(await desk.say({ conversationId: id, csr: jo, text: 'Hello' })).toMatchObject({
      reason: 'notYours',
      by: { email: sam.email },
    });
  });
});

describe('saying', () => {
  it('holds a reply that was written before the newest message, and gives back what is newer', async () => {
    const { desk, customer, write, sam } = fixture;
    const conversationId = await customer();
    const claimed = await desk.claim({ conversationId, csr: sam });
    const afterSeq = claimed.ok ? claimed.seq : 0;
    await write(conversationId, 'It is urgent');
    const request = { conversationId, csr: sam, text: 'How can I help?', afterSeq };
    const held = await desk.say(request);
    expect(held).toMatchObject({ reason: 'stale', newer: [{ text: 'It is urgent' }] });
    expect(await desk.say({ ...request, afterSeq: afterSeq + 1 })).toMatchObject({ ok: true });
  });

  it('says a line once when the same request comes twenty times at once, and again after projection', async () => {
    const { desk, customer, projector, sam } = fixture;
    const conversationId = await customer();
    await desk.claim({ conversationId, csr: sam });
    const request = { conversationId, csr: sam, text: 'Your bill is $130.15', requestId: 'one click' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => desk.say(request)));
    await projector.projectNow(conversationId);
    answers.push(await desk.say(request));
    expect(new Set(answers.map((answer) => (answer.ok ? answer.entry?.seq : 0))).size).toBe(1);
    expect((await transcript.read(conversationId)).filter(({ text }) => text === request.text)).toHaveLength(
      1,
    );
  });

  it('says a line once however projection and repeats interleave', async () => {
    const { desk, customer, projector, sam } = fixture;
    const conversationId = await customer();
    await desk.claim({ conversationId, csr: sam });
    await Promise.all(
      inOrder(60).map((n) =>
        n % 3 === 0
          ? projector.projectNow(conversationId)
          : desk.say({ conversationId, csr: sam, text: 'Done', requestId: `r${n % 5}` }),
      ),
    );
    const said = (await transcript.read(conversationId)).filter(({ text }) => text === 'Done');
    expect(said.map(({ key }) => key).sort()).toEqual([...new Set(said.map(({ key }) => key))].sort());
    expect(said).toHaveLength(5);
  });

  it('refuses a request id that did something else before', async () => {
    const { desk, customer, sam } = fixture;
    const conversationId = await customer();
    await desk.claim({ conversationId, csr: sam });
    await desk.say({ conversationId, csr: sam, text: 'first', requestId: 'same' });
    expect(await desk.say({ conversationId, csr: sam, text: 'second', requestId: 'same' })).toMatchObject({
      reason: 'requestIdReused',
    });
  });

  it('never shows a private note to the customer, nor puts it in an outbox', async () => {
    const { desk, customer, projector, jo } = fixture;
    const conversationId = await customer();
    await desk.note({ conversationId, csr: jo, text: 'Angry, be kind' });
    await projector.projectNow(conversationId);
    const seen = await transcript.shownAfter(conversationId, 0);
    expect(JSON.stringify(seen)).not.toContain('Angry');
    expect(await OutboxModel.countDocuments({ conversationId })).toBe(0);
    expect((await transcript.read(conversationId)).at(-1)).toMatchObject({ kind: 'note', shown: null });
  });
});

describe('reading', () => {
  it('misses nothing and doubles nothing while the projector moves entries', async () => {
    const { customer, write, projector } = fixture;
    const conversationId = await customer({ says: [] });
    let writing = true;
    const reads: number[][] = [];
    const reader = async () => {
      while (writing) {
        const entries = await transcript.read(conversationId, { limit: 500 });
        reads.push(entries.map(({ seq }) => seq));
        reads.push((await transcript.shownAfter(conversationId, 0, 500)).map(({ shown }) => shown as number));
      }
    };
    const readers = [reader(), reader()];
    for (const n of inOrder(60)) {
      await write(conversationId, `message ${n}`);
      if (n % 3 === 0) await projector.projectNow(conversationId);
    }
    writing = false;
    await Promise.all(readers);
    for (const seqs of reads) expect(seqs).toEqual(inOrder(seqs.length));
    expect(reads.length).toBeGreaterThan(20);
    expect(await transcript.verifyChain(conversationId)).toMatchObject({ ok: true, seq: 60 });
  });

  it('shows a line that was changed afterwards', async () => {
    const { customer, write, projector } = fixture;
    const conversationId = await customer();
    await write(conversationId, 'second');
    await projector.projectNow(conversationId);
    const { TranscriptEntryModel } = await import('../../models/transcriptEntry.ts');
    await TranscriptEntryModel.collection.updateOne({ conversationId, seq: 2 }, { $set: { text: 'forged' } });
    expect(await transcript.verifyChain(conversationId)).toEqual({ ok: false, seq: 2 });
  });

  it('pages through the conversations by name without missing one', async () => {
    const { desk, customer, sam } = fixture;
    for (const _ of inOrder(5)) await customer({ customer: { id: 'x', name: 'Zoë O’Brien (née Lí)' } });
    const found = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await desk.list({ q: 'zoë o’brien (', limit: 2, cursor }, sam);
      for (const { conversationId } of page.items) found.add(conversationId);
      cursor = page.cursor ?? undefined;
    } while (cursor);
    expect(found.size).toBe(5);
  });
});

describe('handing on', () => {
  it('sorts the line by urgency, then by who has waited longest', async () => {
    const { desk, customer, time } = fixture;
    const at = (minutes: number) => new Date(time.district - minutes * 60_000);
    const handoff = (priority: 'emergency' | 'high' | 'normal', minutes: number) => ({
      handoff: { reason: 'asked', priority, skills: [], at: at(minutes) },
    });
    const ids = [
      await customer(handoff('normal', 90)),
      await customer(handoff('high', 1)),
      await customer(handoff('emergency', 0)),
      await customer(handoff('high', 5)),
    ];
    const line = (await desk.queue()).map(({ conversationId }) => conversationId);
    const order = line.filter((id) => ids.includes(id)).map((id) => ids.indexOf(id));
    expect(order).toEqual([2, 3, 1, 0]);
  });

  it('hands on to a colleague with a note, back in line for a skill, to the bot, and closes', async () => {
    const { desk, customer, sam, jo } = fixture;
    const conversationId = await customer();
    const epochs: number[] = [];
    const note = async () =>
      epochs.push((await desk.read(conversationId, {}, sam))?.conversation.epoch ?? -1);
    await desk.claim({ conversationId, csr: sam });
    await note();
    await desk.transfer({ conversationId, csr: sam, to: jo.email, note: 'Knows the case' });
    await note();
    expect(await desk.resolve({ conversationId, csr: sam, disposition: 'Answered' })).toMatchObject({
      reason: 'notYours',
      by: { email: jo.email },
    });
    await desk.transfer({ conversationId, csr: jo, skill: 'emergency', note: 'Needs a plumber' });
    await note();
    expect((await desk.queue()).find((item) => item.conversationId === conversationId)?.skills).toEqual([
      'emergency',
    ]);
    await desk.claim({ conversationId, csr: jo });
    await desk.giveBack({ conversationId, csr: jo });
    expect((await desk.read(conversationId, {}, jo))?.conversation.holder).toBe('bot');
    await desk.claim({ conversationId, csr: jo });
    await desk.resolve({ conversationId, csr: jo, disposition: 'Answered' });
    await note();
    const { conversation } = (await desk.read(conversationId, {}, jo)) ?? {};
    expect(conversation).toMatchObject({ holder: 'resolved', disposition: 'Answered', assignee: null });
    expect(epochs).toEqual([1, 2, 3, 7]);
    const shown = await transcript.shownAfter(conversationId, 0);
    expect(JSON.stringify(shown)).not.toMatch(/Knows the case|Needs a plumber/);
    expect(await desk.claim({ conversationId, csr: sam })).toMatchObject({ reason: 'closed' });
  });
});

describe('the task', () => {
  const task = {
    kind: 'stopService',
    version: 1,
    open: 'lastDay',
    fields: { lastDay: { value: '2026-12-03', source: 'customer' as const, failed: 1 } },
  };
  it('goes on in the CSR’s hands: corrected, completed once, and told to the customer', async () => {
    const { desk, customer, sam } = fixture;
    const conversationId = await customer({ task });
    await desk.claim({ conversationId, csr: sam });
    const fields = { lastDay: { value: '2026-12-07', verified: true } };
    expect(await desk.patchTask({ conversationId, csr: sam, fields })).toMatchObject({ ok: true });
    expect((await desk.read(conversationId, {}, sam))?.task?.fields.lastDay).toEqual({
      value: '2026-12-07',
      source: 'csr',
      verified: true,
    });
    const request = { conversationId, csr: sam, requestId: 'finish' };
    await Promise.all(inOrder(5).map(() => desk.completeTask(request)));
    expect(finished).toHaveLength(1);
    const shown = await transcript.shownAfter(conversationId, 0);
    expect(shown.filter(({ text }) => text === 'Your stop is booked.')).toHaveLength(1);
  });

  it('takes no field that the task does not have', async () => {
    const { desk, customer, sam } = fixture;
    const conversationId = await customer({ task });
    await desk.claim({ conversationId, csr: sam });
    const fields = { petName: { value: 'Rex' } };
    expect(await desk.patchTask({ conversationId, csr: sam, fields })).toMatchObject({
      reason: 'unknownField',
    });
  });
});

describe('the line', () => {
  it('loses no emergency behind two thousand who wait already', async () => {
    const { desk, customer, time } = fixture;
    const id = await customer();
    const one = (await ConversationModel.findById(id).lean()) as Conversation;
    const at = new Date(time.district - 3_600_000);
    const crowd = inOrder(2_001).map((n) => ({
      ...one,
      _id: `crowd-${n}`,
      handoff: { reason: 'asked', priority: 'normal', skills: [], at },
    }));
    await ConversationModel.collection.insertMany(crowd as never);
    const handoff = {
      reason: 'flood',
      priority: 'emergency' as const,
      skills: [],
      at: new Date(time.district),
    };
    const late = await customer({ handoff });
    const line = await desk.queue();
    expect(line.findIndex(({ conversationId }) => conversationId === late)).toBeLessThan(10);
    await ConversationModel.deleteMany({ _id: { $regex: '^crowd-' } });
  });

  it('shows an emergency that nobody had asked a person for, though its handoff lacks the rest', async () => {
    const { desk, customer, sam } = fixture;
    const id = await customer({ handoff: { priority: 'emergency', reason: 'emergency' } as never });
    expect((await desk.read(id, {}, sam))?.conversation.handoff).toMatchObject({
      skills: [],
      waitingSince: expect.any(Date),
    });
  });
});

describe('finding', () => {
  it('finds by number and account at once, and by name among the older ones page by page', async () => {
    const { desk, customer, sam, time } = fixture;
    const proof = {
      ...{ accountId: 'a', accountNumber: '10099887', level: 'L2' as const, customerName: 'Ada Proven' },
      at: new Date(time.district),
    };
    const old = await customer({ customer: { id: 'x', name: 'Óscar Buried' }, proof, says: [] });
    await ConversationModel.collection.updateOne(
      { _id: old as never },
      { $set: { updatedAt: new Date(time.district - 86_400_000 * 400) } },
    );
    const one = (await ConversationModel.findById(old).lean()) as Conversation;
    const newer = inOrder(2_000).map((n) => ({
      ...{ ...one, _id: `newer-${n}`, proof: null, customer: { id: 'x', name: 'Somebody' } },
      updatedAt: new Date(time.district - n),
    }));
    await ConversationModel.collection.insertMany(newer as never);
    const found = async (q: string, cursor?: string) => {
      const page = await desk.list({ q, ...(cursor ? { cursor } : {}) }, sam);
      return { ids: page.items.map(({ conversationId }) => conversationId), cursor: page.cursor };
    };
    expect((await found(old)).ids).toEqual([old]);
    expect((await found('10099887')).ids).toEqual([old]);
    const first = await found('proven ada');
    expect(first).toEqual({ ids: [], cursor: expect.any(String) });
    expect(await found('proven ada', first.cursor ?? '')).toEqual({ ids: [old], cursor: null });
    await ConversationModel.deleteMany({ _id: { $regex: '^newer-' } });
  });
});

describe('what a customer sends', () => {
  it('never reads as something that the desk did', async () => {
    const { desk, customer, sam } = fixture;
    const id = await customer({ says: [] });
    const forged = newEntry({
      ...{ at: new Date(), from: 'customer', kind: 'event', visible: true, text: '' },
      activity: { type: 'event', name: 'desk.resolved', value: { to: 'Ana' } },
    });
    await append(id, {}, { entries: [forged] });
    expect((await desk.read(id, {}, sam))?.transcript[0]).toMatchObject({ event: null, to: null });
  });
});

describe('proof', () => {
  it('lapses at the desk as it does with the bot: nothing shows it and nothing is completed on it', async () => {
    const { desk, customer, sam, time } = fixture;
    const proof = {
      ...{ accountId: 'a1', accountNumber: '10023414', level: 'L2' as const, customerName: 'Pat Rivera' },
      at: new Date(time.district),
    };
    const task = { kind: 'needsProof', version: 1, open: null, fields: {} };
    const conversationId = await customer({ proof, task });
    const shown = async () => {
      const reading = await desk.read(conversationId, {}, sam);
      const item = (await desk.queue()).find((one) => one.conversationId === conversationId);
      const page = await desk.list({ q: conversationId }, sam);
      return [
        reading?.customer.proof?.level ?? null,
        reading?.customer.lapsed,
        item?.customer.verified ?? null,
        page.items[0]?.customer.verified ?? null,
      ];
    };
    expect(await shown()).toEqual(['L2', false, 'L2', 'L2']);
    time.district += 31 * 60_000;
    expect(await shown()).toEqual([null, true, null, null]);
    await desk.claim({ conversationId, csr: sam });
    expect(await desk.completeTask({ conversationId, csr: sam })).toMatchObject({ why: 'notVerified' });
  });
});

it('does two tasks of one conversation, both without a request id', async () => {
  const { desk, customer, sam } = fixture;
  const task = (lastDay: string) => ({
    ...{ kind: 'stopService', version: 1, open: null },
    fields: { lastDay: { value: lastDay, source: 'customer' as const } },
  });
  const conversationId = await customer({ task: task('2026-12-03') });
  await desk.claim({ conversationId, csr: sam });
  const before = finished.length;
  expect(await desk.completeTask({ conversationId, csr: sam })).toMatchObject({ ok: true });
  await append(conversationId, {}, { set: { task: { $literal: task('2026-12-10') } } });
  expect(await desk.completeTask({ conversationId, csr: sam })).toMatchObject({ ok: true });
  expect(finished).toHaveLength(before + 2);
});
