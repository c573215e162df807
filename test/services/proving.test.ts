import { AuditEntryModel } from '../../models/auditEntry.ts';
import { ConversationModel } from '../../models/conversation.ts';
import { createAudit } from '../../services/audit.ts';
import { type Fixture, openDesk } from '../console/deskFixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  const clock = { now: () => new Date('2026-12-01T17:00:00Z') };
  fixture = await openDesk({
    identity: {
      photoIds: ['passport'],
      note: createAudit({ store: AuditEntryModel, clock }).note,
      find: async ({ accountNumber, zip }) =>
        accountNumber === '10023414' && zip === '94538'
          ? { accountId: 'A-1', customerName: 'Maria Okafor' }
          : null,
    },
  });
});
afterAll(() => fixture.close());
beforeEach(() => AuditEntryModel.deleteMany({}));

const claim = { accountNumber: '10023414', zip: '94538', seen: 'passport' };
const proofOf = async (id: string) => (await ConversationModel.findById(id).lean())?.proof as unknown;

describe('a CSR who has seen a photo ID', () => {
  it('raises the proof to the highest level, once, and the audit log says who saw what', async () => {
    const { desk, customer, sam } = fixture;
    const conversationId = await customer();
    await desk.claim({ conversationId, csr: sam });
    const request = { conversationId, csr: sam, requestId: 'seen', ...claim };
    const answers = await Promise.all(Array.from({ length: 20 }, () => desk.raiseProof(request)));
    expect(answers.every(({ ok }) => ok)).toBe(true);
    expect(await proofOf(conversationId)).toMatchObject({
      level: 'L3',
      by: 'photoId',
      accountId: 'A-1',
      seenBy: sam.id,
      seen: 'passport',
    });
    expect(await AuditEntryModel.find({}).lean()).toMatchObject([
      { action: 'verification.photoIdSeen', actor: sam.id, accountId: 'A-1', details: { seen: 'passport' } },
    ]);
  });

  it('who reads the conversation of a proven customer has looked at the account, and is in the audit log once an hour', async () => {
    const { desk, customer, sam, jo } = fixture;
    const conversationId = await customer();
    await desk.read(conversationId, {}, jo);
    expect(await AuditEntryModel.countDocuments({ action: 'account.looked' })).toBe(0);
    await desk.claim({ conversationId, csr: sam });
    await desk.raiseProof({ conversationId, csr: sam, requestId: 'seen by jo', ...claim });
    await Promise.all(Array.from({ length: 20 }, () => desk.read(conversationId, {}, jo)));
    expect(await AuditEntryModel.find({ action: 'account.looked' }).lean()).toMatchObject([
      { actor: jo.id, accountId: 'A-1', conversationId },
    ]);
  });

  it('holds the conversation, names the right account, and has seen something that counts', async () => {
    const { desk, customer, sam, jo } = fixture;
    const conversationId = await customer();
    await desk.claim({ conversationId, csr: sam });
    const raise = (change: object, csr = sam) =>
      desk.raiseProof({ conversationId, csr, ...claim, ...change });
    expect(await raise({}, jo)).toMatchObject({ ok: false, reason: 'notYours' });
    expect(await raise({ zip: '94555' })).toMatchObject({ ok: false, reason: 'notMatched' });
    expect(await raise({ seen: 'a library card' })).toMatchObject({ ok: false, reason: 'notAPhotoId' });
    expect(await proofOf(conversationId)).toBeNull();
    expect(await AuditEntryModel.countDocuments({})).toBe(0);
  });
});
